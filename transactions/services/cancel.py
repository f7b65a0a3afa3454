"""Cancelling what a DETRAN registered: a request is generated, signed, uploaded, and only then sent."""

import datetime as dt

from documents import services as documents
from documents.kinds import check_upload
from documents.models import Document
from kernel import clock
from kernel.actor import Actor
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach
from outbox import services as outbox
from tenants.models import Establishment
from tenants.selectors import adhesion_is_due
from transactions.errors import AdhesionMissing, NotNow, OrderAlreadyLive, OrderNotSubmittable
from transactions.models import Draft, Order, Party
from transactions.rules import cancelling
from transactions.rules.agencies import CANCELLED_BY, SALE_INTENTION, agency
from transactions.rules.cancelling import CancellationFacts, Target
from transactions.selectors import parties_of
from transactions.services._move import SUBJECT, lock, record
from transactions.services.numbers import new_number
from transactions.states import LIVE, State
from transactions.topics import CHECK_REQUEST, HOUSE, RENDER_REQUEST, SEND

SIGNED_KIND = "cancellation_signed"
KEPT_FOR = dt.timedelta(days=5 * 366)
MOST_BYTES = 5 * 2**20
VEHICLE = ("plate", "renavam", "chassis", "crv_number", "crv_security_code", "brand_model", "mileage")
SALE = ("sale_date", "price_cents", "sale_city", "sale_city_code", "atpve_number", "atpv_number")
CONTACT = ("role", "document", "name", "email", "phone")
ADDRESS = ("cep", "street", "number", "complement", "district", "city", "city_code", "uf")


def target_of(order: Order) -> Target:
    """What the rules of cancelling ask about an order."""
    running = order.cancellations.filter(state__in=[state.value for state in LIVE]).first()
    communicated = order.communications.filter(state__in=[*(s.value for s in LIVE), State.REGISTERED.value]).exists()
    return Target(
        kind=order.kind,
        is_registered=State(order.state) is State.REGISTERED,
        atpve_was_read=order.atpve_asked_at is not None,
        is_communicated=order.kind == SALE_INTENTION and communicated,
        running_cancellation=running.number if running else "",
    )


def obstacles(order: Order) -> list[str]:
    """Why this order cannot be cancelled now; empty when it can."""
    return cancelling.obstacles(target_of(order), agency=agency(order.agency), today=clock.today())


def prepare_cancellation(
    *, order_id: int, reason: str, justification: str, actor: Actor, user_id: int, request_id: str = ""
) -> Draft:
    """Reserves a number and has the request written out, ready to sign. Raises NotNow, OrderNotSubmittable.

    Asked for again while one is being prepared, it answers that one with the new reason, written out anew.
    """
    with unit_of_work():
        order = lock(order_id)
        if reasons := obstacles(order):
            raise NotNow(" ".join(reasons))
        kind = CANCELLED_BY[order.kind]
        facts = CancellationFacts(reason, justification.strip(), has_signed_request=False)
        found = cancelling.reason_problems(facts, agency=agency(order.agency), kind=kind, today=clock.today())
        if found:
            raise OrderNotSubmittable(found)
        draft = Draft.objects.filter(cancels=order, order=None).select_for_update().first() or Draft(
            ecosystem_id=order.ecosystem_id,
            establishment_id=order.establishment_id,
            kind=kind,
            agency=order.agency,
            number=new_number(kind),
            cancels=order,
            created_by_id=user_id,
        )
        draft.data = {"reason": reason, "justification": facts.justification}
        draft.request = draft.signed_request = draft.signed_check = None
        draft.save()
        reach("transactions.cancel.prepare_cancellation.draft_saved")
        outbox.enqueue(
            RENDER_REQUEST,
            lane=HOUSE,
            payload={"draft_id": draft.pk},
            subject_type="draft",
            subject_id=draft.pk,
            request_id=request_id,
        )
        reach("transactions.cancel.prepare_cancellation.message_left")
        record(order, "cancellation_prepared", actor=actor, data={"number": draft.number, "reason": reason})
        reach("transactions.cancel.prepare_cancellation.recorded")
    reach("transactions.cancel.prepare_cancellation.committed")
    return draft


def keep_request(*, draft_id: int, content: bytes) -> None:
    """Stores the written-out request, unless the draft was sent meanwhile."""
    with unit_of_work():
        draft = Draft.objects.get(pk=draft_id)
    reach("transactions.cancel.keep_request.read")
    document = _keep(draft, content, kind="cancellation_request", media_type="application/pdf", user_id=None)
    reach("transactions.cancel.keep_request.document_stored")
    with unit_of_work():
        draft = Draft.objects.select_for_update().get(pk=draft_id)
        if draft.order_id is None:
            draft.request = document
            draft.save(update_fields=["request", "updated_at"])
            reach("transactions.cancel.keep_request.draft_saved")
    reach("transactions.cancel.keep_request.committed")


def attach_signed(*, draft_id: int, content: bytes, user_id: int, request_id: str = "") -> Draft:
    """Takes the signed copy and has its QR code and signatures read. Raises FileRefused, NotNow."""
    form = check_upload(content, field="signed_request", most_bytes=MOST_BYTES)
    with unit_of_work():
        draft = Draft.objects.select_for_update().get(pk=draft_id)
        if draft.order_id is not None or draft.request_id is None:
            raise NotNow("Gere a solicitação antes de enviar a cópia assinada.")
        draft.signed_request = _keep(
            draft, content, kind=SIGNED_KIND, media_type=form.media_type, user_id=user_id, suffix=form.suffix
        )
        reach("transactions.cancel.attach_signed.document_stored")
        draft.signed_check = None
        draft.save(update_fields=["signed_request", "signed_check", "updated_at"])
        reach("transactions.cancel.attach_signed.draft_saved")
        outbox.enqueue(
            CHECK_REQUEST,
            lane=HOUSE,
            payload={"draft_id": draft.pk, "document_id": draft.signed_request.pk},
            subject_type="draft",
            subject_id=draft.pk,
            request_id=request_id,
        )
        reach("transactions.cancel.attach_signed.message_left")
    reach("transactions.cancel.attach_signed.committed")
    return draft


def note_check(*, draft_id: int, document_id: int, check: dict[str, object]) -> None:
    """What reading the signed copy brought; nothing when another copy was uploaded meanwhile."""
    with unit_of_work():
        draft = Draft.objects.select_for_update().get(pk=draft_id)
        if draft.order_id is None and draft.signed_request_id == document_id:
            draft.signed_check = check
            draft.save(update_fields=["signed_check", "updated_at"])
            reach("transactions.cancel.note_check.draft_saved")
    reach("transactions.cancel.note_check.committed")


def submit_cancellation(
    *, draft_id: int, establishment: Establishment, actor: Actor, user_id: int, request_id: str = ""
) -> Order:
    """Sends a prepared cancellation once: whoever comes second gets the first one's order.

    Raises AdhesionMissing, NotNow with every obstacle, OrderNotSubmittable, OrderAlreadyLive.
    """
    with unit_of_work():
        draft = Draft.objects.select_for_update().get(pk=draft_id)
        if draft.order is not None:
            return draft.order
        if adhesion_is_due(establishment):
            raise AdhesionMissing
        if draft.cancels_id is None:
            raise NotNow("Este rascunho não é de um cancelamento.")
        target = lock(draft.cancels_id)
        if reasons := obstacles(target):
            raise NotNow(" ".join(reasons))
        _judge(draft)
        order = _create(draft, target, user_id)
        outbox.enqueue(
            SEND,
            lane=order.lane,
            payload={"order_id": order.pk, "agency": order.agency},
            subject_type=SUBJECT,
            subject_id=order.pk,
            request_id=request_id,
        )
        reach("transactions.cancel.submit_cancellation.message_left")
        record(order, "submitted", actor=actor, data={"cancels": target.number, "number": order.number})
        reach("transactions.cancel.submit_cancellation.recorded")
        record(target, "cancellation_sent", actor=actor, data={"number": order.number})
        reach("transactions.cancel.submit_cancellation.recorded_on_target")
        draft.order = order
        draft.save(update_fields=["order", "updated_at"])
        reach("transactions.cancel.submit_cancellation.draft_saved")
    reach("transactions.cancel.submit_cancellation.committed")
    return order


def _judge(draft: Draft) -> None:
    facts = CancellationFacts(
        str(draft.data.get("reason", "")),
        str(draft.data.get("justification", "")),
        has_signed_request=draft.signed_request_id is not None,
    )
    found = cancelling.problems(facts, agency=agency(draft.agency), kind=draft.kind, today=clock.today())
    if found:
        raise OrderNotSubmittable(found)
    if draft.signed_check is None:
        raise NotNow("A cópia assinada ainda está sendo conferida; espere alguns segundos.")
    if not draft.signed_check.get("matches"):
        raise NotNow(str(draft.signed_check.get("words", "A cópia assinada não é desta solicitação.")))


def _create(draft: Draft, target: Order, user_id: int) -> Order:
    if draft.number is None or Order.objects.filter(cancels=target, state__in=[s.value for s in LIVE]).exists():
        raise OrderAlreadyLive
    order = Order(
        ecosystem_id=target.ecosystem_id,
        establishment_id=target.establishment_id,
        number=draft.number,
        kind=draft.kind,
        agency=target.agency,
        cancels=target,
        reason=draft.data["reason"],
        justification=draft.data["justification"],
        signed_request=draft.signed_request,
        created_by_id=user_id,
        **{name: getattr(target, name) for name in (*VEHICLE, *SALE)},
    )
    order.save(force_insert=True)
    reach("transactions.cancel.create.order_saved")
    Party.objects.bulk_create([_copy(party, order) for party in parties_of(target)])
    reach("transactions.cancel.create.parties_saved")
    return order


def _copy(party: Party, order: Order) -> Party:
    return Party(
        order=order,
        ecosystem_id=order.ecosystem_id,
        establishment_id=order.establishment_id,
        **{name: getattr(party, name) for name in (*CONTACT, *ADDRESS)},
    )


def _keep(
    draft: Draft, content: bytes, *, kind: str, media_type: str, user_id: int | None, suffix: str = ".pdf"
) -> Document:
    return documents.store(
        content=content,
        kind=kind,
        subject_type="draft",
        subject_id=draft.pk,
        media_type=media_type,
        filename=f"solicitacao-{draft.number}{'-assinada' if kind == SIGNED_KIND else ''}{suffix}",
        keep_until=clock.today() + KEPT_FOR,
        actor_user_id=user_id,
    )
