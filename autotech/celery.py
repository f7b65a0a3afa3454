"""The project's Celery: doorbells only, the outbox's rows are the truth."""

import os

from celery import Celery
from kombu.exceptions import OperationalError

from outbox import bell

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "autotech.settings")

app = Celery("autotech")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def ring(message_id: int) -> None:
    """Raises OSError when the broker does not answer at once."""
    try:
        app.send_task("outbox.tasks.deliver", [message_id], retry=False)
    except OperationalError as e:
        raise ConnectionError("The broker does not answer.") from e


bell.connect(ring)
