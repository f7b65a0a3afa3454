"""Doorbells for beat."""

from celery import shared_task

from portal import services


@shared_task(ignore_result=True)
def watch_deadlines() -> None:
    services.watch_deadlines()
