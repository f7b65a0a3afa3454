"""An order as its page shows it: what happens now, the way it went, and what can be done."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from documents.models import Document
from documents.selectors import documents_of
from journal.models import Event
from journal.selectors import events_of
from kernel import clock
from outbox.models import Attempt, Message
from outbox.selectors import attempts_of, open_messages
from outbox.states import Outcome
from tenants.access import Place
from transactions.models import Order
from transactions.presenting.days import Deadline, of_order, to_communicate
from transactions.presenting.lists import Mark, mark_of
from transactions.presenting.verbs import data_of, verb_of, words_of
from transactions.rules.agencies import Agency, Service, agency
from transactions.rules.explanations import AGENCY, Explanation, explain
from transactions.selectors import communications_of, corrections_of
from transactions.states import State
from transactions.topics import FETCH_ATPVE, SEND

SUBJECT = "order"
OUTCOMES = {
    Outcome.FLYING: Mark("active", "send", "Em andamento"),
    Outcome.ANSWERED: Mark("good", "check", "Respondida"),
    Outcome.NOT_SENT: Mark("idle", "rotate", "Não saiu"),
    Outcome.UNKNOWN: Mark("warn", "clock-pause", "Sem resposta"),
    Outcome.FAILED: Mark("bad", "x", "Falhou"),
}
TOPICS = {SEND: "Envio do pedido", FETCH_ATPVE: "Leitura da ATPV-e"}


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to the agency, with its words and ours."""

    attempt: Attempt
    mark: Mark
    what: str
    explanation: Explanation | None


@dataclass(frozen=True, slots=True)
class Happening:
    event: Event
    words: str
    data: str


@dataclass(slots=True)
class Life:
    """All that is read about an order's way: six queries, however long it was."""

    order: Order
    events: list[Event]
    visits: list[Visit]
    messages: dict[str, Message]
    documents: list[Document]
    communications: list[Order]
    corrections: list[Order] = field(default_factory=list)

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
    def version(self) -> str:
        """Changes whenever the live part of the page does."""
        order, last = self.order, self.visits[-1].attempt if self.visits else None
        parts = [order.state, order.atpve_id, order.atpve_asked_at is not None, len(self.events), len(self.visits)]
        parts += [last.outcome if last else "", len(self.communications), len(self.corrections)]
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
    return Life(
        order=order,
        events=list(events_of(SUBJECT, order.pk)),
        visits=visits,
        messages={message.topic: message for message in open_messages(SUBJECT, order.pk)},
        documents=documents,
        communications=list(communications_of(order)) if order.is_intention else [],
        corrections=list(corrections_of(order)),
    )


def history(life: Life) -> list[Happening]:
    """Who did what when: the order's events and those of its documents, oldest first."""
    events = list(life.events)
    if life.documents:
        ids = [document.pk for document in life.documents]
        events += list(Event.objects.filter(Q(subject_type="document", subject_id__in=ids)).order_by("id"))
    return [Happening(e, words_of(e), data_of(e.data)) for e in sorted(events, key=lambda e: e.pk)]


@dataclass(frozen=True, slots=True)
class Now:
    """What happens now: one sentence, on whom it waits, since when, and when the portal looks again."""

    sentence: str
    waits_on: str
    since: dt.datetime | None = None
    next_look: dt.datetime | None = None


def now_of(life: Life) -> Now:
    order, where = life.order, agency(life.order.agency).name
    message = life.messages.get(SEND)
    look = message.due_at if message and message.state == "waiting" and message.due_at > clock.now() else None
    if life.fetching:
        fetch = life.messages[FETCH_ATPVE]
        later = fetch.due_at if fetch.state == "waiting" and fetch.due_at > clock.now() else None
        return Now(f"Buscando a ATPV-e no {where}.", where, order.atpve_asked_at, later)
    sentence, waits_on = SENTENCES[State(order.state)](order, where, life)
    return Now(sentence, waits_on, order.updated_at, look)


def _queued(order: Order, where: str, life: Life) -> tuple[str, str]:
    if life.visits:
        return f"O {where} não pôde ser alcançado. Nada foi enviado; o portal tenta de novo sozinho.", where
    return f"O pedido está na fila e sai para o {where} em instantes.", "Portal"


def _in_flight(order: Order, where: str, life: Life) -> tuple[str, str]:
    return f"O pedido foi enviado; esperando a resposta do {where}.", where


def _unconfirmed(order: Order, where: str, life: Life) -> tuple[str, str]:
    words = f"A resposta do {where} não chegou. O portal vai perguntar se o registro existe antes de repetir o envio."
    return words, where


def _parked(order: Order, where: str, life: Life) -> tuple[str, str]:
    return "O portal não pode seguir sozinho. Confira o que o DETRAN disse e peça para verificar de novo.", "Gestor"


def _registered(order: Order, where: str, life: Life) -> tuple[str, str]:
    if not order.is_intention:
        return f"O {where} registrou o comunicado de venda. Nada mais a fazer.", "Ninguém"
    going = next((c for c in life.communications if c.is_live or c.state == State.REGISTERED.value), None)
    if going is not None and going.state == State.REGISTERED.value:
        return f"Venda registrada e comunicada ao {where}. Nada mais a fazer.", "Ninguém"
    if going is not None:
        return f"Registrada. O comunicado de venda {going.number} está a caminho do {where}.", where
    if order.atpve_id is None and life.event("atpve_refused") is not None:
        return "Registrada. A ATPV-e ainda não pôde ser obtida: veja o motivo no andamento e peça de novo.", "Você"
    if order.atpve_id is None:
        return "Registrada. Obtenha a ATPV-e, colha as assinaturas e depois comunique a venda.", "Você"
    return "Registrada e com ATPV-e. Depois de assinada, comunique a venda.", "Você"


def _refused(order: Order, where: str, life: Life) -> tuple[str, str]:
    if life.corrections:
        return f"O {where} recusou. O pedido foi corrigido e reenviado como {life.corrections[0].number}.", "Ninguém"
    known = explain(order.agency_code)
    if known is not None and known.turn == AGENCY:
        return (
            f"O {where} recusou por um impedimento. Resolvido ele, reenvie: o que foi digitado está guardado.",
            "Você",
        )
    return f"O {where} recusou. Veja o motivo, corrija e reenvie: o que foi digitado está guardado.", "Você"


def _cancelled(order: Order, where: str, life: Life) -> tuple[str, str]:
    return "O pedido foi retirado antes de sair. Nada foi enviado ao DETRAN.", "Ninguém"


SENTENCES = {
    State.QUEUED: _queued,
    State.IN_FLIGHT: _in_flight,
    State.UNCONFIRMED: _unconfirmed,
    State.PARKED: _parked,
    State.REGISTERED: _registered,
    State.REFUSED: _refused,
    State.CANCELLED: _cancelled,
}


@dataclass(frozen=True, slots=True)
class Actions:
    """The buttons of an order page: what its state allows and this person's role permits."""

    ask_atpve: bool
    open_atpve: bool
    communicate: bool
    correct: bool
    withdraw: bool
    ask_again: bool


def actions_of(life: Life, place: Place) -> Actions:
    order, state = life.order, State(life.order.state)
    mine = place.may_submit
    registered = order.is_intention and state is State.REGISTERED
    going = any(c.is_live or c.state == State.REGISTERED.value for c in life.communications)
    return Actions(
        ask_atpve=mine and registered and order.atpve_id is None and order.atpve_asked_at is None,
        open_atpve=order.atpve_id is not None and place.sees_personal_data,
        communicate=mine and registered and not going,
        correct=mine and state is State.REFUSED and not life.corrections,
        withdraw=mine and state is State.QUEUED,
        ask_again=place.may_decide and state is State.PARKED,
    )


def service_for(order: Order) -> Service | None:
    return agency(order.agency).service(order.kind, on=clock.today())


def deadline_of(life: Life) -> tuple[str, Deadline | None]:
    """The clock that runs, and what it is for."""
    order = life.order
    if order.is_intention:
        done = any(c.state == State.REGISTERED.value for c in life.communications)
        running = order.state == State.REGISTERED.value and not done
        return "Prazo para comunicar a venda", to_communicate(order) if running else None
    return "Prazo do comunicado", of_order(order)


def live_part(life: Life, place: Place) -> dict[str, Any]:
    """The context of the part of the page that renews itself."""
    label, term = deadline_of(life)
    where: Agency = agency(life.order.agency)
    return {
        "order": life.order,
        "agency": where,
        "mark": mark_of(life.order),
        "now": now_of(life),
        "actions": actions_of(life, place),
        "life": life,
        "visits": life.visits,
        "history": history(life),
        "explanation": explain(life.order.agency_code) if life.order.agency_words else None,
        "deadline": term,
        "deadline_label": label,
    }
