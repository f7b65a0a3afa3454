"""The pages of files with several vehicles."""

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.sandbox.specimens import vehicle
from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.bulk_making import a_csv, visited
from tests.transactions.making import typed
from tests.transactions.pages import a_file, orders, tree, url
from transactions.models import BulkFile
from transactions.rules.bulk import read_bulk

pytestmark = pytest.mark.req("AT-05")


@pytest.fixture
def browser(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ana)
    return client


def text_of(answer: HttpResponse) -> str:
    return " ".join(tree(answer).text_content().split())


def upload(browser: Client, content: bytes, *, name: str = "veiculos.csv", tipo: str = "intencoes") -> Any:
    return browser.post(url("bulk_files"), {"tipo": tipo, "arquivo": a_file(content, name)})


def sale(cast: Cast, **changes: str) -> dict[str, str]:
    return typed(vehicle(), seller=cast.house.cnpj) | changes


def test_a_file_goes_from_the_page_to_orders_and_is_found_again(cast: Cast, browser: Client) -> None:
    content = a_csv([sale(cast), sale(cast, price="muito"), sale(cast)])
    answer = upload(browser, content)
    assert answer.status_code == 302
    page = answer.url
    assert "conferindo" in text_of(browser.get(page))
    assert browser.get(page + "andamento/", {"v": "checking-0-0-0"}).status_code == 204
    visited("bulk.check")
    ended = browser.get(page + "andamento/", {"v": "checking-0-0-0"})
    assert (ended.status_code, ended.headers["HX-Refresh"]) == (286, "true")
    said = text_of(browser.get(page))
    assert "2 de 3 linhas prontas para enviar; 1 a corrigir" in said
    assert "Linha 3" in said
    assert "Valor da venda “muito”" in said
    assert "Não entendemos o valor; escreva como 96.900,00." in said
    assert orders(cast) == []
    for _ in range(2):
        assert browser.post(page + "enviar/").url == page
    assert "0 de 2 linhas resolvidas" in text_of(browser.get(page))
    visited("bulk.send")
    said = text_of(browser.get(page))
    assert "2 pedidos criados" in said
    assert all(order.number in said for order in orders(cast))
    assert "veiculos.csv" in text_of(browser.get(url("bulk_files")))
    again = upload(browser, content, name="copia.csv")
    assert again.url == page
    assert "já tinha sido enviado" in text_of(browser.get(page))
    assert len(orders(cast)) == 2


def test_bad_lines_are_downloaded_completed_and_sent_back(cast: Cast, browser: Client) -> None:
    good, bad = sale(cast), sale(cast, crv_number="", buyer_email="")
    page = upload(browser, a_csv([good, bad])).url
    visited("bulk.check")
    browser.post(page + "enviar/")
    visited("bulk.send")
    sheet = browser.get(page + "linhas.csv")
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    (left,) = read_bulk("sale_intention", sheet.content).lines
    assert left.typed["chassis"] == bad["chassis"]
    assert "CRV" in sheet.content.decode()
    completed = a_csv([left.typed | {"crv_number": "123456789012", "buyer_email": "z@example.com.br"}])
    other = upload(browser, completed).url
    assert other != page
    visited("bulk.check")
    browser.post(other + "enviar/")
    visited("bulk.send")
    assert {order.chassis for order in orders(cast)} == {good["chassis"], bad["chassis"]}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "vazio"), (b"%PDF-1.7", "PDF"), (b"x" * (5 * 1024 * 1024 + 1), "o limite é 5 MB")],
)
def test_what_is_no_sheet_is_refused_beside_the_field(cast: Cast, browser: Client, content: bytes, words: str) -> None:
    answer = upload(browser, content)
    assert answer.status_code == 422
    (beside,) = tree(answer).xpath('//*[@id="id_arquivo_error"]')
    assert words in beside.text_content()
    with acting_in(cast.house):
        assert not BulkFile.objects.exists()


def test_no_file_at_all_is_asked_for(cast: Cast, browser: Client) -> None:
    answer = browser.post(url("bulk_files"), {"tipo": "intencoes"})
    assert answer.status_code == 422
    assert "Escolha a planilha" in text_of(answer)


def test_an_unreadable_file_is_discarded_after_asking_once(cast: Cast, browser: Client) -> None:
    page = upload(browser, b"nome;idade\nAna;30\n").url
    visited("bulk.check")
    assert "Não reconhecemos as colunas" in text_of(browser.get(page))
    assert "se perde" in text_of(browser.post(page + "descartar/"))
    assert browser.post(page + "descartar/", {"confirmado": "1"}).url == url("bulk_files")
    assert browser.get(page).status_code == 404


def test_a_file_that_was_confirmed_is_not_discarded(cast: Cast, browser: Client) -> None:
    page = upload(browser, a_csv([sale(cast)])).url
    visited("bulk.check")
    browser.post(page + "enviar/")
    assert browser.post(page + "descartar/", {"confirmado": "1"}).url == page
    with acting_in(cast.house):
        assert BulkFile.objects.count() == 1


@pytest.mark.parametrize(("tipo", "column"), [("intencoes", "Número do CRV"), ("comunicados", "Número da ATPV-e")])
def test_the_templates_are_given_out(browser: Client, tipo: str, column: str) -> None:
    answer = browser.get(url("bulk_template"), {"tipo": tipo})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert column in answer.content.decode()


def test_communications_rest_on_their_atpve(cast: Cast, browser: Client) -> None:
    words = sale(cast, atpve_number="123456789012345")
    page = upload(browser, a_csv([words], "sale_communication"), tipo="comunicados").url
    visited("bulk.check")
    browser.post(page + "enviar/")
    visited("bulk.send")
    (order,) = orders(cast)
    assert (order.kind, order.origin, order.atpve_number) == ("sale_communication", "atpve", "123456789012345")


def test_the_lists_lead_here_those_who_may_send(cast: Cast, client: Client) -> None:
    for person, shown in ((cast.ana, True), (cast.rui, False)):
        client.force_login(person)
        for name in ("intention_list", "communication_list"):
            assert ("Enviar vários" in text_of(client.get(url(name)))) is shown
    assert client.get(url("bulk_files")).status_code == 403


def test_a_page_takes_as_many_queries_for_many_lines_as_for_one(cast: Cast, browser: Client) -> None:
    counts = []
    for many in (1, 40):
        page = upload(browser, a_csv([sale(cast) for _ in range(many)])).url
        visited("bulk.check")
        browser.post(page + "enviar/")
        visited("bulk.send")
        with CaptureQueriesContext(connection) as counted:
            assert browser.get(page).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]
