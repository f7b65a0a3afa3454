"""Bringing a visit forward, because somebody does not want to wait."""

from functools import partial

from django.db import transaction

from kernel import clock
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach
from outbox import bell
from outbox.models import Message
from outbox.states import State


def hasten(message_id: int) -> Message:
    """Makes a waiting message due now; one that flies, is parked or is done stays as it is.

    Raises Message.DoesNotExist outside the scope. Whether the visited system's budget allows it, the caller knows.
    """
    with unit_of_work():
        message = Message.objects.select_for_update().get(pk=message_id)
        if State(message.state) is State.WAITING:
            message.due_at = clock.now()
            message.save(update_fields=["due_at"])
            reach("outbox.hasten.hasten.message_saved")
            transaction.on_commit(partial(bell.ring, message.pk))
    reach("outbox.hasten.hasten.committed")
    return message
