"""What a person does with parked work."""

from kernel import clock
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach
from outbox.models import Message
from outbox.states import MESSAGE, Action, State


def release(message_id: int) -> Message:
    """Sends parked work on its way again; its handler asks before it repeats anything.

    Raises Message.DoesNotExist outside the scope and ForbiddenMove when it is not parked. The caller, who knows
    what it means to the user, writes the event.
    """
    with unit_of_work():
        message = Message.objects.select_for_update().get(pk=message_id)
        message.state = MESSAGE.after(State(message.state), Action.RELEASE).value
        message.due_at = clock.now()
        message.save(update_fields=["state", "due_at"])
        reach("outbox.park.release.message_saved")
    reach("outbox.park.release.committed")
    return message
