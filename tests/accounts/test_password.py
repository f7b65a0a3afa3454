"""A forgotten password: a link that lives 15 minutes and works once."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import Mails, is_signed_in, link_in, sign_in

NEW = "outra-senha-bem-longa"
NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)


def ask(client: Client, email: str) -> None:
    answer = client.post("/conta/senha/redefinir/", {"email": email})
    assert answer["Location"] == "/conta/senha/redefinir/enviado/"


def use(link: str) -> tuple[bool, str]:
    """Whether the link opened the form and the new password was taken; and the last page."""
    client = Client()
    page = client.get(link, follow=True)
    if "Crie a nova senha" not in page.content.decode():
        return False, page.content.decode()
    where = page.redirect_chain[-1][0]
    page = client.post(where, {"password1": NEW, "password2": NEW}, follow=True)
    return "Senha criada" in page.content.decode(), page.content.decode()


def test_link_sets_a_new_password_and_the_old_one_is_dead(client: Client, ana: User, mails: Mails) -> None:
    ask(client, ana.email)
    assert use(link_in(mails()[-1]))[0]
    sign_in(client, ana, password=NEW)
    with pytest.raises(AssertionError):
        sign_in(Client(), ana)


def test_mail_says_in_portuguese_how_long_and_how_often(client: Client, ana: User, mails: Mails) -> None:
    ask(client, ana.email)
    (mail,) = mails()
    assert mail.subject == "Redefina a sua senha"
    html = str(mail.alternatives[0][0])
    for body in (str(mail.body), html):
        assert "vale por 15 minutos e funciona uma única vez" in body
        assert "Ana" in body
    assert link_in(mail) in html


def test_link_works_once(client: Client, ana: User, mails: Mails) -> None:
    ask(client, ana.email)
    link = link_in(mails()[-1])
    assert use(link)[0]
    worked, page = use(link)
    assert not worked
    assert "Este link não vale mais" in page


def test_link_lives_fifteen_minutes(client: Client, ana: User, mails: Mails) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        ask(client, ana.email)
        link = link_in(mails()[-1])
        clock.shift(dt.timedelta(minutes=15, seconds=1))
        worked, page = use(link)
        assert not worked
        assert "Este link não vale mais" in page
        clock.shift(dt.timedelta(seconds=-2))
        assert use(link)[0]


def test_form_opened_in_time_is_refused_after_time(client: Client, ana: User, mails: Mails) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        ask(client, ana.email)
        browser = Client()
        where = browser.get(link_in(mails()[-1]), follow=True).redirect_chain[-1][0]
        clock.shift(dt.timedelta(minutes=16))
        page = browser.post(where, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Este link não vale mais" in page.content.decode()
    ana.refresh_from_db()
    assert not ana.check_password(NEW)


def test_page_that_says_look_into_your_mail_is_shown_wherever_one_came_from(client: Client, ana: User) -> None:
    page = client.get("/conta/senha/redefinir/?next=/conta/sessoes/").content.decode()
    assert 'name="next"' not in page.split('<form method="post"')[1]
    ask(client, ana.email)


def test_unknown_email_gets_the_same_page_and_no_mail(client: Client, ana: User, mails: Mails) -> None:
    ask(client, "ninguem@exemplo.com.br")
    assert mails() == []


def test_tampered_link_is_refused(client: Client, ana: User, mails: Mails) -> None:
    ask(client, ana.email)
    link = link_in(mails()[-1])
    assert not use(link[:-4] + ("aaa/" if not link.endswith("aaa/") else "bbb/"))[0]


def test_reset_ends_the_open_sessions_and_tells_the_person(client: Client, ana: User, mails: Mails) -> None:
    sign_in(client, ana)
    ask(Client(), ana.email)
    assert use(link_in(mails()[-1]))[0]
    assert not is_signed_in(client)
    assert mails()[-1].subject == "A sua senha foi redefinida"


@pytest.mark.parametrize("weak", ["curta", "password123", "1234567890", "ana@exemplo.com.br"])
def test_weak_passwords_are_refused_with_a_reason(client: Client, ana: User, mails: Mails, weak: str) -> None:
    ask(client, ana.email)
    browser = Client()
    where = browser.get(link_in(mails()[-1]), follow=True).redirect_chain[-1][0]
    page = browser.post(where, {"password1": weak, "password2": weak})
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.content.decode()


def test_changing_the_password_asks_for_the_present_one(client: Client, ana: User) -> None:
    sign_in(client, ana)
    page = client.post("/conta/senha/", {"oldpassword": "errada", "password1": NEW, "password2": NEW})
    assert "A senha atual não confere." in page.content.decode()
    page = client.post("/conta/senha/", {"oldpassword": "uma-senha-de-teste-longa", "password1": NEW, "password2": NEW})
    assert page.status_code == 302
    sign_in(Client(), ana, password=NEW)
