"""The only writer of an order's state: lock the row, look the move up in the table, write it with its event."""

from collections.abc import Mapping
from typing import Any

from journal import services as journal
from kernel import clock
from kernel.actor import Actor
from transactions.models import Order
from transactions.states import ORDER, TABS, Action, State

SUBJECT = "order"


def lock(order_id: int) -> Order:
    """The order with what it carries, held until the transaction ends. Raises Order.DoesNotExist outside its scope."""
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("scan", "signed_request", "cancels")
        .get(pk=order_id)
    )


def move(
    order: Order, action: Action, *, actor: Actor, verb: str, data: Mapping[str, Any] | None = None, **fields: Any
) -> None:
    """Moves a locked order, writes `fields` with it, and records `verb`. Raises ForbiddenMove."""
    before = State(order.state)
    after = ORDER.after(before, action)
    order.state = after.value
    order.tab = TABS[after].value
    for name, value in fields.items():
        setattr(order, name, value)
    order.updated_at = clock.now()
    order.save(update_fields=["state", "tab", "updated_at", *fields])
    record(order, verb, actor=actor, data={"from": before.value, "to": after.value, **(data or {})})


def record(order: Order, verb: str, *, actor: Actor, data: Mapping[str, Any] | None = None) -> None:
    """An event of an order that moves nothing."""
    journal.record(f"{order.kind}.{verb}", subject_type=SUBJECT, subject_id=order.pk, actor=actor, data=data)
