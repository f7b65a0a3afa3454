"""A worker that dies or falls asleep: its visit is a doubt, and it decides nothing any more."""

import datetime as dt

import pytest

from kernel import clock
from outbox import registry, services
from outbox.models import Message
from outbox.registry import Job, Policy, Visit
from outbox.services.deliver import LOST_WORKER
from tests.outbox.errands import Errands, attempts, change, deliver_when_due, fresh, leave, outcomes
from tests.support.people import Cast


class Killed(BaseException):
    """SIGKILL leaves nothing behind, as this does to `except Exception`."""


@pytest.fixture
def message(cast: Cast, errands: Errands) -> Message:
    return leave(cast.house)


def run_out(message: Message) -> None:
    change(message, leased_until=clock.now() - dt.timedelta(seconds=1))


def die_in(message: Message, errands: Errands) -> None:
    errands.fails_with(Killed())
    with pytest.raises(Killed):
        services.deliver(message.pk)
    assert (fresh(message).state, outcomes(message)[-1]) == ("leased", "flying")


def test_a_lease_lasts_as_long_as_its_policy_says(message: Message, errands: Errands) -> None:
    errands.policy = Policy(lease=300)
    die_in(message, errands)
    leased = fresh(message).leased_until
    assert leased is not None
    assert 290 < (leased - clock.now()).total_seconds() * 100 <= 300
    assert services.reap() == []


def test_the_visit_of_a_dead_worker_is_a_doubt_in_quarantine(message: Message, errands: Errands) -> None:
    die_in(message, errands)
    assert services.deliver(message.pk) is None, "nobody takes a leased message"
    run_out(message)
    assert services.reap() == [message.pk]
    assert services.reap() == []
    after = fresh(message)
    assert (after.state, after.leased_until) == ("waiting", None)
    assert 0 < (after.due_at - clock.now()).total_seconds() * 100 <= 60
    assert (outcomes(message), attempts(message)[0].explanation) == (["unknown"], LOST_WORKER)
    errands.act = lambda job: Visit()
    deliver_when_due(message)
    assert (errands.jobs[-1].visit, errands.jobs[-1].doubts) == (2, 1)
    assert outcomes(message) == ["unknown", "answered"]


def test_workers_that_keep_dying_end_with_a_person(message: Message, errands: Errands) -> None:
    errands.policy = Policy(most_doubts=2, quarantine=0)
    for _ in range(2):
        change(message, due_at=clock.now())
        die_in(message, errands)
        run_out(message)
        services.reap()
    assert (fresh(message).state, errands.told) == ("parked", [LOST_WORKER])


@pytest.mark.parametrize("again", [False, True])
def test_a_worker_that_comes_back_late_settles_nothing(message: Message, errands: Errands, again: bool) -> None:
    """Its lease ran out during the visit; another worker may even be visiting by now."""

    def sleep_too_long(job: Job) -> Visit:
        run_out(message)
        assert services.reap() == [message.pk]
        if again:
            errands.act = lambda job: Visit(words="o segundo")
            deliver_when_due(message)
        return Visit(words="o primeiro")

    errands.act = sleep_too_long
    services.deliver(message.pk)
    expected = (["unknown", "answered"], "done") if again else (["unknown"], "waiting")
    assert (outcomes(message), fresh(message).state) == expected
    assert "o primeiro" not in [attempt.agency_words for attempt in attempts(message)]


def test_one_broken_message_does_not_hold_up_the_others(
    cast: Cast, errands: Errands, caplog: pytest.LogCaptureFixture
) -> None:
    """A topic can be gone after a deployment. Its message waits to be looked at, everything else goes on."""
    broken, good, waiting = leave(cast.house), leave(cast.house), leave(cast.house)
    die_in(broken, errands)
    die_in(good, errands)
    change(broken, topic="nobody.knows", leased_until=clock.now() - dt.timedelta(hours=1))
    run_out(good)
    assert services.reap() == [good.pk]
    assert (fresh(broken).state, fresh(good).state) == ("leased", "waiting")
    assert f"message {broken.pk} cannot be ended" in caplog.text
    caplog.clear()
    assert services.reap() == []
    assert caplog.text == "", "it is tried again, but not with every beat"
    assert waiting.pk in services.due()
    assert "nobody.knows" not in registry.names()
