"""Workers at the same message. Each was seen red with its lock or its condition taken away."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kernel.states import ForbiddenMove
from outbox import registry, services
from outbox.registry import Job, Visit
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
