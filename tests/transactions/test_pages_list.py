"""Lists of orders: tabs, counts, search that leaks nothing, paging that costs nothing."""

import re
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from brazil.vehicles import renavam_check_digit
from tests.sandbox.specimens import a_cnpj, a_cpf
from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.pages import made, tree, url
from transactions import selectors
from transactions.models import Order

ROWS = '//table//tbody/tr//a[@class="code"]'
TABS = ("pendentes", "aprovadas", "canceladas", "recusadas")


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


def numbers(page: html.HtmlElement) -> list[str]:
    return [found.text_content() for found in page.xpath(ROWS)]


def listed(browser: Client, tab: str, *, name: str = "intention_list") -> html.HtmlElement:
    answer = browser.get(url(name), {"situacao": tab})
    assert answer.status_code == 200
    return tree(answer)


def buyer_of(order: Order) -> str:
    with acting_in(order.establishment):
        return str(order.parties.get(role="buyer").document)


@pytest.mark.req("AT-09")
@pytest.mark.req("AT-14")
def test_every_order_is_in_its_tab_and_the_tabs_count_them(ana: Client, cast: Cast) -> None:
    made_ = {
        "pendentes": [made(cast.house, state).number for state in ("queued", "unconfirmed", "parked")],
        "aprovadas": [made(cast.house, "registered").number],
        "canceladas": [made(cast.house, "cancelled").number],
        "recusadas": [made(cast.house, "refused").number],
    }
    made(cast.sister, "queued")
    for tab in TABS:
        page = listed(ana, tab)
        assert sorted(numbers(page)) == sorted(made_[tab])
        counts = [count.text for count in page.xpath('//ul[@class="tabs"]//span[@class="count"]')]
        assert counts == [str(len(made_[tab])) for tab in TABS]


def test_communications_have_their_own_list_and_gender(ana: Client, cast: Cast) -> None:
    order = made(cast.house, "registered", origin="atpve", atpve_number="312600000000016")
    page = listed(ana, "aprovadas", name="communication_list")
    assert numbers(page) == [order.number]
    assert "Aprovados" in page.text_content()
    assert "Aprovadas" not in page.text_content()


@pytest.mark.parametrize("name", ["intention_list", "communication_list"])
@pytest.mark.parametrize("tab", TABS)
def test_an_empty_tab_says_what_to_do(ana: Client, name: str, tab: str) -> None:
    assert listed(ana, tab, name=name).xpath('//*[@class="empty-title"]')


def test_deadlines_show_the_days_left(ana: Client, cast: Cast) -> None:
    made(cast.house, "registered", days_ago=58)
    assert "faltam 2 dias" in listed(ana, "aprovadas").text_content()


@pytest.mark.req("AT-03")
def test_a_reader_sees_the_buyer_masked(client: Client, cast: Cast) -> None:
    order = made(cast.house)
    client.force_login(cast.rui)
    text = client.get(url("intention_list")).content.decode()
    assert buyer_of(order) not in re.sub(r"[.\-]", "", text)
    assert "Zulmira Exemplo" not in text
    assert "Zulmira E. F." in text


@pytest.mark.req("AT-09")
def test_a_search_finds_by_every_number_and_goes_to_the_right_tab(ana: Client, cast: Cast) -> None:
    order = made(cast.house, "registered")
    made(cast.house, "registered")
    made(cast.house)
    found = [order.plate, order.plate.lower(), order.chassis, order.renavam, order.number, buyer_of(order)]
    for text in found:
        answer = ana.post(url("intention_search"), {"q": text, "situacao": "pendentes"})
        assert "situacao=aprovadas" in answer.url
        assert numbers(tree(ana.get(answer.url))) == [order.number], text


@pytest.mark.req("AT-03")
def test_a_cpf_or_cnpj_that_is_searched_is_in_no_address(ana: Client, cast: Cast) -> None:
    order = made(cast.house)
    for document in (buyer_of(order), "145.076.262-00", "111.111.111-11", a_cnpj(), a_cnpj(alphanumeric=True)):
        answer = ana.post(url("intention_search"), {"q": document})
        bare = re.sub(r"\W", "", document)
        page = tree(ana.get(answer.url))
        addresses = [answer.url, *page.xpath("//@href"), *page.xpath("//@action"), *page.xpath("//@hx-get")]
        assert not [a for a in addresses if bare in re.sub(r"\W", "", unquote(a))], document
        assert page.xpath('//*[@class="filter"]')


@pytest.mark.parametrize(
    "text", ["Maria da Silva", "maria@example.com", "12", "ABC", "'; DROP TABLE", "\x00", "9" * 5000]
)
def test_what_is_no_number_is_kept_out_of_the_address_and_explained(ana: Client, text: str) -> None:
    answer = ana.post(url("intention_search"), {"q": text}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{url('intention_list')}?situacao=pendentes"
    assert "por inteiro" in answer.content.decode() or not text.strip("\x00 ")


def test_a_sealed_search_opens_for_nobody_else(client: Client, cast: Cast) -> None:
    order = made(cast.house)
    client.force_login(cast.ana)
    address = client.post(url("intention_search"), {"q": buyer_of(order)}).url
    client.force_login(cast.gil)
    assert not tree(client.get(address)).xpath('//*[@class="filter"]')
    here = url("intention_list")
    for spoilt in (address[:-3], address + "x", f"{here}?pessoa=%C3%A9", f"{here}?pessoa=-"):
        assert client.get(spoilt).status_code == 200


def test_a_number_that_is_both_renavam_and_cpf_is_looked_for_as_both(ana: Client, cast: Cast) -> None:
    number = next(cpf for cpf in iter(a_cpf, "") if renavam_check_digit(cpf[:10]) == cpf[10])
    wanted = [made(cast.house, renavam=number).number, made(cast.house, buyer_document=number).number]
    answer = ana.post(url("intention_search"), {"q": number})
    assert number not in answer.url
    assert sorted(numbers(tree(ana.get(answer.url)))) == sorted(wanted)


def test_pages_follow_each_other_without_gap_or_repetition(
    ana: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PAGE", 3)
    all_orders = [made(cast.house).number for _ in range(8)]
    seen, address = [], url("intention_list")
    while address:
        page = tree(ana.get(address))
        seen += numbers(page)
        ahead = page.xpath('//a[@rel="next"]/@href')
        address = url("intention_list") + ahead[0] if ahead else ""
    assert seen == all_orders[::-1]
    back = page.xpath('//a[@rel="prev"]/@href')
    assert numbers(tree(ana.get(url("intention_list") + back[0]))) == all_orders[2:5][::-1]


@pytest.mark.parametrize(
    "junk", ["antes=x", "antes=99999999999999999999", "depois=-1", "situacao=x", "antes=%D9%A3", "pessoa=%C3%A9"]
)
def test_junk_in_the_address_shows_the_first_page(ana: Client, cast: Cast, junk: str) -> None:
    assert ana.get(f"{url('intention_list')}?{junk}").status_code == 200


def test_fifty_rows_cost_no_more_queries_than_one(ana: Client, cast: Cast) -> None:
    made(cast.house)
    ana.get(url("intention_list"))
    with CaptureQueriesContext(connection) as few:
        ana.get(url("intention_list"))
    for _ in range(49):
        made(cast.house)
    with CaptureQueriesContext(connection) as many:
        page = tree(ana.get(url("intention_list")))
    assert len(numbers(page)) == 50
    assert len(many) == len(few)
