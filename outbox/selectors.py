"""Reading the outbox."""

from django.db.models import QuerySet

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
