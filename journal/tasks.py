"""Doorbells for beat."""

from celery import shared_task

from journal import services


@shared_task(ignore_result=True)
def make_partitions() -> None:
    services.ensure_partitions()
