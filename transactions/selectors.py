"""Read queries that name a question. All of them in the scope in force."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Prefetch, QuerySet

from transactions.models import Draft, Order, Party
from transactions.models.order import IN_WORK
from transactions.models.party import BUYER, SELLER
from transactions.rules import facts as said
from transactions.states import State, Tab

PAGE = 50
COUNT_UP_TO = 1000
COUNTS = """
SELECT kind, tab, (SELECT count(*) FROM (
  SELECT 1 FROM transactions_order o WHERE o.ecosystem_id = %(ecosystem)s AND o.establishment_id = %(establishment)s
    AND o.kind = k.kind AND o.tab = t.tab LIMIT %(most)s) some) AS many
FROM unnest(%(kinds)s::text[]) AS k(kind), unnest(%(tabs)s::text[]) AS t(tab)
"""


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
    return Order.objects.filter(kind=kind, chassis=chassis, state__in=IN_WORK).first()


def registered_order_of(kind: str, *, chassis: str) -> Order | None:
    """A registered order that no registered communication has used up."""
    registered = Order.objects.filter(kind=kind, chassis=chassis, state=State.REGISTERED.value)
    return registered.exclude(communications__state=State.REGISTERED.value).order_by("-id").first()


def order_with_parties(number: str) -> QuerySet[Order]:
    return (
        Order.objects.filter(number=number)
        .select_related("atpve", "scan", "intention", "corrects", "created_by", "establishment")
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
    after: int | None = None,  # noqa: B008
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
    if backwards:
        found.reverse()
    has_older = backwards or more
    has_newer = more if backwards else before is not None
    return Page(
        found,
        older=found[-1].pk if found and has_older else None,
        newer=found[0].pk if found and has_newer else None,
    )


def _narrowed(rows: QuerySet[Order], search: Search) -> QuerySet[Order]:
    if search.document:
        rows = rows.filter(parties__document=search.document).distinct()
    text = search.text
    if not text:
        return rows
    if len(text) == 17:
        return rows.filter(chassis=text)
    if len(text) == 11 and text.isdigit():
        return rows.filter(renavam=text)
    if len(text) == 7:
        return rows.filter(plate=text)
    return rows.filter(number=text)


def count_by_tab(*, ecosystem_id: int, establishment_id: int, kinds: list[str]) -> dict[tuple[str, str], int]:
    """How many orders each list holds, counted up to COUNT_UP_TO and no further."""
    with connection.cursor() as cursor:
        cursor.execute(
            COUNTS,
            {
                "ecosystem": ecosystem_id,
                "establishment": establishment_id,
                "most": COUNT_UP_TO,
                "kinds": kinds,
                "tabs": [tab.value for tab in Tab],
            },
        )
        return {(kind, tab): many for kind, tab, many in cursor.fetchall()}


def open_drafts(establishment_id: int) -> QuerySet[Draft]:
    return Draft.objects.filter(establishment_id=establishment_id, order=None).order_by("-id")


def waiting_for_people(establishment_id: int, *, today: dt.date, horizon: int = 15) -> dict[str, list[Order]]:
    """What only a person can bring on, by reason: to decide, to correct, to communicate. At most 20 each."""
    orders = Order.objects.filter(establishment_id=establishment_id)
    return {
        "decide": list(orders.filter(state=State.PARKED.value).order_by("id")[:20]),
        "correct": list(orders.filter(tab=Tab.REFUSED.value, corrections=None).order_by("-id")[:20]),
        "communicate": list(
            orders.filter(kind="sale_intention", tab=Tab.APPROVED.value)
            .exclude(communications__state__in=[*IN_WORK, State.REGISTERED.value])
            .order_by("sale_date", "id")[:20]
        ),
    }


def latest_orders(establishment_id: int, many: int = 8) -> QuerySet[Order]:
    return Order.objects.filter(establishment_id=establishment_id).order_by("-id")[:many]
