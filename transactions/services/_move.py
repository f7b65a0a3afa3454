"""The only writer of the states of this room: lock the row, look the move up in the table, write it with its event."""

from collections.abc import Mapping
from typing import Any

from journal import services as journal
from kernel import clock
from kernel.actor import Actor
from transactions.models import BulkFile, BulkLine, Order
from transactions.states import FILE, LINE, ORDER, TABS, Action, FileAction, FileState, LineAction, LineState, State

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


def move_file(file: BulkFile, action: FileAction, *, actor: Actor, **fields: Any) -> None:
    """Moves a locked file, writes `fields` with it, and records it. Raises ForbiddenMove."""
    before = FileState(file.state)
    after = FILE.after(before, action)
    file.state = after.value
    for name, value in fields.items():
        setattr(file, name, value)
    file.save(update_fields=["state", "updated_at", *fields])
    data = {"from": before.value, "to": after.value, "kind": file.kind}
    journal.record(f"bulk_file.{action.value}", subject_type="bulk_file", subject_id=file.pk, actor=actor, data=data)


def move_line(line: BulkLine, action: LineAction, **fields: Any) -> None:
    """Moves a locked line; its order's own event says the rest. Raises ForbiddenMove."""
    line.state = LINE.after(LineState(line.state), action).value
    for name, value in fields.items():
        setattr(line, name, value)
    line.save(update_fields=["state", *fields])
