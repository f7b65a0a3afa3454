"""Legal clocks: until when, and how near."""

import datetime as dt

from transactions.rules.agencies import TRANSFER, Agency

OVERDUE = -1
LONGEST_OVERDUE = 30


def due_on(agency: Agency, kind: str, *, sale_date: dt.date) -> dt.date | None:
    """The last calendar day on which an order of `kind` is in time; None where no clock runs.

    With `kind` "transfer" the last day of the buyer's own term.
    """
    term = agency.term(kind, on=sale_date)
    if term is None:
        return None
    start: dt.date | None = sale_date
    if term.counted_from == "buyer_term_end":
        start = due_on(agency, TRANSFER, sale_date=sale_date)
    return None if start is None else start + dt.timedelta(days=term.days)


def mark_of(days_left: int, notice_days: tuple[int, ...]) -> int | None:
    """The notice that is due with `days_left`: the nearest chosen day not yet passed by, OVERDUE when the term is over.

    None while it is too early, and when the term has been over for so long that a notice helps nobody.
    """
    if days_left < 0:
        return OVERDUE if days_left >= -LONGEST_OVERDUE else None
    return min((day for day in notice_days if day >= days_left), default=None)
