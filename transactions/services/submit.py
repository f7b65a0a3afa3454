"""Submitting an order: judged, queued, left for the outbox and recorded in one transaction. Nothing is sent here."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from documents.models import Document
from kernel import clock
from kernel.actor import Actor
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach
from outbox import services as outbox
from tenants.models import Establishment
from tenants.selectors import adhesion_is_due
from transactions.errors import AdhesionMissing, AlreadyRegistered, OrderAlreadyLive, OrderNotSubmittable
from transactions.models import Order, Party
from transactions.models.party import BUYER, SELLER
from transactions.rules import deadlines
from transactions.rules import facts as said
from transactions.rules.agencies import SALE_COMMUNICATION, SALE_INTENTION, agency
from transactions.rules.submission import problems
from transactions.selectors import live_order_of, registered_intention, registered_order_of
from transactions.services._move import SUBJECT, record
from transactions.services.numbers import new_number
from transactions.topics import SEND

LIVE_CONSTRAINT = "one_live_order"
NUMBER_CONSTRAINT = "transactions_order_number_key"
TRIES = 3


@dataclass(frozen=True, slots=True)
class Links:
    """What an order hangs on: its scan, the intention it communicates, the refused order it corrects."""

    scan: Document | None = None
    intention: Order | None = None
    corrects: Order | None = None


NO_LINKS = Links()


def submit_order(
    *,
    establishment: Establishment,
    agency_code: str,
    facts: said.OrderFacts,
    actor: Actor,
    user_id: int | None = None,
    links: Links = NO_LINKS,
    request_id: str = "",
) -> Order:
    """Queues an order to a DETRAN in the establishment's scope.

    Raises AdhesionMissing, OrderNotSubmittable with every problem, OrderAlreadyLive or AlreadyRegistered; then
    nothing is left behind.
    """
    with unit_of_work():
        _judge(establishment, agency_code, facts)
        order = _create(establishment, agency_code, facts, links, user_id)
        outbox.enqueue(
            SEND,
            lane=order.lane,
            payload={"order_id": order.pk, "agency": order.agency},
            subject_type=SUBJECT,
            subject_id=order.pk,
            urgent_by=_end_of(order.due_on),
            request_id=request_id,
        )
        reach("transactions.submit.submit_order.message_left")
        record(order, "submitted", actor=actor, data={"agency": order.agency, "number": order.number})
        reach("transactions.submit.submit_order.recorded")
    reach("transactions.submit.submit_order.committed")
    return order


def _judge(establishment: Establishment, agency_code: str, facts: said.OrderFacts) -> None:
    if adhesion_is_due(establishment):
        raise AdhesionMissing
    found = problems(facts, agency=agency(agency_code), establishment_cnpj=establishment.cnpj, today=clock.today())
    if found:
        raise OrderNotSubmittable(found)
    live = live_order_of(facts.kind, chassis=facts.vehicle.chassis)
    if live is not None:
        raise OrderAlreadyLive(live.number)
    standing = registered_order_of(facts.kind, chassis=facts.vehicle.chassis)
    if standing is not None and _stands_in_the_way(standing, facts):
        what = "uma intenção de venda em vigor" if facts.kind == SALE_INTENTION else "um comunicado de venda registrado"
        raise AlreadyRegistered(standing.number, what=what)


def _stands_in_the_way(standing: Order, facts: said.OrderFacts) -> bool:
    """A vehicle that came back may be sold again: only the same document of sale is not communicated twice."""
    if facts.kind == SALE_INTENTION:
        return True
    evidence = facts.evidence
    return (standing.atpve_number, standing.atpv_number) == (evidence.atpve_number, evidence.atpv_number)


def _create(
    establishment: Establishment, agency_code: str, facts: said.OrderFacts, links: Links, user_id: int | None
) -> Order:
    order = _order(establishment, agency_code, facts, links, user_id)
    for more in reversed(range(TRIES)):
        order.number = new_number(facts.kind)
        try:
            with transaction.atomic():
                order.save(force_insert=True)
                reach("transactions.submit.create.order_saved")
            break
        except IntegrityError as e:
            if LIVE_CONSTRAINT in str(e):
                raise OrderAlreadyLive from None  # a rival's order, or a twin's that came between: never shown whose
            if NUMBER_CONSTRAINT not in str(e) or not more:
                raise
    Party.objects.bulk_create([_party(order, SELLER, facts.seller), _party(order, BUYER, facts.buyer)])
    reach("transactions.submit.create.parties_saved")
    return order


def _order(
    establishment: Establishment, agency_code: str, facts: said.OrderFacts, links: Links, user_id: int | None
) -> Order:
    vehicle, sale, evidence = facts.vehicle, facts.sale, facts.evidence
    if sale.date is None or sale.price_cents is None:
        raise OrderNotSubmittable([])
    return Order(
        ecosystem_id=establishment.ecosystem_id,
        establishment_id=establishment.pk,
        kind=facts.kind,
        agency=agency_code,
        **asdict(vehicle),
        sale_date=sale.date,
        price_cents=sale.price_cents,
        sale_city=sale.city,
        sale_city_code=sale.city_code,
        origin=evidence.origin,
        atpve_number=evidence.atpve_number,
        atpv_number=evidence.atpv_number,
        atpv_security_code=evidence.atpv_security_code,
        scan=links.scan,
        intention=links.intention or _issuer(facts),
        corrects=links.corrects,
        due_on=deadlines.due_on(agency(agency_code), facts.kind, sale_date=sale.date),
        created_by_id=user_id,
    )


def _issuer(facts: said.OrderFacts) -> Order | None:
    """The house's own intention that issued the ATPV-e whose sale is communicated, also where it was typed by hand."""
    if facts.kind != SALE_COMMUNICATION:
        return None
    return registered_intention(atpve_number=facts.evidence.atpve_number)


def _party(order: Order, role: str, party: said.Party) -> Party:
    return Party(
        order=order,
        ecosystem_id=order.ecosystem_id,
        establishment_id=order.establishment_id,
        role=role,
        document=party.document,
        name=party.name,
        email=party.email,
        phone=party.phone,
        **asdict(party.address),
    )


def _end_of(day: dt.date | None) -> dt.datetime | None:
    if day is None:
        return None
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=clock.SAO_PAULO)
