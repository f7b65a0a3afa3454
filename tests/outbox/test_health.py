"""The circuit of a lane: when it opens, what passes while it is open, and what its closing sets free."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import clock
from kernel.http import NotSent, OutcomeUnknown
from outbox import services
from outbox.models import LaneHealth, Message
from outbox.registry import Policy, Visit
from outbox.services.health import AGENCY_DOWN, AGENCY_UP
from outbox.states import Outcome
from tests.outbox.errands import Errands, attempts, change, fresh, leave
from tests.support.acting import acting_as_machine
from tests.support.people import Cast

pytestmark = pytest.mark.req("AT-19")
CIRCUIT = Policy(most_failures=3, probe_first=5, probe_most=20, quarantine=60, most_doubts=4)
GONE = NotSent("fora do ar")


@pytest.fixture
def still(settings: Any) -> Iterator[time_machine.Traveller]:
    settings.OUTBOX_PACE = 1
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def agency(errands: Errands, still: time_machine.Traveller) -> Errands:
    errands.policy = CIRCUIT
    return errands


def health(lane: str = "rua") -> LaneHealth:
    return LaneHealth.objects.get(lane=lane)


def announced() -> list[str]:
    with acting_as_machine():
        return list(Message.objects.filter(lane="house").order_by("pk").values_list("topic", flat=True))


def take_down(cast: Cast, agency: Errands, error: Exception = GONE) -> list[Message]:
    """Three messages whose visits failed."""
    agency.fails_with(error)
    messages = [leave(cast.house) for _ in range(3)]
    for message in messages:
        services.deliver(message.pk)
    return messages


def is_visited(agency: Errands, message: Message) -> bool:
    before = len(agency.jobs)
    services.deliver(message.pk)
    return len(agency.jobs) > before


def test_failures_in_a_row_open_it_and_an_answer_between_them_does_not(cast: Cast, agency: Errands) -> None:
    agency.fails_with(GONE)
    services.deliver(leave(cast.house).pk)
    services.deliver(leave(cast.house).pk)
    assert (health().is_down, health().failures) == (False, 2)
    agency.act = lambda job: Visit()
    services.deliver(leave(cast.house).pk)
    assert health().failures == 0
    take_down(cast, agency)
    assert (health().is_down, health().failures, announced()) == (True, 3, [AGENCY_DOWN])


def test_it_is_down_since_the_first_visit_that_failed(
    cast: Cast, agency: Errands, still: time_machine.Traveller
) -> None:
    began = clock.now()
    agency.fails_with(GONE)
    for _ in range(3):
        services.deliver(leave(cast.house).pk)
        still.shift(30)
    assert health().since == began


@pytest.mark.parametrize(
    "said",
    [
        NotSent("devagar", status=429),
        NotSent("credencial", status=401),
        NotSent("credencial", status=403),
        OutcomeUnknown("guia em aberto", status=409),
        RuntimeError("our own fault"),
    ],
)
def test_who_turns_us_away_is_there(cast: Cast, agency: Errands, said: Exception) -> None:
    take_down(cast, agency, said)
    assert (health().is_down, health().failures) == (False, 0)


@pytest.mark.parametrize(
    "said", [NotSent("sem conexão"), OutcomeUnknown("caiu"), OutcomeUnknown("503", status=503), OutcomeUnknown("lixo")]
)
def test_who_does_not_answer_is_gone(cast: Cast, agency: Errands, said: Exception) -> None:
    take_down(cast, agency, said)
    assert health().is_down


def test_a_lane_without_a_policy_for_it_has_no_circuit(cast: Cast, agency: Errands) -> None:
    agency.policy = Policy()
    take_down(cast, agency)
    assert not LaneHealth.objects.exists()


def test_while_it_is_open_one_probe_a_period_passes_and_periods_grow(
    cast: Cast, agency: Errands, still: time_machine.Traveller
) -> None:
    take_down(cast, agency)
    many = [leave(cast.house) for _ in range(10)]
    seen: list[float] = []
    for _ in range(4):
        assert [m for m in many if is_visited(agency, m)] == []
        seen.append((health().probe_at - clock.now()).total_seconds())
        still.move_to(health().probe_at)
        assert [is_visited(agency, m) for m in many].count(True) == 1
        many = [leave(cast.house) for _ in range(10)]
    assert seen == [5, 10, 20, 20]
    assert [job.probe for job in agency.jobs] == [False] * 3 + [True] * 4


def test_the_most_urgent_is_rung_for_as_the_probe_and_nothing_else(
    cast: Cast, agency: Errands, still: time_machine.Traveller
) -> None:
    take_down(cast, agency)
    leave(cast.house)
    urgent = leave(cast.house, urgent_by=clock.now() + dt.timedelta(days=1))
    other = leave(cast.house, lane="correio")
    assert services.due() == [other.pk]
    still.move_to(health().probe_at)
    assert services.due() == [urgent.pk]


def test_other_lanes_are_not_touched(cast: Cast, agency: Errands) -> None:
    take_down(cast, agency)
    other = leave(cast.house, lane="detran-xx")
    agency.act = lambda job: Visit()
    assert is_visited(agency, other)
    assert health().is_down


def test_the_first_answer_closes_it_and_sets_free_what_was_not_sent(
    cast: Cast, agency: Errands, still: time_machine.Traveller
) -> None:
    waiting = take_down(cast, agency)
    doubtful, later = leave(cast.house), leave(cast.house, due_at=clock.now() + dt.timedelta(hours=1))
    agency.fails_with(OutcomeUnknown("caiu"))
    still.move_to(health().probe_at)
    services.deliver(doubtful.pk)
    last = leave(cast.house, urgent_by=clock.now() + dt.timedelta(days=9))
    first = leave(cast.house, urgent_by=clock.now() + dt.timedelta(days=2))
    probe = leave(cast.house)
    services.due()
    agency.act = lambda job: Visit()
    still.move_to(health().probe_at)
    services.deliver(probe.pk)
    assert (health().is_down, health().probe_at, health().last_ok_at) == (False, None, clock.now())
    assert announced() == [AGENCY_DOWN, AGENCY_UP]
    rung = [pk for pk in services.due() if fresh_lane(pk) == "rua"]
    assert rung[:2] == [first.pk, last.pk]
    assert set(rung) == {first.pk, last.pk, *(m.pk for m in waiting)}
    assert doubtful.pk not in rung, "in quarantine"
    assert later.pk not in rung, "not due"


def fresh_lane(pk: int) -> str:
    with acting_as_machine():
        return Message.objects.get(pk=pk).lane


def test_probes_that_end_in_doubt_speak_of_the_lane_and_park_nothing(
    cast: Cast, agency: Errands, still: time_machine.Traveller
) -> None:
    agency.fails_with(OutcomeUnknown("caiu"))
    message = leave(cast.house)
    for _ in range(12):
        services.deliver(message.pk)
        still.shift(61)
    assert (fresh(message).state, health().is_down) == ("waiting", True)
    assert [attempt.probe for attempt in attempts(message)] == [False] * 3 + [True] * 9
    agency.act = lambda job: Visit()
    services.deliver(message.pk)
    assert (fresh(message).state, health().is_down, agency.jobs[-1].doubts) == ("done", False, 3)


def test_a_probe_that_called_nobody_closes_nothing_and_lets_the_next_one_try(
    cast: Cast, agency: Errands, still: time_machine.Traveller
) -> None:
    take_down(cast, agency)
    still.move_to(health().probe_at)
    agency.act = lambda job: Visit(called=False)
    services.deliver(leave(cast.house).pk)
    assert health().is_down
    agency.act = lambda job: Visit()
    services.deliver(leave(cast.house).pk)
    assert not health().is_down


def test_a_worker_that_dies_probing_leaves_the_lane_to_the_next_after_its_lease(
    cast: Cast, agency: Errands, still: time_machine.Traveller
) -> None:
    take_down(cast, agency)
    still.move_to(health().probe_at)
    agency.fails_with(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        services.deliver(leave(cast.house).pk)
    agency.act = lambda job: Visit()
    other = leave(cast.house)
    assert not is_visited(agency, other)
    still.shift(CIRCUIT.lease + 1)
    assert len(services.reap()) == 1
    assert is_visited(agency, other)


def test_a_healthy_visit_writes_nothing_of_it_but_once_a_minute(
    cast: Cast, agency: Errands, still: time_machine.Traveller
) -> None:
    def writes() -> int:
        message = leave(cast.house)
        with CaptureQueriesContext(connection) as queries:
            services.deliver(message.pk)
        return sum('UPDATE "outbox_lanehealth"' in query["sql"] for query in queries)

    assert writes() == 1
    assert [writes() for _ in range(3)] == [0, 0, 0]
    still.shift(61)
    assert [writes() for _ in range(3)] == [1, 0, 0]


def test_a_lease_that_ran_out_is_our_fault(cast: Cast, agency: Errands) -> None:
    agency.fails_with(KeyboardInterrupt())
    for _ in range(4):
        message = leave(cast.house)
        with pytest.raises(KeyboardInterrupt):
            services.deliver(message.pk)
        change(message, leased_until="2020-01-01T00:00Z")
    assert len(services.reap()) == 4
    assert not LaneHealth.objects.exists()
    assert [attempt.outcome for attempt in attempts(message)] == [Outcome.UNKNOWN.value]
