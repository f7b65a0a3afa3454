"""Cancellations ⇄ the DETRAN's messages."""

from kernel.http import CODE, OutcomeUnknown, Refused
from transactions.clients.detran import schemas
from transactions.gateway.common import Finding, Found, Registration, attached, client_of
from transactions.models import Order, Party
from transactions.rules.agencies import INTENTION_CANCELLATION


def register(order: Order, *, seller: Party, request_id: str) -> Registration:
    """Sends the cancellation once. Raises Refused, NotSent, OutcomeUnknown."""
    if order.cancels is None or order.signed_request is None:
        raise ValueError(f"{order.number} cancels nothing.")
    detran = client_of(order, request_id)
    cancel = detran.cancel_intention if order.kind == INTENTION_CANCELLATION else detran.cancel_communication
    request = schemas.Cancel(
        reference=order.number,
        reason=order.reason,
        justification=order.justification or None,
        requester=schemas.RequesterIn(document=seller.document, name=seller.name),
        signed_request=attached(order.signed_request),
    )
    receipt = cancel(order.cancels.protocol, request)
    return Registration(receipt.protocol, "", receipt.code[:CODE], receipt.words, receipt.situation)


def find(order: Order, *, request_id: str) -> Finding:
    """Ours is what carries our reference. Raises NotSent, and OutcomeUnknown when the question was refused, too."""
    detran = client_of(order, request_id)
    intention = order.kind == INTENTION_CANCELLATION
    ask = detran.intention_cancellations if intention else detran.communication_cancellations
    try:
        listing = ask(order.number)
    except Refused as e:
        raise OutcomeUnknown(e.words, code=e.code, status=e.status) from e
    for item in listing.items:
        if item.reference == order.number:
            said = Registration(item.protocol, "", listing.code[:CODE], listing.words, item.situation)
            return Finding(Found.OURS, said)
    return Finding(Found.ABSENT)
