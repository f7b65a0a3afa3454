"""UTC inside; the day is São Paulo's."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from kernel import clock


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-11-21T02:59:59Z", dt.date(2026, 11, 20)),
        ("2026-11-21T03:00:00Z", dt.date(2026, 11, 21)),
        ("2027-01-01T01:00:00Z", dt.date(2026, 12, 31)),
        ("2018-11-04T02:30:00Z", dt.date(2018, 11, 3)),
    ],
)
def test_the_day_changes_at_midnight_in_sao_paulo(instant: str, day: dt.date) -> None:
    with time_machine.travel(instant, tick=False):
        assert clock.today() == day


def test_another_zone_has_its_own_day() -> None:
    with time_machine.travel("2026-11-21T03:30:00Z", tick=False):
        assert clock.today(ZoneInfo("America/Rio_Branco")) == dt.date(2026, 11, 20)


def test_an_instant_is_aware_and_utc() -> None:
    assert clock.now().tzinfo is dt.UTC
