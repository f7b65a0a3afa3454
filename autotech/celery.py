"""The project's Celery: doorbells only, the outbox's rows are the truth."""

import os

from celery import Celery
from kombu.exceptions import OperationalError
from kombu.pools import producers

from outbox import bell

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "autotech.settings")

app = Celery("autotech")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# A person waits for this one: workers' patience with a Redis that is there and does not answer is not theirs.
hurried = app.connection_for_write(transport_options={"socket_timeout": 1})


def ring(message_id: int) -> None:
    """Raises OSError when the broker does not answer at once."""
    try:
        with producers[hurried].acquire(block=True) as producer:
            app.send_task("outbox.tasks.deliver", [message_id], producer=producer, retry=False)
    except OperationalError as e:
        raise ConnectionError("The broker does not answer.") from e


bell.connect(ring)
