"""Bank days: against a table of 2024 to 2030, and the arithmetic by its laws."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brazil.bank_days import MOST_DAYS, add_bank_days, bank_holiday, is_bank_day, next_bank_day
from brazil.errors import Invalid

TABLE = Path(__file__).parent / "feriados_nacionais.csv"
days = st.dates(min_value=dt.date(2005, 1, 1), max_value=dt.date(2060, 12, 31))


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_calendar_is_that_of_the_table_day_by_day() -> None:
    closed = {dt.date.fromisoformat(row["date"]) for row in rows() if row["bank_holiday"] == "S"}
    years = sorted({day.year for day in closed})
    day, end = dt.date(years[0], 1, 1), dt.date(years[-1], 12, 31)
    while day <= end:
        assert (bank_holiday(day) is not None) == (day in closed), day
        assert is_bank_day(day) == (day not in closed and day.weekday() < 5), day
        day += dt.timedelta(days=1)


def test_days_of_short_hours_are_bank_days() -> None:
    short = [dt.date.fromisoformat(row["date"]) for row in rows() if row["bank_holiday"] == "PARCIAL"]
    assert len(short) > 10
    assert all(is_bank_day(day) for day in short if day.weekday() < 5)


def test_black_awareness_day_counts_since_2024() -> None:
    assert is_bank_day(dt.date(2023, 11, 20))
    assert bank_holiday(dt.date(2024, 11, 20)) == "Dia Nacional de Zumbi e da Consciência Negra"


@pytest.mark.parametrize(
    ("due", "falls_on"),
    [
        ("2026-02-14", "2026-02-18"),  # Saturday of Carnival
        ("2026-04-03", "2026-04-06"),  # Good Friday
        ("2026-11-20", "2026-11-23"),  # Friday, then a weekend
        ("2026-11-23", "2026-11-23"),
        ("2026-12-31", "2026-12-31"),
        ("2027-01-01", "2027-01-04"),
    ],
)
def test_a_due_date_falls_on_the_next_bank_day(due: str, falls_on: str) -> None:
    assert next_bank_day(dt.date.fromisoformat(due)) == dt.date.fromisoformat(falls_on)


@given(days)
def test_the_next_bank_day_is_near_and_stays(day: dt.date) -> None:
    found = next_bank_day(day)
    assert is_bank_day(found)
    assert 0 <= (found - day).days <= 6
    assert next_bank_day(found) == found == add_bank_days(day, 0)


@given(days, st.integers(1, 60))
def test_going_on_and_back_by_bank_days_meet(day: dt.date, count: int) -> None:
    start = next_bank_day(day)
    there = add_bank_days(start, count)
    assert add_bank_days(there, -count) == start
    between = (start + dt.timedelta(days=i) for i in range(1, (there - start).days + 1))
    assert sum(map(is_bank_day, between)) == count


@given(days, st.integers(1, 20), st.integers(1, 20))
def test_counting_in_two_legs_is_counting_at_once(day: dt.date, first: int, then: int) -> None:
    assert add_bank_days(add_bank_days(day, first), then) == add_bank_days(day, first + then)


def test_an_endless_count_is_refused() -> None:
    with pytest.raises(Invalid, match="dias úteis"):
        add_bank_days(dt.date(2026, 1, 1), MOST_DAYS + 1)
