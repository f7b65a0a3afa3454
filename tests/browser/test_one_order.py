"""Whatever a person does with the page, one order comes of it, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.houses import Home, a_filled_draft, a_home, enter, orders_of
from tests.stack.stack import Stack, until
from tests.support.people import PASSWORD, Cast
from transactions.models import Draft

SEND = re.compile("Enviar ao")


@pytest.fixture
def home(stack: Stack, people: Cast, page: Page) -> Home:
    """A house of one's own, its manager signed in."""
    home = a_home(person=people.gil)
    enter(page.context, stack, home.person)
    return home


def url_of(home: Home, draft: Draft) -> str:
    return f"{home.url}rascunhos/{draft.token}/"


def sent_once(stack: Stack, home: Home, chassis: str) -> bool:
    """One order, registered by one sending."""
    until(lambda: [order.state for order in orders_of(home)] == ["registered"], what="one registered order")
    visits = stack.sandbox.visits(chassis=chassis, operation="incluir_intencao")
    return len(visits) == len(stack.sandbox.ledger(chassis=chassis)) == 1


def test_a_double_click_sends_one_order(page: Page, stack: Stack, home: Home) -> None:
    draft, vehicle = a_filled_draft(stack, home)
    page.goto(url_of(home, draft))
    page.get_by_role("button", name=SEND).dblclick()
    page.wait_for_url("**/pedidos/**")
    assert sent_once(stack, home, vehicle["chassi"])


def test_a_double_click_without_javascript_sends_one_order(
    page: Page, stack: Stack, home: Home, context_without_js: BrowserContext
) -> None:
    draft, vehicle = a_filled_draft(stack, home)
    enter(context_without_js, stack, home.person)
    plain = context_without_js.new_page()
    plain.goto(url_of(home, draft))
    plain.get_by_role("button", name=SEND).dblclick()
    plain.wait_for_url("**/pedidos/**")
    assert sent_once(stack, home, vehicle["chassi"])


def test_two_tabs_of_one_draft_send_one_order(page: Page, stack: Stack, home: Home) -> None:
    draft, vehicle = a_filled_draft(stack, home)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(url_of(home, draft))
    for tab in (page, other):
        tab.get_by_role("button", name=SEND).click()
        tab.wait_for_url("**/pedidos/**")
    assert page.url == other.url
    assert sent_once(stack, home, vehicle["chassi"])


def test_going_back_after_sending_leads_to_the_same_order(page: Page, stack: Stack, home: Home) -> None:
    draft, vehicle = a_filled_draft(stack, home)
    page.goto(url_of(home, draft))
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/pedidos/**")
    order = page.url
    page.go_back()
    if page.url != order:  # a browser that kept the page shows it; sending it again is what must do no harm
        page.get_by_role("button", name=SEND).click()
        page.wait_for_url("**/pedidos/**")
    assert page.url == order
    page.reload()
    assert page.url == order
    assert sent_once(stack, home, vehicle["chassi"])


def test_a_session_that_ends_while_typing_loses_nothing(page: Page, stack: Stack, home: Home) -> None:
    draft, vehicle = a_filled_draft(stack, home, buyer_name="", buyer_street="")
    page.goto(url_of(home, draft))
    page.locator("#id_buyer_name").fill("Zulmira Exemplo Fictícia")
    expect(page.locator("#salvo")).to_contain_text("salvo às")
    page.context.clear_cookies(name="sessionid")
    page.locator("#id_buyer_street").fill("Rua dos Dados Fictícios")
    page.wait_for_url("**/conta/entrar/**")  # the page saves by itself, and is told to sign in
    page.get_by_label("E-mail").fill(home.person.email)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url(f"**{url_of(home, draft)}")
    expect(page.locator("#id_buyer_name")).to_have_value("Zulmira Exemplo Fictícia")
    expect(page.locator("#id_buyer_street")).to_have_value("Rua dos Dados Fictícios")
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/pedidos/**")
    assert sent_once(stack, home, vehicle["chassi"])


def test_an_order_is_taken_by_the_page_while_redis_is_down(page: Page, stack: Stack, home: Home) -> None:
    """The page, its session and the order need PostgreSQL alone; the order leaves when Redis is back, empty."""
    draft, vehicle = a_filled_draft(stack, home)
    page.goto(url_of(home, draft))
    stack.kill("redis")
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/pedidos/**")
    expect(page.locator("#vivo")).to_contain_text("Na fila")
    stack.start("redis")
    expect(page.locator("#vivo")).to_contain_text("Registrado pelo DETRAN-MG", timeout=30_000)
    assert sent_once(stack, home, vehicle["chassi"])
