"""`stack`: the whole portal running, whole again before each test, with this process looking at its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from celery import Celery
from django.db import connection
from django.test import override_settings
from kombu.exceptions import OperationalError
from pytest_django import DjangoDbBlocker

from autotech import celery
from autotech.env import celery_broker
from outbox import bell
from tests.stack.stack import Stack
from tests.support import owner
from tests.support.database import url_of
from tests.support.people import Cast, make_cast

SCRYPT = ["django.contrib.auth.hashers.ScryptPasswordHasher"]  # the tests' own hasher is unknown to the portal


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One stack is enough for two cores, and a test that needs it says so by its fixtures."""
    for item in items:
        if "stack_process" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.stack)
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture(scope="session")
def stack_process(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Stack, Cast]]:
    """One for the whole run, with its cast. Its database is not the worker's: other tests must not see what it
    commits."""
    ours = str(connection.settings_dict["NAME"])
    name = f"{ours}_stack"
    with owner.one_at_a_time() as maintenance:
        owner.drop(maintenance, name)
        owner.create(maintenance, name, template=owner.template_name())
    try:
        with Stack(_url_of(name), database=name) as stack, django_db_blocker.unblock():
            with _looking_at(name), override_settings(PASSWORD_HASHERS=SCRYPT):
                cast = make_cast()
            yield stack, cast
    finally:
        with owner.one_at_a_time() as maintenance:
            owner.drop(maintenance, name)


@pytest.fixture
def stack(stack_process: tuple[Stack, Cast], django_db_blocker: DjangoDbBlocker) -> Iterator[Stack]:
    """This process' connection and doorbell are the stack's while the test runs."""
    stack, _ = stack_process
    stack.make_whole()
    app = Celery("tests", broker=celery_broker(stack.redis_url))

    def ring(message_id: int) -> None:
        try:
            app.send_task("outbox.tasks.deliver", [message_id], retry=False)
        except OperationalError as e:
            raise ConnectionError("The stack's Redis does not answer.") from e

    bell.connect(ring)
    with django_db_blocker.unblock(), _looking_at(stack.database):
        yield stack
    bell.connect(celery.ring)
    app.close()


@pytest.fixture
def people(stack_process: tuple[Stack, Cast]) -> Cast:
    """The cast as the stack knows it; all have PASSWORD."""
    return stack_process[1]


@contextmanager
def _looking_at(database: str) -> Iterator[None]:
    """This process' connection inside the block."""
    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _url_of(database: str) -> str:
    """As a process is told it, with the role our own connection takes."""
    s = {**connection.settings_dict, "NAME": database}
    taken = s["OPTIONS"].get("options", "")
    return f"{url_of(s)}&options={quote(taken)}" if taken else url_of(s)
