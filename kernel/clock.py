"""The house's only clock: UTC inside, São Paulo's calendar for days that the law counts."""

import datetime as dt
from zoneinfo import ZoneInfo

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def now() -> dt.datetime:
    """This instant, aware, UTC."""
    return dt.datetime.now(dt.UTC)


def today(zone: ZoneInfo = SAO_PAULO) -> dt.date:
    """The calendar day in `zone`, São Paulo's unless said."""
    return now().astimezone(zone).date()
