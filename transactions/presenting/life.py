"""All that is read about an order's way, once, for the sentences, steps and buttons of its page."""

from dataclasses import dataclass, field

from billing.models import FeeSlip
from documents.models import Document
from documents.selectors import documents_of
from journal.models import Event
from journal.selectors import events_of
from outbox.models import Attempt, Message
from outbox.selectors import attempts_of, open_messages
from outbox.states import Outcome
from transactions.cancel_selectors import cancellations_of, slips_of
from transactions.models import Order
from transactions.presenting.lists import Mark
from transactions.presenting.verbs import verb_of
from transactions.rules.explanations import Explanation, explain
from transactions.selectors import communications_of, corrections_of
from transactions.states import State
from transactions.topics import FETCH_ATPVE, FOLLOW, ISSUE_SLIP, SEND

SUBJECT = "order"
OUTCOMES = {
    Outcome.FLYING: Mark("active", "send", "Em andamento"),
    Outcome.ANSWERED: Mark("good", "check", "Respondida"),
    Outcome.NOT_SENT: Mark("idle", "rotate", "Não saiu"),
    Outcome.UNKNOWN: Mark("warn", "clock-pause", "Sem resposta"),
    Outcome.FAILED: Mark("bad", "x", "Falhou"),
}
TOPICS = {
    SEND: "Envio do pedido",
    FETCH_ATPVE: "Leitura da ATPV-e",
    ISSUE_SLIP: "Emissão da guia",
    FOLLOW: "Acompanhamento da taxa",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to the agency, with its words and ours."""

    attempt: Attempt
    mark: Mark
    what: str
    explanation: Explanation | None


@dataclass(slots=True)
class Life:
    """All that is read about an order's way: eight queries, however long it was."""

    order: Order
    events: list[Event]
    visits: list[Visit]
    messages: dict[str, Message]
    documents: list[Document]
    communications: list[Order]
    corrections: list[Order] = field(default_factory=list)
    cancellations: list[Order] = field(default_factory=list)
    slips: list[FeeSlip] = field(default_factory=list)

    @property
    def fetching(self) -> bool:
        """The ATPV-e is on its way."""
        return self.order.atpve_asked_at is not None and self.order.atpve_id is None and FETCH_ATPVE in self.messages

    @property
    def moving(self) -> bool:
        """Something changes without anybody's doing: the page looks again by itself."""
        return self.flying or self.fetching

    @property
    def flying(self) -> bool:
        return self.order.is_live and self.order.state != State.PARKED.value

    @property
    def pause(self) -> str:
        """How long the page waits before it looks again: what waits for a payment takes hours, not seconds."""
        return "5s" if self.slips else "2s"

    @property
    def cancelling(self) -> Order | None:
        """The cancellation of this order that is on its way."""
        return next((order for order in self.cancellations if order.is_live), None)

    @property
    def cancelled_by(self) -> Order | None:
        done = State.REGISTERED.value
        return next((order for order in self.cancellations if order.state == done), None)

    @property
    def version(self) -> str:
        """Changes whenever the live part of the page does."""
        order, last = self.order, self.visits[-1].attempt if self.visits else None
        parts = [order.state, order.atpve_id, order.atpve_asked_at is not None, len(self.events), len(self.visits)]
        parts += [last.outcome if last else "", len(self.communications), len(self.corrections)]
        parts += [f"{c.number}{c.state}" for c in self.cancellations]
        parts += [f"{s.number}{s.state}{s.payments}{s.duplicity_settled_at is None}" for s in self.slips]
        parts += [f"{m.state}{m.due_at.timestamp():.0f}" for m in self.messages.values()]
        return "-".join(map(str, parts))

    def event(self, *verbs: str) -> Event | None:
        """The newest event with one of these verbs."""
        return next((event for event in reversed(self.events) if verb_of(event) in verbs), None)


def life_of(order: Order) -> Life:
    visits = [
        Visit(
            attempt,
            OUTCOMES[Outcome(attempt.outcome)],
            "Consulta antes de repetir" if attempt.asked_first else TOPICS.get(attempt.message.topic, "Visita"),
            explain(attempt.agency_code),
        )
        for attempt in attempts_of(SUBJECT, order.pk)
    ]
    documents = list(documents_of(SUBJECT, order.pk))
    if order.scan is not None:
        documents.append(order.scan)
    if order.signed_request is not None:
        documents.append(order.signed_request)
    return Life(
        order=order,
        events=list(events_of(SUBJECT, order.pk)),
        visits=visits,
        messages={message.topic: message for message in open_messages(SUBJECT, order.pk)},
        documents=documents,
        communications=list(communications_of(order)) if order.is_intention else [],
        corrections=list(corrections_of(order)),
        cancellations=[] if order.is_cancellation else list(cancellations_of(order)),
        slips=slips_of(order) if order.is_cancellation else [],
    )
