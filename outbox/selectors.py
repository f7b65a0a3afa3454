"""Reading the outbox."""

from django.db.models import Min, QuerySet

from kernel import clock
from outbox.models import Attempt, Message


def attempts_of(subject_type: str, subject_id: int) -> QuerySet[Attempt]:
    """Every visit made for one subject, oldest first, with its message."""
    return (
        Attempt.objects.filter(message__subject_type=subject_type, message__subject_id=subject_id)
        .select_related("message")
        .order_by("started_at", "pk")
    )


def open_messages(subject_type: str, subject_id: int) -> QuerySet[Message]:
    """What still waits, flies or is parked for one subject."""
    return Message.objects.filter(
        subject_type=subject_type, subject_id=subject_id, state__in=["waiting", "leased", "parked"]
    ).order_by("pk")


def oldest_due_seconds() -> int:
    """How long the longest-waiting message is overdue; 0 when none is. To be read in the system's scope."""
    now = clock.now()
    oldest = Message.objects.filter(state="waiting", due_at__lte=now).aggregate(oldest=Min("due_at"))["oldest"]
    return int((now - oldest).total_seconds()) if oldest else 0
