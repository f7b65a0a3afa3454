"""The authenticator app: activation, signing in with a code or a recovery code, and the secret's seal."""

import re
import time
from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import is_signed_in, sent_mails, sign_in
from tests.support.people import PASSWORD, make_person


def code_of(secret: str) -> str:
    return f"{hotp_value(secret, int(time.time()) // 30):06d}"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A code serves once; the next one comes 30 seconds later."""
    with time_machine.travel(1_795_000_000, tick=False) as traveller:
        yield traveller


def activate(client: Client, person: User) -> str:
    """The second factor, activated through the pages; its secret."""
    sign_in(client, person)
    page = client.get("/conta/2fa/aplicativo/ativar/", follow=True)
    assert "Confirme que é você" in page.content.decode()
    page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    found = re.search(r'data-copy="([A-Z2-7]{16,})"', page.content.decode())
    assert found
    answer = client.post("/conta/2fa/aplicativo/ativar/", {"code": code_of(found[1])})
    assert answer["Location"] == "/conta/2fa/recuperacao/", answer.content.decode()[:500]
    return found[1]


@pytest.fixture
def secret(client: Client, ana: User, clock: time_machine.Traveller) -> str:
    made = activate(client, ana)
    clock.shift(60)
    return made


def begin(person: User) -> Client:
    """A new browser, password given."""
    client = Client()
    answer = client.post("/conta/entrar/", {"login": person.email, "password": PASSWORD})
    assert answer["Location"].startswith("/conta/entrar/codigo/")
    return client


def test_password_alone_no_longer_signs_in(ana: User, secret: str) -> None:
    assert not is_signed_in(begin(ana))


def test_code_signs_in(ana: User, secret: str) -> None:
    browser = begin(ana)
    browser.post("/conta/entrar/codigo/", {"code": code_of(secret)})
    assert is_signed_in(browser)


def test_wrong_code_is_told_and_keeps_one_outside(ana: User, secret: str) -> None:
    browser = begin(ana)
    wrong = f"{(int(code_of(secret)) + 1) % 1_000_000:06d}"
    page = browser.post("/conta/entrar/codigo/", {"code": wrong})
    assert "O código não confere" in page.content.decode()
    assert not is_signed_in(browser)


def test_a_code_serves_once(ana: User, secret: str) -> None:
    code = code_of(secret)
    begin(ana).post("/conta/entrar/codigo/", {"code": code})
    second = begin(ana)
    second.post("/conta/entrar/codigo/", {"code": code})
    assert not is_signed_in(second)


def test_recovery_code_signs_in_once(client: Client, ana: User, secret: str) -> None:
    page = client.get("/conta/2fa/recuperacao/").content.decode()
    codes = re.findall(r"<li>([0-9a-z-]{8,})</li>", page)
    assert len(codes) == 10
    first, second = begin(ana), begin(ana)
    first.post("/conta/entrar/codigo/", {"code": codes[0]})
    assert is_signed_in(first)
    second.post("/conta/entrar/codigo/", {"code": codes[0]})
    assert not is_signed_in(second)


def test_recovery_codes_can_be_taken_along_and_renewed(client: Client, ana: User, secret: str) -> None:
    before = client.get("/conta/2fa/recuperacao/baixar/").content.decode()
    assert "Cada um serve uma vez" in before
    assert client.post("/conta/2fa/recuperacao/gerar/").status_code == 302
    assert client.get("/conta/2fa/recuperacao/baixar/").content.decode() != before


def test_secret_is_not_readable_in_the_database(ana: User, secret: str) -> None:
    kept = Authenticator.objects.get(user=ana, type=Authenticator.Type.TOTP).data
    assert secret not in str(kept)


def test_deactivating_asks_first_and_then_the_password_is_enough(client: Client, ana: User, secret: str) -> None:
    page = client.get("/conta/2fa/aplicativo/desativar/")
    assert "bastará a senha" in page.content.decode()
    client.post("/conta/2fa/aplicativo/desativar/")
    browser = Client()
    sign_in(browser, ana)
    assert is_signed_in(browser)


def test_touching_the_second_factor_asks_for_the_password_again_after_ten_minutes(
    client: Client, ana: User, secret: str, clock: time_machine.Traveller
) -> None:
    clock.shift(11 * 60)
    answer = client.get("/conta/2fa/aplicativo/desativar/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/conta/confirmar-identidade/")


@pytest.mark.usefixtures("committed_db")
def test_person_is_told_by_mail_of_both(client: Client) -> None:
    """allauth tells of the activation after the commit."""
    activate(client, make_person("Ana", password=PASSWORD))
    client.post("/conta/2fa/aplicativo/desativar/")
    subjects = [mail.subject for mail in sent_mails()]
    assert "Verificação em duas etapas ativada" in subjects
    assert subjects[-1] == "Verificação em duas etapas desativada"
