"""*Início*: what needs a person, the counters, and what a role may do."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from tests.support.people import Cast
from tests.transactions.pages import begin, made, url

HOME = "/minas/casa/"
WORK = '//*[@aria-labelledby="h-tarefas"]//*[@class="work-title"]'


def home(browser: Client) -> html.HtmlElement:
    answer = browser.get(HOME)
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def texts(page: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in page.xpath(path)]


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


@pytest.mark.req("AT-09")
def test_an_empty_home_says_what_to_do_first(ana: Client) -> None:
    page = home(ana)
    assert "Comece pela primeira intenção de venda" in page.text_content()
    assert url("intention_new") in page.xpath("//main//a/@href")
    assert "DETRAN-MG" in texts(page, '//*[@id="h-orgao"]')


@pytest.mark.req("AT-09")
def test_the_worklist_puts_the_nearest_legal_term_first(ana: Client, cast: Cast) -> None:
    late = made(cast.house, "registered", days_ago=50)
    fresh = made(cast.house, "registered")
    refused, parked = made(cast.house, "refused"), made(cast.house, "parked")
    page = home(ana)
    wanted = [f"Comunicar a venda de {late.plate}", f"Decidir sobre {parked.plate}", f"Corrigir {refused.plate}"]
    assert texts(page, WORK) == [*wanted, f"Comunicar a venda de {fresh.plate}"]
    assert "faltam 10 dias" in page.text_content()
    assert page.xpath(f'//form//input[@name="intention"][@value="{late.number}"]')


def test_what_is_done_leaves_the_worklist(ana: Client, cast: Cast) -> None:
    intention, refused = made(cast.house, "registered"), made(cast.house, "refused")
    begin(ana, cast, kind="communication", intention=intention.number)
    page = home(ana)
    assert len(texts(page, WORK)) == 2
    assert "Rascunhos abertos" in page.text_content()
    assert refused.number in page.text_content()


@pytest.mark.req("AT-09")
@pytest.mark.req("AT-14")
def test_counters_lead_to_the_filtered_lists(ana: Client, cast: Cast) -> None:
    for state in ("queued", "registered", "registered", "refused", "cancelled"):
        made(cast.house, state)
    made(cast.house, "queued", origin="atpve", atpve_number="312600000000016")
    made(cast.sister, "queued")
    counters = home(ana).xpath('//a[@class="counter"]')
    said = {counter.get("href"): counter.xpath("./span/text()")[0] for counter in counters}
    lists = url("intention_list"), url("communication_list")
    assert [
        said[f"{lists[0]}?situacao={tab}"] for tab in ("pendentes", "aprovadas", "canceladas", "recusadas")
    ] == list("1211")
    assert said[f"{lists[1]}?situacao=pendentes"] == "1"
    for address in said:
        assert ana.get(address).status_code == 200


def test_a_reader_sees_no_buttons_and_no_names(client: Client, cast: Cast) -> None:
    made(cast.house, "refused")
    made(cast.house, "parked")
    client.force_login(cast.rui)
    page = home(client)
    assert page.xpath("//main//form | //main//button[not(@data-bs-dismiss)]") == []
    assert "Zulmira" not in page.text_content()


def test_people_who_see_no_orders_are_told_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.adm)
    assert "O que precisa de você" in home(client).text_content()


def test_fifty_orders_cost_no_more_queries_than_one(ana: Client, cast: Cast) -> None:
    made(cast.house, "registered")
    home(ana)
    with CaptureQueriesContext(connection) as few:
        home(ana)
    for state in ("registered", "refused", "parked", "queued") * 3:
        made(cast.house, state)
    with CaptureQueriesContext(connection) as many:
        home(ana)
    assert len(many) == len(few)
