"""Delivery: claim, visit outside any transaction, write down how it ended."""

import datetime as dt
import logging
import time
from dataclasses import replace

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from kernel import clock, scope
from kernel.db.transactions import assert_no_open_transaction, scoped
from kernel.failpoints import reach
from kernel.http import CallFailed, NotSent, OutcomeUnknown
from outbox import registry
from outbox.models import Attempt, Message
from outbox.registry import Job, Policy, Visit
from outbox.services.health import may_visit, note_visit
from outbox.states import MESSAGE, Action, Outcome, State

log = logging.getLogger(__name__)

DUE = """
UPDATE outbox_message message SET rung_at = %(now)s FROM (
  SELECT m.id, row_number() OVER (PARTITION BY m.lane ORDER BY m.urgent_by NULLS LAST, m.due_at, m.id) AS place,
    CASE WHEN down.id IS NULL THEN %(per_lane)s WHEN down.probe_at <= %(now)s THEN 1 ELSE 0 END AS most
  FROM outbox_message m LEFT JOIN outbox_lanehealth down ON down.lane = m.lane AND down.state = 'down'
  WHERE m.state = 'waiting' AND m.due_at <= %(now)s
    AND (m.rung_at IS NULL OR m.rung_at < %(stale)s OR down.id IS NOT NULL)
) waiting WHERE waiting.id = message.id AND waiting.place <= waiting.most
RETURNING waiting.place, message.urgent_by, message.due_at, message.id
"""
PER_LANE = 200
RING_AGAIN = 15.0
LOST_WORKER = "O processo que fazia o envio parou antes da resposta."
REQUEST_TIMEOUT = 408
OUR_FAULT = "Falha interna do AutoTech; a equipe foi avisada."


def _seconds(amount: float) -> dt.timedelta:
    return dt.timedelta(seconds=amount * settings.OUTBOX_PACE)


def due() -> list[int]:
    """Ids to ring for now, at most PER_LANE of each lane: the first of every lane, then the second of every lane.

    Within a lane the nearest legal deadline comes first; a long lane never stands before a short one. What was rung
    for is left in peace for a while, so that a backlog does not fill the broker. Of a lane that is down only its first
    is rung for, once a period: the probe.
    """
    now = clock.now()
    with scoped(system=True), connection.cursor() as cursor:
        cursor.execute(DUE, {"now": now, "stale": now - _seconds(RING_AGAIN), "per_lane": PER_LANE})
        reach("outbox.deliver.due.rung")
        rows = cursor.fetchall()
    reach("outbox.deliver.due.committed")
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return [row[-1] for row in sorted(rows, key=lambda row: (row[0], row[1] or far, *row[2:]))]


def deliver(message_id: int) -> Visit | None:
    """One visit. None when the message is not waiting, not due, another worker has it, or its lane is down."""
    assert_no_open_transaction()
    claimed = _claim(message_id)
    if claimed is None:
        return None
    message, job = claimed
    topic = registry.topic(message.topic)
    started = time.monotonic()
    with scope.entered(scope.Scope(message.ecosystem_id, message.establishment_id)):
        visit = _visit(topic, job)
        assert_no_open_transaction()
    _settle(message, job, visit, milliseconds=int((time.monotonic() - started) * 1000))
    return visit


def _claim(message_id: int) -> tuple[Message, Job] | None:
    now = clock.now()
    with scoped(system=True):
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, state=State.WAITING.value, due_at__lte=now)
            .first()
        )
        if message is None:
            return None
        job = Job(message.pk, message.topic, message.payload, message.visits + 1, _doubts(message), message.request_id)
        policy = registry.topic(message.topic).policy(job)
        allowed, probe = may_visit(lane=message.lane, lease=policy.lease, now=now)
        if not allowed:
            return None
        job = replace(job, probe=probe)
        message.state = MESSAGE.after(State(message.state), Action.CLAIM).value
        message.visits = job.visit
        message.leased_until = now + _seconds(policy.lease)
        message.save(update_fields=["state", "visits", "leased_until"])
        reach("outbox.deliver.claim.message_saved")
        Attempt(
            message=message,
            ecosystem_id=message.ecosystem_id,
            establishment_id=message.establishment_id,
            number=job.visit,
            started_at=now,
            probe=probe,
        ).save(force_insert=True)
        reach("outbox.deliver.claim.attempt_saved")
    reach("outbox.deliver.claim.committed")
    return message, job


def _doubts(message: Message) -> int:
    """Doubtful visits that speak of the message, not of an agency that answered nobody."""
    doubtful = [Outcome.UNKNOWN.value, Outcome.FAILED.value]
    return message.attempts.filter(outcome__in=doubtful, probe=False).count()


def _visit(topic: registry.Topic, job: Job) -> Visit:
    policy = topic.policy(job)
    try:
        return topic.handle(job)
    except NotSent as e:
        wait = min(_backoff(policy, job.visit), policy.probe_most) if job.probe else _backoff(policy, job.visit)
        return Visit(
            Outcome.NOT_SENT,
            code=e.code,
            words=e.words,
            again_in=max(e.retry_after or 0.0, wait),
            park=e.needs_a_person,
            turned_away=_turned_away(e),
        )
    except OutcomeUnknown as e:
        return Visit(
            Outcome.UNKNOWN, code=e.code, words=e.words, again_in=policy.quarantine, turned_away=_turned_away(e)
        )
    except Exception:
        # Whatever broke, the visit must end in a state: unknown to us, asked about before anything is repeated.
        log.exception("outbox: %s message %s failed", topic.name, job.message_id)
        return Visit(Outcome.FAILED, explanation=OUR_FAULT, again_in=policy.quarantine)


def _turned_away(e: CallFailed) -> bool:
    return e.status is not None and 400 <= e.status < 500 and e.status != REQUEST_TIMEOUT


def _backoff(policy: Policy, visit: int) -> float:
    return min(policy.backoff_first * 2 ** min(visit - 1, 16), policy.backoff_most)


def _settle(message: Message, job: Job, visit: Visit, *, milliseconds: int | None) -> None:
    """Ends the visit, unless the reaper already ended it for us."""
    with scoped(system=True):
        row = (
            Message.objects.select_for_update()
            .filter(pk=message.pk, state=State.LEASED.value, visits=job.visit)
            .first()
        )
        if row is None:
            log.warning("outbox: message %s lost its lease during visit %s", job.message_id, job.visit)
            return
        row.attempts.filter(number=job.visit).update(
            outcome=visit.outcome.value,
            milliseconds=milliseconds,
            asked_first=visit.asked_first,
            agency_code=visit.code[:40],
            agency_words=visit.words,
            explanation=visit.explanation[:300],
        )
        reach("outbox.deliver.settle.attempts_updated")
        _place(row, job, visit)
        policy = registry.topic(row.topic).policy(job)
        note_visit(message=row, visit=visit, probe=job.probe, policy=policy, now=clock.now())
    reach("outbox.deliver.settle.committed")


def _place(row: Message, job: Job, visit: Visit) -> None:
    policy = registry.topic(row.topic).policy(job)
    doubtful = visit.outcome in (Outcome.UNKNOWN, Outcome.FAILED)
    now = clock.now()
    row.leased_until = None
    row.rung_at = None
    if visit.park or (doubtful and not job.probe and job.doubts + 1 >= policy.most_doubts):
        action = Action.PARK
    elif visit.again_in is not None:
        action = Action.RETRY
        row.due_at = now + _seconds(visit.again_in)
    else:
        action = Action.FINISH
        row.ended_at = now
    row.state = MESSAGE.after(State(row.state), action).value
    row.save(update_fields=["state", "leased_until", "rung_at", "due_at", "ended_at"])
    reach("outbox.deliver.place.row_saved")
    if action is Action.PARK:
        _tell_parked(row, job, visit)


def _tell_parked(row: Message, job: Job, visit: Visit) -> None:
    give_up = registry.topic(row.topic).give_up
    if give_up is None:
        return
    why = visit.words or visit.explanation
    with scoped(ecosystem_id=row.ecosystem_id, establishment_id=row.establishment_id):
        give_up(job, why)
        reach("outbox.deliver.tell_parked.told")


def reap() -> list[int]:
    """Ends the visits whose lease ran out: nobody knows how they ended, so they go to quarantine, not to resending."""
    now = clock.now()
    with scoped(system=True):
        lost = list(_lost(now).values_list("pk", flat=True).order_by("leased_until"))
    reach("outbox.deliver.reap.read")
    return [pk for pk in lost if _end_lost(pk, now)]


def _lost(now: dt.datetime) -> QuerySet[Message]:
    return Message.objects.filter(state=State.LEASED.value, leased_until__lt=now)


def _end_lost(message_id: int, now: dt.datetime) -> bool:
    """One message to a transaction: what cannot be ended must not hold up all the others."""
    try:
        with scoped(system=True):
            row = _lost(now).select_for_update(skip_locked=True).filter(pk=message_id).first()
            if row is None:
                return False
            probe = row.attempts.filter(number=row.visits, probe=True).exists()
            job = Job(row.pk, row.topic, row.payload, row.visits, _doubts(row), row.request_id, probe)
            visit = Visit(
                Outcome.UNKNOWN,
                explanation=LOST_WORKER,
                again_in=registry.topic(row.topic).policy(job).quarantine,
            )
            row.attempts.filter(number=row.visits).update(outcome=visit.outcome.value, explanation=visit.explanation)
            reach("outbox.deliver.end_lost.attempts_updated")
            _place(row, job, visit)
        reach("outbox.deliver.end_lost.committed")
        return True
    except Exception:
        # Its topic or its give_up is broken. It stays leased, so that it is tried again, seen and never lost.
        log.exception("outbox: the lost visit of message %s cannot be ended", message_id)
        with scoped(system=True):
            _lost(now).filter(pk=message_id).update(leased_until=now + _seconds(Policy().lease))
            reach("outbox.deliver.end_lost.put_off")
        reach("outbox.deliver.end_lost.put_off_committed")
        return False
