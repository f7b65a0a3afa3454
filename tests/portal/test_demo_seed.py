"""The demonstration's people and places."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from kernel.db.transactions import scoped
from outbox.models import Message
from portal.demo import logins
from tenants.models import Ecosystem, Establishment, Membership
from tenants.selectors import adhesion_is_due


def seed() -> str:
    said = io.StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue()


def test_everybody_can_sign_in_and_work(db: None, client: Client) -> None:
    said = seed()
    for person in logins.PEOPLE:
        assert person.email in said
        assert client.login(email=person.email, password=logins.PASSWORD), person.email
        for place in person.places:
            home = reverse("portal:home", kwargs={"ecosystem": person.ecosystem, "establishment": place})
            assert client.get(home).status_code == 200, (person.email, home)
    assert logins.PASSWORD in said


def test_a_second_run_keeps_the_data(db: None) -> None:
    seed()
    ana = User.objects.get(email=logins.OPERATOR)
    ana.set_password("trocada-por-ana-2026")
    ana.save(update_fields=["password"])
    seed()
    ana.refresh_from_db()
    assert ana.check_password("trocada-por-ana-2026")
    with scoped(system=True):
        assert Establishment.objects.count() == 3
        assert Membership.objects.count() == 9
        assert Message.objects.filter(topic="adhesion.accepted").count() == 3
    minas = Ecosystem.objects.get(slug=logins.ECOSYSTEM)
    with scoped(ecosystem_id=minas.pk):
        assert not any(adhesion_is_due(house) for house in Establishment.objects.all())


def test_known_passwords_do_not_go_to_a_public_portal(db: None, settings: Settings) -> None:
    settings.HTTPS = True
    with pytest.raises(CommandError, match="https"):
        seed()
    assert not User.objects.exists()
