"""Lists of orders: their words, tabs and rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.http import urlencode

from brazil.vehicles import format_plate
from transactions.models import Draft, Order, Party
from transactions.models.order import KIND_LABELS
from transactions.presenting.days import Deadline, of_order, to_communicate
from transactions.rules.agencies import SALE_COMMUNICATION, SALE_INTENTION
from transactions.selectors import COUNT_UP_TO
from transactions.states import State, Tab

SLUGS = {
    Tab.PENDING: "pendentes",
    Tab.APPROVED: "aprovadas",
    Tab.REFUSED: "recusadas",
    Tab.CANCELLED: "canceladas",
}
TAB_ICONS = {Tab.PENDING: "hourglass", Tab.APPROVED: "circle-check", Tab.REFUSED: "circle-x", Tab.CANCELLED: "ban"}
SHOWN_TABS = (Tab.PENDING, Tab.APPROVED, Tab.CANCELLED, Tab.REFUSED)


@dataclass(frozen=True, slots=True)
class ListWords:
    """What one kind of order is called. `new_page` is the template of the ways to begin."""

    kind: str
    title: str
    one: str
    begin: str
    list_url: str
    new_url: str
    search_url: str
    new_page: str
    tabs: Mapping[Tab, str]
    empty: Mapping[Tab, tuple[str, str]]


LISTS = {
    SALE_INTENTION: ListWords(
        SALE_INTENTION,
        "Intenções de venda",
        "intenção de venda",
        "Nova intenção",
        "transactions:intention_list",
        "transactions:intention_new",
        "transactions:intention_search",
        "transactions/intention_new.html",
        {Tab.PENDING: "Pendentes", Tab.APPROVED: "Aprovadas", Tab.REFUSED: "Recusadas", Tab.CANCELLED: "Canceladas"},
        {
            Tab.PENDING: (
                "Nenhuma intenção de venda a caminho",
                "Comece pela placa ou solte o XML da NF-e: o resto se preenche sozinho.",
            ),
            Tab.APPROVED: (
                "Nenhuma intenção de venda aprovada ainda",
                "Quando o DETRAN registrar a primeira, ela fica aqui com a ATPV-e.",
            ),
            Tab.REFUSED: (
                "Nenhuma intenção recusada",
                "O que o DETRAN recusar fica aqui, com o motivo, para corrigir.",
            ),
            Tab.CANCELLED: ("Nenhuma intenção cancelada", "As que forem retiradas da fila ou canceladas ficam aqui."),
        },
    ),
    SALE_COMMUNICATION: ListWords(
        SALE_COMMUNICATION,
        "Comunicados de venda",
        "comunicado de venda",
        "Novo comunicado",
        "transactions:communication_list",
        "transactions:communication_new",
        "transactions:communication_search",
        "transactions/communication_new.html",
        {Tab.PENDING: "Pendentes", Tab.APPROVED: "Aprovados", Tab.REFUSED: "Recusados", Tab.CANCELLED: "Cancelados"},
        {
            Tab.PENDING: (
                "Nenhum comunicado de venda a caminho",
                "Comece de uma intenção registrada, do número da ATPV-e ou de um ATPV em papel.",
            ),
            Tab.APPROVED: (
                "Nenhum comunicado de venda aprovado ainda",
                "Quando o DETRAN registrar o primeiro, ele fica aqui com o protocolo.",
            ),
            Tab.REFUSED: (
                "Nenhum comunicado recusado",
                "O que o DETRAN recusar fica aqui, com o motivo, para corrigir.",
            ),
            Tab.CANCELLED: ("Nenhum comunicado cancelado", "Os que forem retirados da fila ou cancelados ficam aqui."),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as a status badge shows it."""

    tone: str
    icon: str
    word: str


MARKS = {
    State.QUEUED: ("idle", "clock-hour-4"),
    State.IN_FLIGHT: ("active", "send"),
    State.UNCONFIRMED: ("active", "clock-pause"),
    State.PARKED: ("warn", "alert-triangle"),
    State.AWAITING_FEE: ("warn", "receipt"),
    State.PROCESSING: ("active", "hourglass"),
    State.REGISTERED: ("good", "circle-check"),
    State.REFUSED: ("bad", "circle-x"),
    State.CANCELLED: ("idle", "ban"),
}


def mark_of(order: Order) -> Mark:
    tone, icon = MARKS[State(order.state)]
    return Mark(tone, icon, order.state_label)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `clock` is the legal term that runs, of the order or of the communication it still needs."""

    order: Order
    mark: Mark
    plate: str
    buyer: Party | None
    clock: Deadline | None
    clock_label: str
    cancelling: bool


def rows(orders: Iterable[Order]) -> list[Row]:
    """Lines of `selectors.list_orders`."""
    return [_row(order) for order in orders]


def _row(order: Order) -> Row:
    buyer = next(iter(getattr(order, "buyers", [])), None)
    uncommunicated = (
        order.is_intention and order.state == State.REGISTERED.value and not getattr(order, "communicated", True)
    )
    clock = to_communicate(order) if uncommunicated else of_order(order)
    return Row(
        order,
        mark_of(order),
        format_plate(order.plate),
        buyer,
        clock,
        "Comunicar até" if uncommunicated else "Prazo",
        getattr(order, "cancelling", False),
    )


def tab_of(slug: str) -> Tab:
    """The pending tab when the address says nothing we know."""
    return next((tab for tab, word in SLUGS.items() if word == slug), Tab.PENDING)


def query(**parts: str | int | None) -> str:
    """`?a=1&b=2` of what is not empty."""
    given = {name: part for name, part in parts.items() if part not in ("", None)}
    return f"?{urlencode(given)}"


def tabs(words: ListWords, current: Tab, counts: Mapping[str, int], kept: Mapping[str, str]) -> list[dict[str, object]]:
    """The tabs with their counts, keeping what the list is narrowed to."""
    return [
        {
            "label": words.tabs[tab],
            "url": query(situacao=SLUGS[tab], **kept),
            "current": tab is current,
            "count": shown_count(counts.get(tab.value, 0)),
            "icon": TAB_ICONS[tab],
        }
        for tab in SHOWN_TABS
    ]


def shown_count(many: int) -> str:
    return f"{COUNT_UP_TO - 1}+" if many >= COUNT_UP_TO else str(many)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """An open draft: what it is about as far as typed."""

    draft: Draft
    title: str
    what: str


def draft_lines(drafts: Iterable[Draft]) -> list[DraftLine]:
    return [_draft_line(draft) for draft in drafts]


def _draft_line(draft: Draft) -> DraftLine:
    said = [draft.data.get(name, "").strip() for name in ("plate", "brand_model")]
    return DraftLine(draft, " · ".join(filter(None, said)) or "Veículo ainda não informado", KIND_LABELS[draft.kind])


@dataclass(frozen=True, slots=True)
class ToCommunicate:
    """A registered intention whose sale is to be communicated, and until when."""

    order: Order
    plate: str
    clock: Deadline | None


def to_be_communicated(orders: Iterable[Order]) -> list[ToCommunicate]:
    return [ToCommunicate(order, format_plate(order.plate), to_communicate(order)) for order in orders]
