"""How much time is left, in words."""

import datetime as dt
from dataclasses import dataclass

from kernel import clock
from transactions.models import Order
from transactions.rules import deadlines
from transactions.rules.agencies import SALE_COMMUNICATION, SALES, TRANSFER, agency

SOON = 15


@dataclass(frozen=True, slots=True)
class Deadline:
    """A legal term that is running. `tone` is a status' tone: idle, warn or bad."""

    on: dt.date
    days: int
    words: str
    tone: str
    source: str = ""


def deadline(on: dt.date | None, *, today: dt.date | None = None, source: str = "") -> Deadline | None:
    """None where no clock runs."""
    if on is None:
        return None
    days = (on - (today or clock.today())).days
    return Deadline(on, days, left(days), "bad" if days < 0 else "warn" if days <= SOON else "idle", source)


def left(days: int) -> str:
    """`faltam 12 dias`, `vence hoje`, `venceu há 3 dias`."""
    if days == 0:
        return "vence hoje"
    many = "1 dia" if abs(days) == 1 else f"{abs(days)} dias"
    if days < 0:
        return f"venceu há {many}"
    return f"falta {many}" if days == 1 else f"faltam {many}"


def to_communicate(order: Order) -> Deadline | None:
    """Until when the sale that an intention announces must be communicated."""
    where = agency(order.agency)
    term = where.term(SALE_COMMUNICATION, on=order.sale_date)
    on = deadlines.due_on(where, SALE_COMMUNICATION, sale_date=order.sale_date)
    return deadline(on, source=term.source if term else "")


def of_order(order: Order) -> Deadline | None:
    """The clock that runs for an order itself; a settled order has none."""
    if order.due_on is None or not (order.is_live or order.state == "refused"):
        return None
    term = agency(order.agency).term(order.kind, on=order.sale_date)
    return deadline(order.due_on, source=term.source if term else "")


def buyer_term_of(order: Order) -> Deadline | None:
    """Until when the buyer must have the vehicle transferred: not our users' duty, said beside a sale that stands."""
    if order.kind not in SALES or order.state in ("refused", "cancelled"):
        return None
    where = agency(order.agency)
    term = where.term(TRANSFER, on=order.sale_date)
    return deadline(deadlines.due_on(where, TRANSFER, sale_date=order.sale_date), source=term.source if term else "")
