"""Leaving a message, in the transaction that makes it necessary."""

import datetime as dt
from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

from django.db import connection, transaction

from kernel import clock, scope
from kernel.db.transactions import scoped
from kernel.failpoints import reach
from outbox import bell
from outbox.models import Message


def enqueue(
    topic: str,
    *,
    lane: str,
    payload: Mapping[str, Any],
    subject_type: str = "",
    subject_id: int | None = None,
    due_at: dt.datetime | None = None,
    urgent_by: dt.datetime | None = None,
    request_id: str = "",
) -> Message:
    """Leaves work for the outside in the tenant of the scope in force (none: the platform's own, like mail).

    Nothing is sent here. After commit the bell rings; if nobody hears it, the drain finds the row.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A message is left in the transaction that makes it necessary.")
    of = scope.current() or scope.Scope()
    message = Message(
        ecosystem_id=of.ecosystem_id,
        establishment_id=of.establishment_id,
        topic=topic,
        lane=lane,
        payload=dict(payload),
        subject_type=subject_type,
        subject_id=subject_id,
        due_at=due_at or clock.now(),
        urgent_by=urgent_by,
        request_id=request_id,
    )
    # The database gives the new id back only to who may read the row, and the platform's own only the machinery may.
    with nullcontext() if of.ecosystem_id is not None else scoped(system=True):
        message.save(force_insert=True)
        reach("outbox.leave.enqueue.message_saved")
    if due_at is None:
        transaction.on_commit(partial(bell.ring, message.pk))
    return message
