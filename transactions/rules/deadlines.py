"""Legal clocks: until when, and how near."""

import datetime as dt

from transactions.rules.agencies import Agency


def due_on(agency: Agency, kind: str, *, sale_date: dt.date) -> dt.date | None:
    """The last calendar day on which an order of `kind` is in time; None where no clock runs."""
    term = agency.term(kind, on=sale_date)
    return None if term is None else sale_date + dt.timedelta(days=term.days)
