"""Where one's account is in use, and ending it there."""

import re

from django.test import Client

from accounts.models import User
from tests.accounts.conftest import is_signed_in, sign_in
from tests.support.people import PASSWORD, make_person


def other_sessions(client: Client) -> list[str]:
    return re.findall(r'action="(/conta/sessoes/\d+/encerrar/)"', client.get("/conta/sessoes/").content.decode())


def test_list_shows_every_session_and_marks_the_present_one(client: Client, ana: User) -> None:
    sign_in(client, ana)
    sign_in(Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"), ana)
    page = client.get("/conta/sessoes/").content.decode()
    assert page.count("Esta sessão") == 1
    assert "Firefox no Windows" in page
    assert len(other_sessions(client)) == 1


def test_one_other_session_can_be_ended(client: Client, ana: User) -> None:
    second, third = Client(), Client()
    for browser in (client, second, third):
        sign_in(browser, ana)
    assert len(other_sessions(client)) == 2
    client.post(other_sessions(client)[0])
    assert sorted([is_signed_in(second), is_signed_in(third)]) == [False, True]
    assert is_signed_in(client)


def test_all_others_can_be_ended_at_once(client: Client, ana: User) -> None:
    second = Client()
    sign_in(client, ana)
    sign_in(second, ana)
    client.post("/conta/sessoes/")
    assert is_signed_in(client)
    assert not is_signed_in(second)


def test_a_foreign_session_is_not_found(client: Client, ana: User) -> None:
    rui = make_person("Rui", password=PASSWORD)
    his = Client()
    sign_in(his, rui)
    sign_in(Client(), rui)
    (address,) = other_sessions(his)
    sign_in(client, ana)
    assert client.post(address).status_code == 404
    assert len(other_sessions(his)) == 1
