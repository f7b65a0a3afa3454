"""What people see when something is wrong, and the headers of every page."""

import pytest
from django.db import connection
from django.test import Client, RequestFactory

from portal import errors
from tests.support.people import Cast


def test_unknown_address_is_explained_in_our_layout(client: Client, db: None) -> None:
    answer = client.get("/conta/isto/nao/existe/")
    assert answer.status_code == 404
    assert "Página não encontrada" in answer.content.decode()
    assert "<main" in answer.content.decode()


def test_missing_right_is_explained(client: Client, cast: Cast, rf: RequestFactory) -> None:
    request = rf.get("/minas/casa/")
    request.user = cast.rui
    answer = errors.forbidden(request, PermissionError())
    assert answer.status_code == 403
    assert "não permite este ato" in answer.content.decode()


def test_crash_shows_the_requests_id_and_no_inner_words(client: Client, db: None) -> None:
    request = RequestFactory().get("/")
    request.request_id = "abc-12345678"  # type: ignore[attr-defined]  # set by the middleware
    answer = errors.crashed(request)
    assert answer.status_code == 500
    assert "abc-12345678" in answer.content.decode()


def test_crash_page_needs_no_database() -> None:
    """No `db` fixture: a query would raise."""
    answer = errors.crashed(RequestFactory().get("/"))
    assert "Algo falhou do nosso lado" in answer.content.decode()
    assert connection.connection is None or not connection.in_atomic_block


def test_bad_request_is_explained(client: Client) -> None:
    answer = client.get("/saude/viva/", HTTP_HOST="bad host")
    assert answer.status_code == 400
    assert "Pedido não compreendido" in answer.content.decode()


def test_stale_form_is_explained_and_leads_back(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/conta/entrar/", {"login": "a", "password": "b"})
    assert answer.status_code == 403
    html = answer.content.decode()
    assert "nada foi enviado" in html
    assert 'href="/conta/entrar/"' in html


@pytest.mark.parametrize("path", ["/", "/minas/", "/conta/entrar/", "/inexistente/", "/saude/", "/minas/marca.css"])
def test_every_answer_forbids_foreign_and_inline_script(client: Client, cast: Cast, path: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert client.get(path)["Permissions-Policy"]
    assert client.get(path)["X-Frame-Options"] == "DENY"


def test_pages_have_no_inline_script_style_or_handler(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    for address in ("/minas/casa/", "/conta/", "/conta/2fa/", "/conta/sessoes/", "/conta/lugares/"):
        html = client.get(address).content.decode()
        assert "<style" not in html
        assert "style=" not in html
        assert "hx-on" not in html
        assert " onclick" not in html
        assert html.count("<script") == html.count("<script src=")


def test_liveness_asks_nobody(client: Client) -> None:
    """No `db` fixture: a query would raise."""
    assert client.get("/saude/viva/").json() == {"vivo": True}


def test_health_is_well_with_both_servers(client: Client, db: None) -> None:
    answer = client.get("/saude/")
    assert (answer.status_code, answer.json()["banco"], answer.json()["redis"]) == (200, "ok", "ok")
