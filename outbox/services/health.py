"""The circuit of a lane: measured on real visits, opened after failures in a row, closed by the first answer.

While it is open the lane's messages wait, but for one probe per period. Other lanes never notice.
"""

import datetime as dt
import logging

from django.conf import settings
from django.db import connection

from outbox.models import LaneHealth, Message
from outbox.registry import Policy, Visit
from outbox.services.leave import enqueue
from outbox.states import Lane, Outcome

log = logging.getLogger(__name__)

AGENCY_DOWN, AGENCY_UP = "agency.down", "agency.up"
ANNOUNCEMENTS = "house"
PATIENCE = 60.0
WRITE_EVERY = 60.0
# What was certainly not sent during the outage need not wait for its turn: what is in doubt keeps its quarantine.
RESUME = """
UPDATE outbox_message SET rung_at = NULL, due_at = CASE WHEN (
    SELECT attempt.outcome FROM outbox_attempt attempt WHERE attempt.message_id = outbox_message.id
    ORDER BY attempt.number DESC LIMIT 1) = 'not_sent' THEN least(due_at, %(now)s) ELSE due_at END
WHERE id IN (SELECT id FROM outbox_message WHERE lane = %(lane)s AND state = 'waiting'
  AND (due_at > %(now)s OR rung_at IS NOT NULL) FOR NO KEY UPDATE SKIP LOCKED)
"""


def _seconds(amount: float) -> dt.timedelta:
    return dt.timedelta(seconds=amount * settings.OUTBOX_PACE)


def may_visit(*, lane: str, lease: float, now: dt.datetime) -> tuple[bool, bool]:
    """May a message of the lane be visited now, and is the visit a probe? In the claim's transaction.

    At most one worker is told to probe: the lane's row is locked and its next probe put off beyond the lease. Nobody
    waits for that lock, since whoever holds it is probing or closing the circuit.
    """
    if not LaneHealth.objects.filter(lane=lane, state=Lane.DOWN.value).exists():
        return True, False
    row = (
        LaneHealth.objects.select_for_update(skip_locked=True)
        .filter(lane=lane, state=Lane.DOWN.value, probe_at__lte=now)
        .first()
    )
    if row is None:
        return False, False
    row.probe_at = now + _seconds(lease)
    row.save(update_fields=["probe_at"])
    return True, True


def note_visit(*, message: Message, visit: Visit, probe: bool, policy: Policy, now: dt.datetime) -> None:
    """Writes down what a visit says of its lane, in the transaction that ends the visit.

    A healthy visit of a healthy lane writes nothing, but once a minute. What had left before the circuit opened and
    fails after it makes the wait for the next probe no longer.
    """
    if policy.most_failures is None:
        return
    row = LaneHealth.objects.filter(lane=message.lane).first()
    answered = visit.called and visit.outcome is Outcome.ANSWERED
    failed = visit.called and not visit.turned_away and visit.outcome in (Outcome.NOT_SENT, Outcome.UNKNOWN)
    if row is None:
        LaneHealth.objects.bulk_create([LaneHealth(lane=message.lane, since=now)], ignore_conflicts=True)
    elif not row.is_down and not failed and not (answered and _worth_writing(row, now)):
        return
    row = LaneHealth.objects.select_for_update().get(lane=message.lane)
    if answered:
        _answered(row, now)
    elif failed and (probe or not row.is_down):
        _failed(row, policy, now)
    elif row.is_down and probe:
        row.probe_at = now + (_period(row, policy) if visit.called else dt.timedelta())
    row.save()


def _worth_writing(row: LaneHealth, now: dt.datetime) -> bool:
    return row.failures > 0 or row.last_ok_at is None or now - row.last_ok_at >= dt.timedelta(seconds=WRITE_EVERY)


def _answered(row: LaneHealth, now: dt.datetime) -> None:
    if row.is_down:
        log.warning("outbox: lane %s answers again", row.lane)
        down_since = row.since
        row.state, row.since, row.probe_at = Lane.UP.value, now, None
        _announce(AGENCY_UP, row, down_since)
        with connection.cursor() as cursor:
            cursor.execute(RESUME, {"lane": row.lane, "now": now})
    row.failures, row.failing_since, row.last_ok_at = 0, None, now


def _failed(row: LaneHealth, policy: Policy, now: dt.datetime) -> None:
    row.failures += 1
    row.failing_since = row.failing_since or now
    if row.is_down:
        row.probe_at = now + _period(row, policy)
    elif row.failures >= (policy.most_failures or 0):
        log.warning("outbox: lane %s does not answer; probing it", row.lane)
        row.state, row.since = Lane.DOWN.value, row.failing_since
        row.probe_at = now + _period(row, policy)
        _announce(AGENCY_DOWN, row, row.since)


def _period(row: LaneHealth, policy: Policy) -> dt.timedelta:
    grown = max(0, row.failures - (policy.most_failures or 0))
    return _seconds(min(policy.probe_first * 2 ** min(grown, 16), policy.probe_most))


def _announce(topic: str, row: LaneHealth, down_since: dt.datetime) -> None:
    """Not at once that it is down: a lane that answers a moment later troubles nobody."""
    enqueue(
        topic,
        lane=ANNOUNCEMENTS,
        payload={"lane": row.lane, "since": down_since.isoformat()},
        due_at=row.since + _seconds(PATIENCE) if topic == AGENCY_DOWN else None,
    )
