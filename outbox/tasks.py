"""Doorbells: ids in, business nothing."""

from celery import shared_task

from outbox import services


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def deliver(message_id: int) -> None:
    services.deliver(message_id)


@shared_task(ignore_result=True, expires=30)
def drain() -> None:
    """Rings for what is due and brings back what a dead worker dropped."""
    services.reap()
    for message_id in services.due():
        deliver.delay(message_id)
