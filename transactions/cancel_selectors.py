"""Read queries about cancellations and their fees. All of them in the scope in force."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from billing.models import FeeSlip
from billing.states import Fee
from transactions.models import Draft, Order
from transactions.rules.agencies import CANCELS
from transactions.states import State

MOST = 20
SUBJECT = "order"
TO_DO = (Fee.ISSUED, Fee.EXPIRED, Fee.PAID_SHORT, Fee.PAID_LATE)


def cancellations_of(order: Order) -> QuerySet[Order]:
    """The cancellations sent for an order, newest first."""
    return Order.objects.filter(cancels=order).order_by("-id")


def request_being_prepared(order: Order) -> Draft | None:
    """The cancellation of an order that is written out but not sent."""
    return Draft.objects.filter(cancels=order, order=None).first()


def requests(number: str) -> QuerySet[Draft]:
    """A cancellation being prepared, by its number."""
    related = ("order", "cancels", "request", "signed_request", "ecosystem", "establishment")
    return Draft.objects.filter(number=number, cancels__isnull=False).select_related(*related)


def open_requests(establishment_id: int) -> QuerySet[Draft]:
    """Cancellations that were begun and not sent, oldest first, while what they cancel still stands."""
    rows = Draft.objects.filter(establishment_id=establishment_id, order=None, cancels__state=State.REGISTERED.value)
    return rows.select_related("cancels").order_by("id")


def slips_of(order: Order) -> list[FeeSlip]:
    """The fee slips of a cancellation, newest first."""
    return list(FeeSlip.objects.filter(subject_type=SUBJECT, subject_id=order.pk).order_by("-id"))


def cancellation_numbered(number: str) -> Order | None:
    return Order.objects.filter(number=number, kind__in=list(CANCELS)).first()


@dataclass(frozen=True, slots=True)
class Owed:
    """A slip that needs a person, with its cancellation. `doubled`: it was paid more than once, or too late."""

    order: Order
    slip: FeeSlip
    doubled: bool


def slips_waiting_for_people(establishment_id: int) -> list[Owed]:
    """The newest slip of each cancellation that waits for its fee, when a person must act on it, and every payment in
    duplicity that nobody settled; the nearest due date first."""
    unpaid = Order.objects.filter(establishment_id=establishment_id, state=State.AWAITING_FEE.value)
    orders = {order.pk: order for order in unpaid.order_by("id")[:MOST]}
    rows = FeeSlip.objects.filter(establishment_id=establishment_id, subject_type=SUBJECT)
    doubled = Q(payments__gt=1, duplicity_settled_at=None)
    found = list(rows.filter(Q(subject_id__in=list(orders)) | doubled).order_by("id"))
    missing = {slip.subject_id for slip in found} - orders.keys()
    orders |= {order.pk: order for order in Order.objects.filter(pk__in=missing)}
    newest = {slip.subject_id: slip for slip in found}
    owed = [
        Owed(orders[slip.subject_id], slip, doubled=False)
        for slip in newest.values()
        if orders[slip.subject_id].state == State.AWAITING_FEE.value and Fee(slip.state) in TO_DO
    ]
    owed += [
        Owed(orders[slip.subject_id], slip, doubled=True)
        for slip in found
        if slip.paid_in_duplicity and slip.duplicity_settled_at is None
    ]
    return sorted(owed, key=lambda one: (one.slip.due_on, one.slip.pk))[:MOST]
