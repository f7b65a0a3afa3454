"""Read queries that name a question. All of them in the scope in force."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from brazil.documents import clean_document
from brazil.errors import Invalid
from kernel.clock import SAO_PAULO
from transactions.models import Draft, Order, Party
from transactions.models.order import IN_WORK
from transactions.models.party import BUYER, SELLER
from transactions.rules import facts as said
from transactions.rules.agencies import SALE_COMMUNICATION, SALE_INTENTION
from transactions.states import State, Tab

PAGE = 50
PARTY_FIELDS = {
    "seller": ("name", "email"),
    "buyer": ("name", "email", "phone", "cep", "street", "number", "complement", "district", "city", "uf"),
}
COUNT_UP_TO = 1000
# One branch for each list, its words as constants: the planner sees that few orders are refused and uses the index.
COUNT = """
(SELECT %s, %s, count(*) FROM (
  SELECT 1 FROM transactions_order WHERE ecosystem_id = %s AND establishment_id = %s AND kind = %s AND tab = %s LIMIT %s
) few)"""


@dataclass(frozen=True, slots=True)
class Search:
    """What a list is narrowed to; empty strings narrow nothing. `document` is a CPF or CNPJ."""

    text: str = ""
    document: str = ""


EVERYTHING = Search()


@dataclass(frozen=True, slots=True)
class Page:
    """`older` and `newer` are the keys of the neighbouring pages, None where there is none."""

    orders: Sequence[Order]
    older: int | None
    newer: int | None


def live_order_of(kind: str, *, chassis: str) -> Order | None:
    """Number and state of it; the rest is read when asked for."""
    return Order.objects.filter(kind=kind, chassis=chassis, state__in=IN_WORK).only("number", "state").first()


def registered_order_of(kind: str, *, chassis: str) -> Order | None:
    """A registered order that still stands: no communication of the same vehicle was registered after it."""
    later = Order.objects.filter(
        kind=SALE_COMMUNICATION, chassis=chassis, state=State.REGISTERED.value, pk__gt=OuterRef("pk")
    )
    registered = Order.objects.filter(kind=kind, chassis=chassis, state=State.REGISTERED.value)
    return registered.exclude(Exists(later)).order_by("-id").first()


def order_with_parties(number: str) -> QuerySet[Order]:
    return (
        Order.objects.filter(number=number)
        .select_related("atpve", "scan", "intention", "corrects", "created_by", "establishment", "draft")
        .prefetch_related("parties")
    )


def parties_of(order: Order) -> tuple[Party, Party]:
    """Seller, buyer."""
    parties = {party.role: party for party in order.parties.all()}
    return parties[SELLER], parties[BUYER]


def facts_of(order: Order) -> said.OrderFacts:
    """What the order says, as rules see it."""
    seller, buyer = parties_of(order)
    return said.OrderFacts(
        kind=order.kind,
        vehicle=said.Vehicle(
            order.plate,
            order.renavam,
            order.chassis,
            order.crv_number,
            order.crv_security_code,
            order.brand_model,
            order.mileage,
        ),
        seller=_said_party(seller),
        buyer=_said_party(buyer),
        sale=said.Sale(order.sale_date, order.price_cents, order.sale_city, order.sale_city_code),
        evidence=said.Evidence(
            order.origin, order.atpve_number, order.atpv_number, order.atpv_security_code, order.scan_id is not None
        ),
    )


def _said_party(party: Party) -> said.Party:
    address = said.Address(
        party.cep,
        party.street,
        party.number,
        party.complement,
        party.district,
        party.city,
        party.city_code,
        party.uf,
    )
    return said.Party(party.document, party.name, party.email, party.phone, address)


def list_orders(
    establishment_id: int,
    kind: str,
    tab: Tab,
    *,
    search: Search = Search(),
    before: int | None = None,
    after: int | None = None,
) -> Page:
    """One page of a list, newest first, by keyset on the id: `before` goes to older ones, `after` to newer ones."""
    rows = Order.objects.filter(establishment_id=establishment_id, kind=kind, tab=tab.value)
    rows = _narrowed(rows, search)
    backwards = after is not None
    if after is not None:
        rows = rows.filter(id__gt=after).order_by("id")
    else:
        rows = (rows.filter(id__lt=before) if before is not None else rows).order_by("-id")
    buyers = Party.objects.filter(role=BUYER)
    found = list(rows.prefetch_related(Prefetch("parties", buyers, to_attr="buyers"))[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    _mark_communicated(found)
    if backwards:
        found.reverse()
    has_older = backwards or more
    has_newer = more if backwards else before is not None
    return Page(
        found,
        older=found[-1].pk if found and has_older else None,
        newer=found[0].pk if found and has_newer else None,
    )


def _mark_communicated(orders: Sequence[Order]) -> None:
    """Asked for one page's orders: as a column of the list's query it would be worked out for every order there is."""
    intentions = [order.pk for order in orders if order.is_intention and order.state == State.REGISTERED.value]
    communications = Order.objects.filter(intention_id__in=intentions, state__in=[*IN_WORK, State.REGISTERED.value])
    done = set(communications.values_list("intention_id", flat=True)) if intentions else set()
    for order in orders:
        order.communicated = order.pk in done  # type: ignore[attr-defined]  # as an annotation would be


def _narrowed(rows: QuerySet[Order], search: Search) -> QuerySet[Order]:
    """With both a text and a document, which are one number read in two ways, either will do."""
    wanted = Q()
    if search.document:
        wanted |= Q(pk__in=Party.objects.filter(document=search.document).values("order_id"))
    if search.text:
        wanted |= Q(**{_column(search.text): search.text})
    return rows.filter(wanted)


def _column(text: str) -> str:
    if len(text) == 17:
        return "chassis"
    if len(text) == 11 and text.isdigit():
        return "renavam"
    return "plate" if len(text) == 7 else "number"


def count_found(establishment_id: int, kind: str, search: Search) -> dict[str, int]:
    """How many orders each list holds of what is searched, up to COUNT_UP_TO."""
    rows = _narrowed(Order.objects.filter(establishment_id=establishment_id, kind=kind), search)
    return {tab.value: rows.filter(tab=tab.value)[:COUNT_UP_TO].count() for tab in Tab}


def count_by_tab(*, ecosystem_id: int, establishment_id: int, kinds: list[str]) -> dict[tuple[str, str], int]:
    """How many orders each list holds, counted up to COUNT_UP_TO and no further."""
    lists = [(kind, tab.value) for kind in kinds for tab in Tab]
    values = [(*one, ecosystem_id, establishment_id, *one, COUNT_UP_TO) for one in lists]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(COUNT for _ in lists), [value for row in values for value in row])
        return {(kind, tab): many for kind, tab, many in cursor.fetchall()}


def open_drafts(establishment_id: int) -> QuerySet[Draft]:
    return Draft.objects.filter(establishment_id=establishment_id, order=None).order_by("-id")


def waiting_for_people(establishment_id: int, *, today: dt.date, horizon: int = 30) -> dict[str, list[Order]]:
    """What only a person can bring on, by reason: to decide, to correct, to communicate. At most 20 each.

    A refusal that nobody corrected within `horizon` days is left to its list.
    """
    orders = Order.objects.filter(establishment_id=establishment_id)
    since = dt.datetime.combine(today - dt.timedelta(days=horizon), dt.time(), tzinfo=SAO_PAULO)
    return {
        "decide": list(orders.filter(state=State.PARKED.value).order_by("id")[:20]),
        "correct": list(
            orders.filter(tab=Tab.REFUSED.value, corrections=None, created_at__gte=since).order_by("-id")[:20]
        ),
        "communicate": list(orders_to_communicate(establishment_id)[:20]),
    }


def orders_to_communicate(establishment_id: int) -> QuerySet[Order]:
    """Registered intentions whose sale is not communicated yet, the oldest sale first."""
    return (
        Order.objects.filter(establishment_id=establishment_id, kind=SALE_INTENTION, tab=Tab.APPROVED.value)
        .filter(~Exists(_communications()))
        .order_by("sale_date", "id")
    )


def _communications() -> QuerySet[Order]:
    return Order.objects.filter(intention=OuterRef("pk"), state__in=[*IN_WORK, State.REGISTERED.value])


def communications_of(order: Order) -> QuerySet[Order]:
    """The communications begun from an intention, newest first."""
    return Order.objects.filter(intention=order).order_by("-id")


def corrections_of(order: Order) -> QuerySet[Order]:
    return Order.objects.filter(corrects=order).order_by("-id")


def registered_intention(*, atpve_number: str) -> Order | None:
    """Our own registered intention that issued this ATPV-e, with its parties."""
    if not atpve_number:
        return None
    rows = Order.objects.filter(kind=SALE_INTENTION, state=State.REGISTERED.value, atpve_number=atpve_number)
    return rows.prefetch_related("parties").first()


def known_party(typed: Mapping[str, str], *, who: str) -> Party | None:
    """The seller or buyer whose CPF or CNPJ is typed, as the newest order of this establishment knows them; None too
    when nothing of them is left to fill."""
    try:
        document = clean_document(typed.get(f"{who}_document", "")).number
    except Invalid:
        return None
    party = Party.objects.filter(document=document).order_by("-id").first()
    if party is None:
        return None
    names = PARTY_FIELDS[who]
    lacks = [name for name in names if getattr(party, name) and not typed.get(f"{who}_{name}", "").strip()]
    return party if lacks else None


def latest_orders(establishment_id: int, many: int = 8) -> QuerySet[Order]:
    return Order.objects.filter(establishment_id=establishment_id).order_by("-id")[:many]
