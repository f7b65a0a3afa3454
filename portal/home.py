"""*Início*: what needs a person, the counters, the last orders, and which DETRAN is asked."""

from dataclasses import dataclass

from django.urls import reverse

from billing.states import Fee
from kernel import clock
from kernel.money import format_brl
from tenants.access import Place
from tenants.roles import Right
from transactions.cancel_selectors import Owed, open_requests, slips_waiting_for_people
from transactions.models import Draft, Order
from transactions.models.order import KIND_LABELS
from transactions.presenting.days import Deadline, deadline, of_order
from transactions.presenting.lists import (
    LISTS,
    SHOWN_TABS,
    SLUGS,
    draft_lines,
    query,
    rows,
    shown_count,
    to_be_communicated,
)
from transactions.rules.agencies import SALES, Agency, agency_of
from transactions.rules.explanations import explain
from transactions.selectors import count_by_tab, latest_orders, open_drafts, waiting_for_people


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that only a person can bring on. `button` posts `intention` where there is one."""

    order: Order
    icon: str
    title: str
    text: str
    clock: Deadline | None
    url: str
    button: str
    intention: str = ""


@dataclass(frozen=True, slots=True)
class Counter:
    label: str
    many: str
    url: str


@dataclass(frozen=True, slots=True)
class Counted:
    title: str
    counters: list[Counter]


def home_page(place: Place) -> dict[str, object]:
    """The context of portal/home.html. Orders are left out for roles that see none. In the place's scope."""
    where = agency_of(place.establishment.uf)
    shown: dict[str, object] = {"agency": where, "offered": _offered(where), "lists": LISTS}
    return shown | _orders(place) if place.may(Right.VIEW_ORDERS) else shown


def _orders(place: Place) -> dict[str, object]:
    house = place.establishment.pk
    tasks = _tasks(place)
    return {
        "sees_orders": True,
        "tasks": tasks,
        "drafts": draft_lines(open_drafts(house)[:5]) if place.may_submit else [],
        "counted": _counted(place),
        "latest": rows(latest_orders(house)),
    }


def _tasks(place: Place) -> list[Task]:
    """The nearest legal deadline first, then what waits for a decision, then what was refused."""
    waiting = waiting_for_people(place.establishment.pk, today=clock.today())
    cancelling = _cancelling(place)
    decide = [_decide(place, order) for order in waiting["decide"]] if place.may_decide or place.may_submit else []
    if not place.may_submit:
        return cancelling + decide
    correct = [_correct(place, order) for order in waiting["correct"]]
    communicate = [
        Task(
            line.order,
            "speakerphone",
            f"Comunicar a venda de {line.plate}",
            f"{line.order.brand_model} · intenção registrada",
            line.clock,
            reverse("transactions:communication_new", kwargs=place.slugs),
            "Comunicar venda",
            intention=line.order.number,
        )
        for line in to_be_communicated(waiting["communicate"])
    ]
    soon = [task for task in communicate if task.clock is not None and task.clock.tone != "idle"]
    return cancelling + soon + decide + correct + [task for task in communicate if task not in soon]


OWED = {
    Fee.ISSUED: ("Pagar a guia de", "{value} até o vencimento; o portal percebe o pagamento.", "Ver guia"),
    Fee.EXPIRED: ("Nova guia para", "A guia venceu sem pagamento.", "Emitir nova guia"),
    Fee.PAID_SHORT: ("Complemento ou nova guia para", "Foram pagos {paid} de {value}.", "Emitir nova guia"),
    Fee.PAID_LATE: ("Nova guia para", "O pagamento chegou depois do vencimento e não conta.", "Emitir nova guia"),
}


def _cancelling(place: Place) -> list[Task]:
    """Slips in the order of their due dates, then requests that were begun and not sent."""
    house = place.establishment.pk
    owed = slips_waiting_for_people(house) if place.may_submit or place.may_decide else []
    return [_owed(place, one) for one in owed] + (
        [_unsent(place, draft) for draft in open_requests(house)[:5]] if place.may_submit else []
    )


def _owed(place: Place, one: Owed) -> Task:
    order, slip = one.order, one.slip
    money = {"value": format_brl(slip.value_cents), "paid": format_brl(slip.paid_cents)}
    if one.doubled:
        title = f"Pagamento em duplicidade de {order.plate}"
        text = f"{money['paid']} pagos por {money['value']}: peça a restituição ao DETRAN."
        return Task(order, "cash", title, text, None, _page(place, order), "Ver guia")
    title, text, button = OWED[Fee(slip.state)]
    running = deadline(slip.due_on) if Fee(slip.state) is Fee.ISSUED else None
    words = text.format(**money)
    return Task(order, "receipt", f"{title} {order.plate}", words, running, _page(place, order), button)


def _unsent(place: Place, draft: Draft) -> Task:
    order = draft.cancels
    if order is None:
        raise ValueError(f"{draft.number} cancels nothing.")
    signed = bool((draft.signed_check or {}).get("matches"))
    title = f"Enviar o cancelamento de {order.plate}" if signed else f"Assinar o cancelamento de {order.plate}"
    text = f"Solicitação {draft.number}: " + ("pronta para enviar." if signed else "falta a cópia assinada.")
    url = reverse("transactions:cancellation_draft", kwargs={**place.slugs, "number": draft.number})
    return Task(order, "signature", title, text, None, url, "Continuar")


def _decide(place: Place, order: Order) -> Task:
    text = order.agency_words.partition("\n")[0] or "O portal não pode seguir sozinho."
    return Task(
        order,
        "alert-triangle",
        f"Decidir sobre {order.plate}",
        text,
        of_order(order),
        _page(place, order),
        "Ver pedido",
    )


def _correct(place: Place, order: Order) -> Task:
    said = order.agency_words.partition("\n")[0]
    known = explain(order.agency_code)
    text = f"{said} {known.turn_label}." if known else said
    return Task(order, "edit", f"Corrigir {order.plate}", text, of_order(order), _page(place, order), "Corrigir")


def _page(place: Place, order: Order) -> str:
    return reverse("transactions:order", kwargs={**place.slugs, "number": order.number})


def _counted(place: Place) -> list[Counted]:
    counts = count_by_tab(ecosystem_id=place.ecosystem.pk, establishment_id=place.establishment.pk, kinds=list(SALES))
    return [
        Counted(
            words.title,
            [
                Counter(
                    words.tabs[tab],
                    shown_count(counts.get((kind, tab.value), 0)),
                    reverse(words.list_url, kwargs=place.slugs) + query(situacao=SLUGS[tab]),
                )
                for tab in SHOWN_TABS
            ],
        )
        for kind, words in LISTS.items()
    ]


def _offered(where: Agency | None) -> list[str]:
    """The services that the state's DETRAN takes through the portal today."""
    if where is None:
        return []
    return [KIND_LABELS[kind] for kind in SALES if where.service(kind, on=clock.today()) is not None]
