"""Every end of a visit, and what the message does next."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from kernel import clock
from kernel.db.transactions import scoped
from kernel.http import NotSent, OutcomeUnknown
from kernel.states import ForbiddenMove
from outbox import registry, services
from outbox.models import Message
from outbox.registry import Policy, Visit
from outbox.services.deliver import LOST_WORKER, OUR_FAULT
from outbox.states import Outcome
from tests.outbox.errands import TOPIC, Errands, attempts, change, deliver_when_due, fresh, leave, outcomes
from tests.support.acting import acting_in
from tests.support.people import Cast


@pytest.fixture
def message(cast: Cast, errands: Errands) -> Message:
    return leave(cast.house, payload={"order_id": 7}, request_id="pedido-1")


@pytest.fixture
def still(settings: Any) -> Iterator[time_machine.Traveller]:
    """The clock stands, at full pace."""
    settings.OUTBOX_PACE = 1
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def waits(message: Message) -> float:
    """Seconds until it is due."""
    return round((fresh(message).due_at - clock.now()).total_seconds(), 3)


def test_an_answer_ends_the_work(message: Message, errands: Errands) -> None:
    errands.act = lambda job: Visit(code="000", words="Registrado.", explanation="Adotado.", asked_first=True)
    services.deliver(message.pk)
    after = fresh(message)
    assert (after.state, after.leased_until, after.visits) == ("done", None, 1)
    assert after.ended_at is not None
    (attempt,) = attempts(message)
    assert (attempt.outcome, attempt.agency_code, attempt.agency_words, attempt.explanation, attempt.asked_first) == (
        "answered",
        "000",
        "Registrado.",
        "Adotado.",
        True,
    )
    assert attempt.milliseconds is not None
    (job,) = errands.jobs
    assert (job.payload, job.visit, job.doubts, job.request_id) == ({"order_id": 7}, 1, 0, "pedido-1")


def test_work_that_asks_for_another_visit_gets_it(
    message: Message, errands: Errands, still: time_machine.Traveller
) -> None:
    errands.act = lambda job: Visit(again_in=60)
    services.deliver(message.pk)
    assert (fresh(message).state, fresh(message).ended_at) == ("waiting", None)
    assert waits(message) == 60


def test_what_was_not_sent_waits_longer_each_time_and_never_parks(
    message: Message, errands: Errands, still: time_machine.Traveller
) -> None:
    errands.fails_with(NotSent("fora do ar"))
    errands.policy = Policy(backoff_first=5, backoff_most=40, most_doubts=1)
    seen = []
    for _ in range(6):
        services.deliver(message.pk)
        seen.append(waits(message))
        change(message, due_at=clock.now())
    assert seen == [5, 10, 20, 40, 40, 40]
    assert outcomes(message) == ["not_sent"] * 6


def test_the_wait_the_agency_names_is_kept_when_it_is_longer(
    message: Message, errands: Errands, still: time_machine.Traveller
) -> None:
    errands.fails_with(NotSent("devagar", status=429, retry_after=600))
    services.deliver(message.pk)
    assert waits(message) == 600
    change(message, due_at=clock.now())
    errands.fails_with(NotSent("devagar", status=429, retry_after=0.1))
    services.deliver(message.pk)
    assert waits(message) == 10


def test_a_longest_wait_can_be_written_down(message: Message, errands: Errands) -> None:
    errands.fails_with(NotSent("volte amanhã", status=429, retry_after=86_400))
    services.deliver(message.pk)
    assert fresh(message).state == "waiting"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_credential_goes_to_a_person_at_once(message: Message, errands: Errands, status: int) -> None:
    errands.fails_with(NotSent("Credencial recusada.", status=status))
    services.deliver(message.pk)
    assert (fresh(message).state, errands.told) == ("parked", ["Credencial recusada."])
    assert services.deliver(message.pk) is None


def test_a_doubt_waits_out_the_quarantine(message: Message, errands: Errands, still: time_machine.Traveller) -> None:
    errands.policy = Policy(quarantine=120)
    errands.fails_with(OutcomeUnknown("caiu", code="GER-500"))
    visit = services.deliver(message.pk)
    assert visit is not None
    assert visit.outcome is Outcome.UNKNOWN
    assert waits(message) == 120
    assert services.deliver(message.pk) is None, "in quarantine"
    assert (attempts(message)[0].agency_code, attempts(message)[0].agency_words) == ("GER-500", "caiu")


def test_a_crash_of_ours_is_a_doubt(
    message: Message, errands: Errands, still: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    errands.fails_with(ZeroDivisionError("uma senha"))
    services.deliver(message.pk)
    (attempt,) = attempts(message)
    assert (attempt.outcome, attempt.agency_words, attempt.explanation) == ("failed", "", OUR_FAULT)
    assert waits(message) == 60
    assert "ZeroDivisionError" in caplog.text
    still.shift(60)
    services.deliver(message.pk)
    assert errands.jobs[-1].doubts == 1


def test_too_many_doubts_go_to_a_person_with_the_last_words(message: Message, errands: Errands) -> None:
    errands.policy = Policy(most_doubts=3, quarantine=0)
    errands.fails_with(OutcomeUnknown("caiu"))
    for _ in range(3):
        deliver_when_due(message)
    assert (fresh(message).state, errands.told) == ("parked", ["caiu"])
    assert [job.doubts for job in errands.jobs] == [0, 1, 2]


def test_what_was_not_sent_is_no_doubt(message: Message, errands: Errands) -> None:
    errands.policy = Policy(most_doubts=2, quarantine=0, backoff_first=0)
    errands.fails_with(NotSent("fora do ar"))
    for _ in range(5):
        deliver_when_due(message)
    errands.fails_with(OutcomeUnknown("caiu"))
    deliver_when_due(message)
    assert (fresh(message).state, errands.jobs[-1].doubts) == ("waiting", 0)


def test_parked_work_is_released_once(message: Message, errands: Errands, cast: Cast) -> None:
    errands.act = lambda job: Visit(park=True, words="Outro registro.")
    services.deliver(message.pk)
    assert services.due() == []
    with acting_in(cast.house):
        services.release(message.pk)
        with pytest.raises(ForbiddenMove):
            services.release(message.pk)
    errands.act = lambda job: Visit()
    assert services.due() == [message.pk]
    deliver_when_due(message)
    assert (fresh(message).state, fresh(message).visits) == ("done", 2)


@pytest.mark.parametrize("topic", ["nobody.knows"])
def test_work_that_nobody_handles_stays_and_is_seen(cast: Cast, topic: str) -> None:
    message = leave(cast.house, topic)
    with pytest.raises(KeyError, match=topic):
        services.deliver(message.pk)
    assert (fresh(message).state, fresh(message).visits, attempts(message)) == ("waiting", 0, [])


def test_a_topic_has_one_handler(errands: Errands) -> None:
    with pytest.raises(RuntimeError, match="two handlers"):
        registry.handles(TOPIC)(lambda job: Visit())
    assert TOPIC in registry.names()


def test_nothing_is_delivered_inside_a_transaction(message: Message, errands: Errands, cast: Cast) -> None:
    with acting_in(cast.house), pytest.raises(RuntimeError, match="transaction"):
        services.deliver(message.pk)
    assert errands.jobs == []


def test_a_handler_that_waits_for_the_outside_holding_locks_is_caught(
    message: Message, errands: Errands, cast: Cast
) -> None:
    with scoped(system=True), pytest.raises(RuntimeError):
        services.deliver(message.pk)
    assert fresh(message).state == "waiting"


def test_long_words_are_kept_whole_and_long_codes_cut(message: Message, errands: Errands) -> None:
    errands.act = lambda job: Visit(code="C" * 99, words="p" * 9999, explanation="e" * 999)
    services.deliver(message.pk)
    (attempt,) = attempts(message)
    assert (len(attempt.agency_code), len(attempt.agency_words), len(attempt.explanation)) == (40, 9999, 300)


def test_a_person_not_told_leaves_the_work_to_be_found_again(
    message: Message, errands: Errands, caplog: pytest.LogCaptureFixture
) -> None:
    tell = errands.give_up

    def cannot(job: object, why: str) -> None:
        raise ZeroDivisionError

    errands.give_up = cannot
    errands.act = lambda job: Visit(park=True, words="Outro registro.")
    with pytest.raises(ZeroDivisionError):
        services.deliver(message.pk)
    assert fresh(message).state == "leased"
    errands.policy = Policy(most_doubts=1)
    change(message, leased_until=clock.now() - dt.timedelta(seconds=1))
    assert services.reap() == []
    assert fresh(message).state == "leased"
    assert "cannot be ended" in caplog.text
    errands.give_up = tell
    change(message, leased_until=clock.now() - dt.timedelta(seconds=1))
    assert services.reap() == [message.pk]
    assert (fresh(message).state, errands.told) == ("parked", [LOST_WORKER])
