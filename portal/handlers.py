"""What the outbox calls for this room: papers made of what several rooms know, and what people are told."""

import datetime as dt
from functools import partial

from django.urls import reverse

from accounts.models import User
from brazil.vehicles import format_plate
from documents import pdf, selectors
from documents import services as documents
from documents.kinds import ADHESION_TERM
from kernel import clock, scope
from kernel.clock import SAO_PAULO
from kernel.db.transactions import scoped, unit_of_work
from outbox.registry import Job, Policy, Visit, handles
from outbox.selectors import lane_health, places_waiting
from outbox.services.health import AGENCY_DOWN, AGENCY_UP
from portal import models, services
from portal.selectors import places_told
from portal.services import Told
from portal.topics import WATCH_DEADLINES
from tenants.models import AdhesionAcceptance, Establishment
from tenants.prose import to_html
from tenants.roles import Right
from tenants.selectors import users_with
from tenants.services import ADHESION_ACCEPTED
from transactions.models import Order
from transactions.presenting.days import Deadline, of_order, to_communicate
from transactions.rules.agencies import SALE_COMMUNICATION, agencies, agency
from transactions.rules.deadlines import mark_of
from transactions.selectors import clocks_running

KEPT = dt.timedelta(days=3653)  # ten years: Código Civil, art. 205


@handles(ADHESION_ACCEPTED, policy=lambda job: Policy(quarantine=15.0))
def keep_accepted_term(job: Job) -> Visit:
    """The accepted term as PDF, once: a second visit finds the first one's."""
    with unit_of_work():
        acceptance = AdhesionAcceptance.objects.select_related("term", "establishment", "ecosystem").get(
            pk=job.payload["acceptance_id"]
        )
        kept = selectors.newest_of("adhesion_acceptance", acceptance.pk, kind=ADHESION_TERM)
    if kept is not None:
        return Visit(explanation="O comprovante já estava guardado.")
    content = pdf.render("tenants/adhesion_pdf.html", _context(acceptance))
    documents.store(
        content=content,
        kind=ADHESION_TERM,
        subject_type="adhesion_acceptance",
        subject_id=acceptance.pk,
        media_type="application/pdf",
        filename=f"termo-de-adesao-v{acceptance.term.version}-{acceptance.establishment.slug}.pdf",
        keep_until=acceptance.accepted_at.date() + KEPT,
        actor_user_id=None,
    )
    return Visit(explanation="Comprovante do aceite guardado.")


def _context(acceptance: AdhesionAcceptance) -> dict[str, object]:
    return {
        "acceptance": acceptance,
        "term": acceptance.term,
        "establishment": acceptance.establishment,
        "ecosystem": acceptance.ecosystem,
        "text": to_html(acceptance.term.text),
        "color": acceptance.ecosystem.color,
    }


def _house_policy(job: Job) -> Policy:
    return Policy(quarantine=15.0)


@handles(AGENCY_DOWN, policy=_house_policy)
def tell_agency_down(job: Job) -> Visit:
    """Tells the managers whose orders wait. Nobody, when the agency came back before anybody was told."""
    lane, since = job.payload["lane"], dt.datetime.fromisoformat(job.payload["since"])
    health = lane_health(lane)
    if lane not in agencies() or health is None or not health.is_down or health.since != since:
        return Visit(explanation="O órgão já responde de novo.", called=False)
    with scoped(system=True):
        places = places_waiting(lane)
    name, at = agencies()[lane].name, since.astimezone(SAO_PAULO)
    text = f"{name} não responde desde {at:%H:%M} de {at:%d/%m}. Seus pedidos seguem sozinhos quando voltar."
    for ecosystem_id, establishment_id in places:
        with scoped(ecosystem_id=ecosystem_id, establishment_id=establishment_id):
            _tell_of_agency(models.AGENCY_DOWN, users_with(Right.DECIDE_ORDERS, establishment_id), text, job)
    return Visit(explanation="Gestores avisados.", called=False)


@handles(AGENCY_UP, policy=_house_policy)
def tell_agency_up(job: Job) -> Visit:
    """Tells those who were told that it was down."""
    lane = job.payload["lane"]
    with scoped(system=True):
        places = places_told(models.AGENCY_DOWN, _mark(job))
    for ecosystem_id, establishment_id, people in places:
        text = f"{agencies()[lane].name} voltou a responder. Os pedidos que esperavam já estão seguindo."
        with scoped(ecosystem_id=ecosystem_id, establishment_id=establishment_id):
            managers = users_with(Right.DECIDE_ORDERS, establishment_id)
            _tell_of_agency(models.AGENCY_UP, [user for user in managers if user.pk in people], text, job)
    return Visit(explanation="Gestores avisados.", called=False)


def _mark(job: Job) -> str:
    return f"{job.payload['lane']} {job.payload['since']}"


def _house_of_the_scope() -> Establishment:
    """Raises ScopeMissing where no establishment is named."""
    house = scope.required().establishment_id
    if house is None:
        raise scope.ScopeMissing("People are told in the scope of an establishment.")
    return Establishment.objects.select_related("ecosystem").get(pk=house)


def _tell_of_agency(kind: str, users: list[User], text: str, job: Job) -> None:
    """In the establishment's scope."""
    house = _house_of_the_scope()
    link = reverse("portal:agencies", kwargs={"ecosystem": house.ecosystem.slug, "establishment": house.slug})
    name = agencies()[job.payload["lane"]].name
    services.tell(
        establishment_id=house.pk,
        users=users,
        kind=kind,
        told=[Told(text, link, _mark(job))],
        subject=f"{name} fora do ar" if kind == models.AGENCY_DOWN else f"{name} voltou",
        lead="aviso sobre o órgão que recebe seus pedidos.",
    )


@handles(WATCH_DEADLINES, policy=_house_policy)
def watch_deadlines(job: Job) -> Visit:
    """Tells the people who submit orders which legal terms come near, each chosen day once."""
    with unit_of_work():
        house = _house_of_the_scope()
        orders = clocks_running(house.pk, today=clock.today())
        told = [one for one in map(partial(_deadline_told, house), orders) if one is not None]
        users = users_with(Right.SUBMIT_ORDERS, house.pk) if told else []
        many = services.tell(
            establishment_id=house.pk,
            users=users,
            kind=models.DEADLINE,
            told=told,
            subject="Prazos legais a vencer",
            lead="estes prazos do Código de Trânsito pedem a sua atenção.",
        )
    return Visit(explanation=f"{many} avisos de prazo.", called=False)


def _deadline_told(house: Establishment, order: Order) -> Told | None:
    clock_of = to_communicate(order) if order.is_intention else of_order(order)
    mark = None if clock_of is None else _mark_of(order, clock_of)
    if clock_of is None or mark is None:
        return None
    place = {"ecosystem": house.ecosystem.slug, "establishment": house.slug}
    what = "Comunicar a venda de" if order.is_intention else "Comunicado de venda de"
    return Told(
        f"{what} {format_plate(order.plate)}: {clock_of.words}, em {clock_of.on:%d/%m/%Y}."
        if clock_of.days >= 0
        else f"{what} {format_plate(order.plate)}: o prazo {clock_of.words}, em {clock_of.on:%d/%m/%Y}.",
        reverse("transactions:order", kwargs={**place, "number": order.number}),
        f"{order.number} {mark}",
    )


def _mark_of(order: Order, clock_of: Deadline) -> int | None:
    term = agency(order.agency).term(SALE_COMMUNICATION, on=order.sale_date)
    return None if term is None else mark_of(clock_of.days, term.notice_days)
