"""Read queries that name a question. All of them in the scope in force."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from brazil.documents import clean_document
from brazil.errors import Invalid
from kernel.clock import SAO_PAULO
from transactions.models import BulkFile, BulkLine, Draft, Order, Party
from transactions.models.order import IN_WORK
from transactions.models.party import BUYER, SELLER
from transactions.rules import facts as said
from transactions.rules.agencies import SALE_COMMUNICATION, SALE_INTENTION, SALES
from transactions.states import LineState, State, Tab

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
        .select_related("atpve", "scan", "intention", "corrects", "cancels", "signed_request")
        .select_related("created_by", "establishment", "draft")
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
    _mark_followed(found)
    if backwards:
        found.reverse()
    has_older = backwards or more
    has_newer = more if backwards else before is not None
    return Page(
        found,
        older=found[-1].pk if found and has_older else None,
        newer=found[0].pk if found and has_newer else None,
    )


def _mark_followed(orders: Sequence[Order]) -> None:
    """Asked for one page's orders: as columns of the list's query they would be worked out for every order there is."""
    registered = [order.pk for order in orders if order.state == State.REGISTERED.value]
    followers = Order.objects.filter(_spent_or_live(), intention_id__in=registered).values_list(
        "intention_id", flat=True
    )
    running = Order.objects.filter(cancels_id__in=registered, state__in=IN_WORK).values_list("cancels_id", flat=True)
    communicated, cancelling = (set(followers), set(running)) if registered else (set(), set())
    for order in orders:
        order.communicated = order.pk in communicated  # type: ignore[attr-defined]  # as an annotation would be
        order.cancelling = order.pk in cancelling  # type: ignore[attr-defined]  # likewise


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


def draft_id_of(token: UUID) -> int | None:
    return Draft.objects.filter(token=token).values_list("pk", flat=True).first()


def open_drafts(establishment_id: int) -> QuerySet[Draft]:
    """Sales being typed; cancellations being prepared are `cancel_selectors.open_requests`."""
    return Draft.objects.filter(establishment_id=establishment_id, order=None, cancels=None).order_by("-id")


def waiting_for_people(establishment_id: int, *, today: dt.date, horizon: int = 30) -> dict[str, list[Order]]:
    """What only a person can bring on, by reason: to decide, to correct, to communicate. At most 20 each.

    A refusal that nobody corrected within `horizon` days is left to its list.
    """
    orders = Order.objects.filter(establishment_id=establishment_id)
    since = dt.datetime.combine(today - dt.timedelta(days=horizon), dt.time(), tzinfo=SAO_PAULO)
    return {
        "decide": list(orders.filter(state=State.PARKED.value).order_by("id")[:20]),
        "correct": list(
            orders.filter(kind__in=SALES, tab=Tab.REFUSED.value, corrections=None, created_at__gte=since).order_by(
                "-id"
            )[:20]
        ),
        "communicate": list(orders_to_communicate(establishment_id)[:20]),
    }


def orders_to_communicate(establishment_id: int) -> QuerySet[Order]:
    """Registered intentions whose sale is not communicated yet, the oldest sale first."""
    return (
        Order.objects.filter(establishment_id=establishment_id, kind=SALE_INTENTION, tab=Tab.APPROVED.value)
        .filter(~Exists(_communications()), ~Exists(_cancellations()))
        .order_by("sale_date", "id")
    )


def clocks_running(establishment_id: int, *, today: dt.date, oldest: int = 180) -> list[Order]:
    """Orders for which the term of the communication runs: intentions whose sale is not communicated, and
    communications that are not registered. Sales older than `oldest` days are left to their lists."""
    since = today - dt.timedelta(days=oldest)
    unsettled = Q(state__in=IN_WORK) | Q(tab=Tab.REFUSED.value, corrections=None)
    communications = Order.objects.filter(establishment_id=establishment_id, kind=SALE_COMMUNICATION)
    return [
        *orders_to_communicate(establishment_id).filter(sale_date__gte=since),
        *communications.filter(unsettled, sale_date__gte=since).order_by("due_on", "id"),
    ]


def waiting_by_agency(establishment_id: int) -> dict[str, int]:
    """How many orders of an establishment wait for each agency's answer."""
    waiting = [State.QUEUED.value, State.IN_FLIGHT.value, State.UNCONFIRMED.value]
    rows = Order.objects.filter(establishment_id=establishment_id, state__in=waiting)
    return dict(rows.order_by().values_list("agency").annotate(many=Count("pk")))


def _spent_or_live() -> Q:
    """Communications on their way, in force, or cancelled at the agency: a cancelled one has used its ATPV-e up."""
    return Q(state__in=[*IN_WORK, State.REGISTERED.value]) | (Q(state=State.CANCELLED.value) & ~Q(protocol=""))


def _communications() -> QuerySet[Order]:
    return Order.objects.filter(_spent_or_live(), intention=OuterRef("pk"))


def _cancellations() -> QuerySet[Order]:
    return Order.objects.filter(cancels=OuterRef("pk"), state__in=IN_WORK)


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


def orders_in_the_way(kind: str, *, chassis: list[str]) -> dict[str, str]:
    """Chassis → number of one's own order that stands in the way of another: live, or an intention in force."""
    mine = Order.objects.filter(kind=kind, chassis__in={text for text in chassis if text})
    found = mine.filter(state__in=IN_WORK)
    if kind == SALE_INTENTION:
        in_force = Q(state=State.REGISTERED.value) & ~Q(communications__state=State.REGISTERED.value)
        found = mine.filter(Q(state__in=IN_WORK) | in_force)
    return dict(found.values_list("chassis", "number"))


def bulk_files(establishment_id: int) -> QuerySet[BulkFile]:
    """The files with several vehicles of an establishment, newest first, with how many lines are in which state."""
    many = {f"many_{s.value}": Count("lines", filter=Q(lines__state=s.value)) for s in LineState}
    rows = BulkFile.objects.filter(establishment_id=establishment_id).select_related("created_by")
    return rows.annotate(many=Count("lines"), **many).order_by("-id")


def bulk_lines(file: BulkFile) -> QuerySet[BulkLine]:
    """In the order of the file, with their orders."""
    return BulkLine.objects.filter(file=file).select_related("order").order_by("number")
