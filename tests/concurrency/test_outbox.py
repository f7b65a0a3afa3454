"""Workers at the same message. Each was seen red with its lock or its condition taken away."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kernel.http import NotSent
from kernel.states import ForbiddenMove
from outbox import registry, services
from outbox.models import LaneHealth
from outbox.registry import Job, Policy, Visit
from outbox.states import Outcome
from tests.outbox.errands import Errands, change, fresh, leave, outcomes
from tests.support.acting import acting_in
from tests.support.database import in_threads
from tests.support.people import Cast


@pytest.fixture(autouse=True)
def hurry(settings: Any) -> None:
    settings.OUTBOX_PACE = 0.01


@pytest.fixture
def errands() -> Iterator[Errands]:
    before = dict(registry._topics)
    yield Errands()
    registry._topics.clear()
    registry._topics.update(before)


def test_eight_workers_make_one_visit(committed_cast: Cast, errands: Errands) -> None:
    for _ in range(5):
        message = leave(committed_cast.house)
        errands.jobs.clear()
        visits = in_threads(*[lambda pk=message.pk: services.deliver(pk)] * 8)
        assert [visit for visit in visits if isinstance(visit, BaseException)] == []
        assert sum(visit is not None for visit in visits) == 1
        assert (len(errands.jobs), outcomes(message)) == (1, ["answered"])


def test_a_message_that_is_being_visited_is_not_waited_for(committed_cast: Cast, errands: Errands) -> None:
    message = leave(committed_cast.house)
    inside, on = threading.Event(), threading.Event()

    def slow(job: Job) -> Visit:
        inside.set()
        assert on.wait(10)
        return Visit()

    errands.act = slow

    def second() -> Visit | None:
        assert inside.wait(10)
        try:
            return services.deliver(message.pk)
        finally:
            on.set()

    first, late = in_threads(lambda: services.deliver(message.pk), second)
    assert isinstance(first, Visit)
    assert late is None
    assert fresh(message).state == "done"


def test_two_reapers_end_a_lost_visit_once(committed_cast: Cast, errands: Errands) -> None:
    messages = [leave(committed_cast.house) for _ in range(6)]
    for message in messages:
        errands.fails_with(KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            services.deliver(message.pk)
        change(message, leased_until="2020-01-01T00:00Z")
    reaped = in_threads(*[services.reap] * 4)
    assert sorted(pk for some in reaped if isinstance(some, list) for pk in some) == [m.pk for m in messages]
    assert [outcomes(message) for message in messages] == [["unknown"]] * 6


def test_a_parked_message_is_released_by_one_of_many(committed_cast: Cast, errands: Errands) -> None:
    house = committed_cast.house
    message = leave(house)
    errands.act = lambda job: Visit(park=True)
    services.deliver(message.pk)

    def release() -> int:
        with acting_in(house):
            released = services.release(message.pk).pk
            time.sleep(0.05)  # holds the row, so that the others meet it locked
            return released

    results = in_threads(*[release] * 4)
    assert [r for r in results if not isinstance(r, BaseException)] == [message.pk]
    assert sum(isinstance(r, ForbiddenMove) for r in results) == 3


def test_of_many_workers_at_a_lane_that_is_down_one_probes(committed_cast: Cast, errands: Errands) -> None:
    errands.policy = Policy(most_failures=2, probe_first=5, probe_most=300)
    errands.fails_with(NotSent("fora do ar"))
    leaving = [leave(committed_cast.house) for _ in range(6)]
    failed = in_threads(*[lambda m=message: services.deliver(m.pk) for message in leaving])
    assert [visit for visit in failed if isinstance(visit, BaseException)] == []
    assert LaneHealth.objects.get(lane="rua").is_down
    waiting = [leave(committed_cast.house) for _ in range(8)]
    errands.jobs.clear()
    time.sleep(0.35)
    in_threads(*[lambda m=message: services.deliver(m.pk) for message in waiting])
    assert [job.probe for job in errands.jobs] == [True]


def test_workers_that_fail_and_answer_at_once_leave_one_row_and_lose_nothing(
    committed_cast: Cast, errands: Errands
) -> None:
    errands.policy = Policy(most_failures=3, probe_first=1, probe_most=2, quarantine=1, backoff_first=1)
    errands.act = lambda job: Visit() if job.message_id % 2 else Visit(Outcome.NOT_SENT, again_in=1)
    messages = [leave(committed_cast.house) for _ in range(12)]
    for _ in range(3):
        results = in_threads(*[lambda m=message: services.deliver(m.pk) for message in messages])
        assert [r for r in results if isinstance(r, BaseException)] == []
    errands.act = lambda job: Visit()
    limit = time.monotonic() + 10
    while any(fresh(message).state != "done" for message in messages):
        assert time.monotonic() < limit
        in_threads(*[lambda m=message: services.deliver(m.pk) for message in messages[:8]])
        in_threads(*[lambda m=message: services.deliver(m.pk) for message in messages[8:]])
    row = LaneHealth.objects.get(lane="rua")
    assert (row.is_down, row.failures) == (False, 0)
