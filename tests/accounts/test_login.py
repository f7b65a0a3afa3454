"""Signing in, and who is not let in."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import Mails, is_signed_in, link_in, sign_in
from tests.support.people import PASSWORD

MISMATCH = "E-mail ou senha não conferem."


@pytest.mark.req("AT-01")
def test_right_password_signs_in(client: Client, ana: User) -> None:
    sign_in(client, ana)
    assert is_signed_in(client)


def test_email_is_taken_in_any_case(client: Client, ana: User) -> None:
    client.post("/conta/entrar/", {"login": " ANA@Exemplo.com.br ", "password": PASSWORD})
    assert is_signed_in(client)


def test_wrong_password_and_unknown_email_are_told_alike(client: Client, ana: User) -> None:
    wrong = client.post("/conta/entrar/", {"login": ana.email, "password": "errada-errada"})
    unknown = client.post("/conta/entrar/", {"login": "ninguem@exemplo.com.br", "password": "errada-errada"})
    for answer in (wrong, unknown):
        assert answer.status_code == 200
        assert MISMATCH in answer.content.decode()
    assert not is_signed_in(client)


def test_after_many_wrong_passwords_even_the_right_one_waits(client: Client, ana: User) -> None:
    for _ in range(12):
        answer = client.post("/conta/entrar/", {"login": ana.email, "password": "errada-errada"})
    answer = client.post("/conta/entrar/", {"login": ana.email, "password": PASSWORD})
    assert answer.status_code in {200, 429}
    assert not is_signed_in(client)


def test_inactive_person_is_told_so_and_stays_outside(client: Client, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    answer = client.post("/conta/entrar/", {"login": ana.email, "password": PASSWORD}, follow=True)
    assert not is_signed_in(client)
    assert "desativada" in answer.content.decode() or MISMATCH in answer.content.decode()


def test_unverified_email_gets_a_link_and_only_then_enters(client: Client, ana: User, mails: Mails) -> None:
    EmailAddress.objects.filter(user=ana).update(verified=False)
    answer = client.post("/conta/entrar/", {"login": ana.email, "password": PASSWORD})
    assert answer["Location"] == "/conta/email/confirmar/"
    assert not is_signed_in(client)
    link = link_in(mails()[-1])
    page = client.get(link)
    assert "Confirme o seu e-mail" in page.content.decode()
    client.post(link)
    assert EmailAddress.objects.get(user=ana).verified
    sign_in(Client(), ana)


def test_one_returns_to_where_one_was(client: Client, ana: User) -> None:
    answer = client.get("/conta/sessoes/")
    assert answer["Location"] == "/conta/entrar/?next=/conta/sessoes/"
    page = client.get(answer["Location"])
    assert '<input type="hidden" name="next" value="/conta/sessoes/">' in page.content.decode()
    answer = client.post("/conta/entrar/", {"login": ana.email, "password": PASSWORD, "next": "/conta/sessoes/"})
    assert answer["Location"] == "/conta/sessoes/"


def test_one_is_not_sent_to_a_foreign_site(client: Client, ana: User) -> None:
    body = {"login": ana.email, "password": PASSWORD, "next": "https://mau.exemplo/roubo"}
    assert client.post("/conta/entrar/", body)["Location"] == "/"


def test_signing_out_needs_a_post_and_ends_the_session(client: Client, ana: User) -> None:
    sign_in(client, ana)
    client.get("/conta/sair/")
    assert is_signed_in(client)
    client.post("/conta/sair/")
    assert not is_signed_in(client)


@pytest.mark.parametrize("path", ["/conta/signup/", "/conta/cadastro/", "/conta/login/", "/conta/email/"])
def test_there_is_no_signing_up_and_nothing_of_allauth_beside_our_list(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, {"email": "novo@exemplo.com.br", "password1": PASSWORD}).status_code == 404
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["/conta/", "/conta/senha/", "/conta/2fa/", "/conta/sessoes/", "/conta/lugares/"])
def test_strangers_are_sent_to_the_sign_in_page(client: Client, db: None, path: str) -> None:
    assert client.get(path)["Location"].startswith("/conta/entrar/")
