"""Acting on a visit's answer only while the visit is still ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach
from outbox.models import Message
from outbox.registry import Job
from outbox.states import State


class LeaseLost(Exception):
    """The visit lasted beyond its lease; another worker may be on the same errand, so this one settles nothing."""


@contextmanager
def holding(job: Job) -> Iterator[None]:
    """A transaction that keeps the visit's lease to its end. Raises LeaseLost when the reaper has taken it.

    A worker that slept through its lease must not refuse or queue an order that another one is sending.
    """
    with unit_of_work():
        ours = Message.objects.select_for_update().filter(pk=job.message_id, state=State.LEASED.value, visits=job.visit)
        if ours.first() is None:
            raise LeaseLost(f"Message {job.message_id}, visit {job.visit}.")
        reach("outbox.hold.holding.held")
        yield
    reach("outbox.hold.holding.committed")
