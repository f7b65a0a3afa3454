"""What a finished cancellation does to the order it cancels."""

from kernel.actor import SYSTEM
from transactions.models import Order
from transactions.services._move import lock, move
from transactions.states import Action


def cancel_target(cancellation: Order) -> None:
    """Cancels the other order in the same transaction. Raises ForbiddenMove when it is not registered any more."""
    if cancellation.cancels_id is None:
        raise ValueError(f"{cancellation.number} cancels nothing.")
    move(lock(cancellation.cancels_id), Action.CANCEL, actor=SYSTEM, verb="cancelled", data={"by": cancellation.number})
