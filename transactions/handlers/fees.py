"""Fee slips and what follows their payment."""

import random

from kernel.http import OutcomeUnknown, Refused
from outbox.registry import Job, Visit, handles
from transactions import gateway
from transactions.handlers.policy import agency_policy
from transactions.rules.agencies import agency
from transactions.services import fees
from transactions.topics import FOLLOW, ISSUE_SLIP

JITTER = 0.1
STILL_OPEN = frozenset({"EMITIDA", "PAGA", "COMPENSADA"})


@handles(ISSUE_SLIP, policy=agency_policy)
def issue_slip(job: Job) -> Visit:
    """Asks for the slips there are before it has one issued: a slip whose answer was lost must not get a twin."""
    order = fees.slip_wanted(order_id=job.payload["order_id"])
    if order is None:
        return Visit(explanation="Já há uma guia em aberto, ou a taxa não é mais necessária.", called=False)
    asked = job.visit > 1
    if asked:
        for slip, report in gateway.slips(order, request_id=job.request_id):
            if report.situation in STILL_OPEN:
                fees.keep_slip(order_id=order.pk, slip=slip)
                return Visit(explanation="A guia já tinha sido emitida: adotada.", asked_first=True)
    try:
        slip = gateway.issue_slip(order, request_id=job.request_id)
    except Refused as e:
        # The agency may count a slip as open that we have not seen: the next visit asks for it.
        raise OutcomeUnknown(e.words, code=e.code, status=e.status) from e
    fees.keep_slip(order_id=order.pk, slip=slip)
    return Visit(explanation=f"Guia {slip.number} emitida.", asked_first=asked)


@handles(FOLLOW, policy=agency_policy)
def follow(job: Job) -> Visit:
    """Looks at payment and processing at the agency's cadence until the cancellation is through. Only reads."""
    order = fees.followed(order_id=job.payload["order_id"])
    if order is None:
        return Visit(explanation="Nada mais a acompanhar.", called=False)
    reports = gateway.slips(order, request_id=job.request_id)
    progress = gateway.progress(order, request_id=job.request_id)
    done = fees.note_progress(
        order_id=order.pk,
        reports=reports,
        situation=progress.situation,
        recognised=progress.fee_recognised,
        reason=progress.reason,
    )
    cadence = agency(order.agency).calls.follow_every
    again = None if done else cadence * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  spreads load, no secret
    return Visit(words=progress.situation, again_in=again)
