"""The days on which Brazilian banks settle, nationwide.

A day without settlement is a Saturday, a Sunday, a national holiday, Carnival's Monday and Tuesday, Good Friday or
Corpus Christi (Resolução CMN 4.880/2020); the calendar comes from `holidays`. Ash Wednesday and the year's last day
have settlement though branches open late or not at all: they are bank days. State and city holidays are none of them.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache

from holidays import financial_holidays

from brazil.errors import Invalid

MOST_DAYS = 2000
_ONE_DAY = dt.timedelta(days=1)


def bank_holiday(day: dt.date) -> str | None:
    """The holiday's name in pt-BR, also when it falls on a weekend; None when `day` is none."""
    return _of_year(day.year).get(day)


def is_bank_day(day: dt.date) -> bool:
    """Whether banks settle on this day."""
    return day.weekday() < 5 and bank_holiday(day) is None


def next_bank_day(day: dt.date) -> dt.date:
    """`day` itself when banks settle on it, else the first day after it on which they do: where a due date falls."""
    while not is_bank_day(day):
        day += _ONE_DAY
    return day


def add_bank_days(day: dt.date, count: int) -> dt.date:
    """The `count`-th bank day after `day`, before it when negative; with 0 the same as `next_bank_day`.

    Raises Invalid `dias_uteis_demais` beyond MOST_DAYS.
    """
    if abs(count) > MOST_DAYS:
        raise Invalid("dias_uteis_demais", f"O prazo não pode passar de {MOST_DAYS} dias úteis.")
    if count == 0:
        return next_bank_day(day)
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_bank_day(day)
    return day


@cache
def _of_year(year: int) -> Mapping[dt.date, str]:
    # One year at a time and never extended: the library's own growing table is not safe between threads.
    return dict(financial_holidays("BVMF", years=year, expand=False, language="pt_BR"))
