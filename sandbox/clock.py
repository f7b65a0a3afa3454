"""The agency's clock: legal Brazilian time, which has had no daylight saving since 2019."""

import datetime as dt

BRASILIA = dt.timezone(dt.timedelta(hours=-3))


def now() -> dt.datetime:
    """Return the present moment in Brasília time (-03:00)."""
    return dt.datetime.now(BRASILIA)


def written(moment: dt.datetime) -> str:
    """Return a moment as the wire writes it: ISO 8601 with milliseconds and -03:00. Sorts as time does."""
    return moment.astimezone(BRASILIA).isoformat(timespec="milliseconds")


def stamp() -> str:
    """Return the present moment as the wire writes it."""
    return written(now())


def today() -> dt.date:
    """Return the present date in Brasília."""
    return now().date()
