"""A person with a password, and what was sent to them: read from the outbox, where mail waits sealed."""

import re
from collections.abc import Callable

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.mail import open_mail
from accounts.models import User
from outbox.models import Message
from tests.support.acting import acting_as_machine
from tests.support.people import PASSWORD, make_person

Mails = Callable[[], list[EmailMultiAlternatives]]


@pytest.fixture(autouse=True)
def _mail_goes_the_usual_way(settings: Settings) -> None:
    """Django's test runner would put its own in the place of our outbox."""
    settings.EMAIL_BACKEND = "accounts.mail.OutboxEmailBackend"


@pytest.fixture
def ana(db: None) -> User:
    return make_person("Ana", password=PASSWORD)


def sent_mails() -> list[EmailMultiAlternatives]:
    with acting_as_machine():
        sent = list(Message.objects.filter(topic="mail.send").order_by("pk"))
    return [open_mail(message.payload["sealed"]) for message in sent]


@pytest.fixture
def mails(db: None) -> Mails:
    return sent_mails


def sign_in(client: Client, person: User, *, password: str = PASSWORD) -> None:
    """Through the page, as people do."""
    answer = client.post("/conta/entrar/", {"login": person.email, "password": password})
    assert answer.status_code == 302, answer.content.decode()[:2000]


def is_signed_in(client: Client) -> bool:
    return client.get("/conta/").status_code == 200


def link_in(mail: EmailMultiAlternatives) -> str:
    """The path of the one address in a mail's text."""
    found = re.findall(r"https?://[^/\s]+(/\S+)", str(mail.body))
    assert len(found) == 1, mail.body
    return str(found[0])
