"""The fee of cancelling a communication: its slip, its payment, and the cancellation that follows it."""

import datetime as dt

from django.conf import settings

from billing import services as billing
from billing.models import FeeSlip
from billing.services import Slip
from billing.states import Report
from kernel import clock
from kernel.actor import SYSTEM, Actor
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach
from outbox import services as outbox
from outbox.selectors import attempts_of, open_messages
from transactions.errors import NotNow
from transactions.models import Order
from transactions.rules.agencies import agency
from transactions.services._move import SUBJECT, lock, move, record
from transactions.services.cancelled import cancel_target
from transactions.states import Action, State
from transactions.topics import FOLLOW, HOUSE, ISSUE_SLIP, RENDER_SLIP

WAITING = frozenset({State.AWAITING_FEE, State.PROCESSING})


def want_slip(order: Order) -> None:
    """Leaves the issuing in the outbox; called with the order locked."""
    _leave(order, ISSUE_SLIP)


def ask_for_new_slip(*, order_id: int, actor: Actor) -> Order:
    """A person wants another slip after one expired. Raises NotNow while one is open or on its way."""
    with unit_of_work():
        order = lock(order_id)
        if State(order.state) is not State.AWAITING_FEE:
            raise NotNow("Este pedido não está esperando o pagamento de taxa.")
        if billing.open_slip(SUBJECT, order.pk) is not None:
            raise NotNow("A guia atual ainda vale; pague por ela.")
        if open_messages(SUBJECT, order.pk).filter(topic=ISSUE_SLIP).exists():
            raise NotNow("Uma guia já está sendo emitida; espere alguns segundos.")
        want_slip(order)
        reach("transactions.fees.ask_for_new_slip.slip_wanted")
        record(order, "slip_asked", actor=actor)
        reach("transactions.fees.ask_for_new_slip.recorded")
    reach("transactions.fees.ask_for_new_slip.committed")
    return order


def slip_wanted(*, order_id: int) -> Order | None:
    """The order that still needs a slip; None when it has one or waits for none."""
    with unit_of_work():
        order = Order.objects.get(pk=order_id)
        settled = State(order.state) is not State.AWAITING_FEE or billing.open_slip(SUBJECT, order.pk) is not None
    reach("transactions.fees.slip_wanted.read")
    return None if settled else order


def keep_slip(*, order_id: int, slip: Slip) -> FeeSlip:
    """Keeps the slip and starts following its payment."""
    with unit_of_work():
        order = lock(order_id)
        row = _keep(order, slip)
        reach("transactions.fees.keep_slip.slip_kept")
        record(order, "slip_issued", actor=SYSTEM, data={"slip": slip.number, "value_cents": slip.value_cents})
        reach("transactions.fees.keep_slip.recorded")
        if not open_messages(SUBJECT, order.pk).filter(topic=FOLLOW).exists():
            _leave(order, FOLLOW)
            reach("transactions.fees.keep_slip.message_left")
    reach("transactions.fees.keep_slip.committed")
    return row


def followed(*, order_id: int) -> Order | None:
    """The order whose fee or processing is still to be looked at."""
    with unit_of_work():
        order = Order.objects.get(pk=order_id)
    reach("transactions.fees.followed.read")
    return order if State(order.state) in WAITING else None


def note_progress(
    *, order_id: int, reports: list[tuple[Slip, Report]], situation: str, recognised: bool, reason: str
) -> bool:
    """Writes down what the agency reports of slips and cancellation; True when there is nothing more to look at."""
    with unit_of_work():
        order = lock(order_id)
        for slip, report in reports:
            row = _keep(order, slip)
            fee_is_in = recognised and report.situation in ("COMPENSADA", "PAGA_EM_DUPLICIDADE")
            billing.report_slip(row.pk, Report(report.situation, report.payments, recognised=fee_is_in))
            reach("transactions.fees.note_progress.slip_reported")
        if State(order.state) is State.AWAITING_FEE and recognised:
            move(order, Action.RECOGNISE_FEE, actor=SYSTEM, verb="fee_recognised")
            reach("transactions.fees.note_progress.fee_recognised")
        if State(order.state) in WAITING and situation == "CANCELADO":
            move(order, Action.CONCLUDE, actor=SYSTEM, verb="concluded", registered_at=clock.now())
            reach("transactions.fees.note_progress.concluded")
            cancel_target(order)
            reach("transactions.fees.note_progress.target_cancelled")
        elif State(order.state) in WAITING and situation == "INDEFERIDO":
            move(order, Action.REJECT, actor=SYSTEM, verb="rejected", agency_words=reason)
            reach("transactions.fees.note_progress.rejected")
    reach("transactions.fees.note_progress.committed")
    return State(order.state) not in WAITING


def verify_now(*, order_id: int, actor: Actor) -> Order:
    """A person wants the payment looked at without waiting for the next round.

    Raises NotNow when nothing is followed, when the agency is being asked already, or when it was asked so lately
    that its rate budget forbids another visit; the words say from when on.
    """
    with unit_of_work():
        order = lock(order_id)
        message = open_messages(SUBJECT, order.pk).filter(topic=FOLLOW).first()
        if message is None or State(order.state) not in WAITING:
            raise NotNow("Não há pagamento a acompanhar neste pedido.")
        if message.state == "leased" or (message.state == "waiting" and message.due_at <= clock.now()):
            raise NotNow("O portal já está perguntando ao DETRAN; espere alguns segundos.")
        if (allowed := look_allowed_at(order)) > clock.now():
            at = allowed.astimezone(clock.SAO_PAULO).strftime("%H:%M:%S")
            raise NotNow(f"O DETRAN foi consultado há pouco; você pode pedir de novo a partir das {at}.")
        if message.state == "parked":
            outbox.release(message.pk)
        else:
            outbox.hasten(message.pk)
        reach("transactions.fees.verify_now.hastened")
        record(order, "verify_asked", actor=actor)
        reach("transactions.fees.verify_now.recorded")
    reach("transactions.fees.verify_now.committed")
    return order


def look_allowed_at(order: Order) -> dt.datetime:
    """From when on the agency's rate budget allows another look at the payment."""
    last = attempts_of(SUBJECT, order.pk).filter(message__topic=FOLLOW).last()
    if last is None:
        return clock.now()
    return last.started_at + dt.timedelta(seconds=agency(order.agency).calls.least_between * settings.OUTBOX_PACE)


def settle_duplicity(*, order_id: int, slip_number: str, actor: Actor) -> Order:
    """A person has asked for the refund of what was paid too much. Raises NotNow when nothing was."""
    with unit_of_work():
        order = lock(order_id)
        slip = FeeSlip.objects.filter(subject_type=SUBJECT, subject_id=order.pk, number=slip_number).first()
        if slip is None or not slip.paid_in_duplicity:
            raise NotNow("Esta guia não foi paga em duplicidade.")
        if slip.duplicity_settled_at is None:
            billing.settle_duplicity(slip.pk, actor=actor)
            reach("transactions.fees.settle_duplicity.slip_settled")
            record(order, "duplicity_settled", actor=actor, data={"number": slip.number})
            reach("transactions.fees.settle_duplicity.recorded")
    reach("transactions.fees.settle_duplicity.committed")
    return order


def _keep(order: Order, slip: Slip) -> FeeSlip:
    """The slip's row; when it is a new one, with its PDF on the way."""
    known = FeeSlip.objects.filter(agency=order.agency, number=slip.number).exists()
    row = billing.keep_slip(slip, agency=order.agency, subject_type=SUBJECT, subject_id=order.pk)
    if not known:
        outbox.enqueue(
            RENDER_SLIP,
            lane=HOUSE,
            payload={"order_id": order.pk, "slip_id": row.pk},
            subject_type=billing.SUBJECT,
            subject_id=row.pk,
        )
        reach("transactions.fees.keep.render_left")
    return row


def _leave(order: Order, topic: str) -> None:
    outbox.enqueue(
        topic,
        lane=order.lane,
        payload={"order_id": order.pk, "agency": order.agency},
        subject_type=SUBJECT,
        subject_id=order.pk,
    )
