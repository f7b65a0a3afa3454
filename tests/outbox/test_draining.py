"""What is rung for, and in which order."""

import datetime as dt

from kernel import clock
from outbox import services
from outbox.services.deliver import PER_LANE
from tests.outbox.errands import Errands, change, fresh, leave
from tests.support.people import Cast


def at(minutes: int) -> dt.datetime:
    return clock.now() + dt.timedelta(minutes=minutes)


def test_the_nearest_legal_deadline_comes_first_then_the_longest_wait(cast: Cast) -> None:
    late = leave(cast.house, due_at=at(-1))
    early = leave(cast.house, due_at=at(-9))
    soon = leave(cast.house, due_at=at(-1), urgent_by=at(60))
    sooner = leave(cast.rival_house, due_at=at(-1), urgent_by=at(5))
    leave(cast.house, due_at=at(1))
    assert services.due() == [sooner.pk, soon.pk, early.pk, late.pk]


def test_a_long_lane_does_not_stand_before_a_short_one(cast: Cast) -> None:
    many = [leave(cast.house, lane="detran-mg", urgent_by=at(5)).pk for _ in range(500)]
    one = leave(cast.house, lane="correio").pk
    rung = services.due()
    assert one in rung[:2]
    assert rung.count(one) == 1
    assert [pk for pk in rung if pk != one] == many[:PER_LANE]


def test_the_rest_of_a_long_lane_comes_next(cast: Cast) -> None:
    many = [leave(cast.house).pk for _ in range(PER_LANE + 50)]
    assert services.due() == many[:PER_LANE]
    assert services.due() == many[PER_LANE:]


def test_what_was_rung_for_is_left_in_peace_then_rung_for_again(cast: Cast) -> None:
    message = leave(cast.house)
    assert services.due() == [message.pk]
    assert services.due() == []
    change(message, rung_at=at(-1))
    assert services.due() == [message.pk]


def test_only_what_waits_and_is_due_is_rung_for(cast: Cast, errands: Errands) -> None:
    done = leave(cast.house)
    services.deliver(done.pk)
    leave(cast.house, due_at=at(1))
    assert services.due() == []
    assert services.deliver(leave(cast.house, due_at=at(1)).pk) is None
    assert services.deliver(done.pk) is None
    assert services.deliver(10**9) is None
    assert fresh(done).state == "done"
