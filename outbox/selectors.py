"""Reading the outbox."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from django.db.models import Min, QuerySet

from kernel import clock
from outbox.models import Attempt, LaneHealth, Message
from outbox.states import Outcome


def attempts_of(subject_type: str, subject_id: int) -> QuerySet[Attempt]:
    """Every visit made for one subject, oldest first, with its message."""
    return (
        Attempt.objects.filter(message__subject_type=subject_type, message__subject_id=subject_id)
        .select_related("message")
        .order_by("started_at", "pk")
    )


def open_messages(subject_type: str, subject_id: int) -> QuerySet[Message]:
    """What still waits, flies or is parked for one subject."""
    return Message.objects.filter(
        subject_type=subject_type, subject_id=subject_id, state__in=["waiting", "leased", "parked"]
    ).order_by("pk")


def oldest_due_seconds() -> int:
    """How long the longest-waiting message is overdue; 0 when none is. To be read in the system's scope."""
    now = clock.now()
    oldest = Message.objects.filter(state="waiting", due_at__lte=now).aggregate(oldest=Min("due_at"))["oldest"]
    return int((now - oldest).total_seconds()) if oldest else 0


HOURS = 24
LAST_VISITS = 50


@dataclass(frozen=True, slots=True)
class LaneDay:
    """How a lane answered all the house: shares and times only, never how many visits there were.

    `hours` are the last 24, oldest first: the share of visits answered, None for an hour without visits.
    """

    hours: tuple[tuple[dt.datetime, float | None], ...]
    median_ms: int | None


def lane_health(lane: str) -> LaneHealth | None:
    """None for a lane that was never visited. Of no tenant: may be read in any scope, and in none."""
    return LaneHealth.objects.filter(lane=lane).first()


def lane_day(lane: str) -> LaneDay:
    """The last 24 hours of a lane. To be read in the system's scope."""
    now = clock.now()
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    first = this_hour - dt.timedelta(hours=HOURS - 1)
    visits: dict[dt.datetime, list[bool]] = defaultdict(list)
    times: list[int] = []
    # What our own workers broke off says nothing of whom they visited.
    ended = [Outcome.ANSWERED.value, Outcome.NOT_SENT.value, Outcome.UNKNOWN.value]
    rows = Attempt.objects.filter(message__lane=lane, started_at__gte=first, outcome__in=ended).order_by("-started_at")
    for started, outcome, took in rows.values_list("started_at", "outcome", "milliseconds").iterator():
        answered = outcome == Outcome.ANSWERED.value
        visits[started.replace(minute=0, second=0, microsecond=0)].append(answered)
        if answered and took is not None and len(times) < LAST_VISITS:
            times.append(took)
    hours = [first + dt.timedelta(hours=n) for n in range(HOURS)]
    shares = tuple((hour, sum(visits[hour]) / len(visits[hour]) if hour in visits else None) for hour in hours)
    return LaneDay(shares, int(median(times)) if times else None)


def places_waiting(lane: str) -> list[tuple[int, int]]:
    """Ecosystem and establishment of those whose orders wait in a lane. To be read in the system's scope."""
    waiting = Message.objects.filter(lane=lane, subject_type="order", state__in=["waiting", "leased"])
    rows = waiting.filter(establishment_id__isnull=False).values_list("ecosystem_id", "establishment_id")
    return sorted({(ecosystem, house) for ecosystem, house in rows.distinct() if ecosystem and house})
