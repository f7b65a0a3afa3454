"""Entry, account and menu in a real browser: by keyboard, at 360 px, and as axe sees them."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import flaws
from tests.support.people import PASSWORD, Cast


def sign_in(page: Page, email: str, *, at: str = "/minas/") -> None:
    """By keyboard alone."""
    page.goto(at)
    page.get_by_label("E-mail").focus()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: not address.endswith((at, "/conta/entrar/")))


@pytest.mark.req("AT-01")
def test_signing_in_by_keyboard_leads_home(page: Page, people: Cast) -> None:
    sign_in(page, people.ana.email)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ana")
    assert page.url.endswith("/minas/casa/")


def test_wrong_password_is_announced_and_the_email_stays(page: Page, people: Cast) -> None:
    page.goto("/minas/")
    page.get_by_label("E-mail").fill("ninguem@exemplo.com.br")
    page.get_by_label("Senha").fill("errada-errada")
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("não conferem")
    expect(page.get_by_label("E-mail")).to_have_value("ninguem@exemplo.com.br")
    assert flaws(page) == []


def test_first_tab_offers_to_skip_to_the_content(page: Page, people: Cast) -> None:
    sign_in(page, people.ana.email)
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Pular para o conteúdo")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_menu_opens_by_keyboard_on_a_phone(page: Page, people: Cast) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, people.ana.email)
    menu = page.get_by_role("navigation", name="Principal")
    expect(menu).to_be_hidden()
    button = page.get_by_role("button", name="Menu", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(menu.get_by_role("link", name="Início")).to_be_visible()
    page.wait_for_timeout(500)
    assert flaws(page) == []
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_hidden()


def test_signing_out_by_the_menu_returns_to_the_ecosystems_entry(page: Page, people: Cast) -> None:
    sign_in(page, people.ana.email)
    page.get_by_role("button", name="Menu de Ana").click()
    page.get_by_role("button", name="Sair").click()
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    assert page.url.endswith("/minas/")


@pytest.mark.parametrize(
    "address", ["/", "/minas/", "/conta/entrar/", "/conta/senha/redefinir/", "/conta/senha/redefinir/1-abc/", "/nada/"]
)
def test_pages_before_the_door_have_no_flaws(page: Page, people: Cast, address: str) -> None:
    page.goto(address)
    assert flaws(page) == []


def test_pages_of_ones_account_have_no_flaws(page: Page, people: Cast) -> None:
    sign_in(page, people.ana.email)
    found = {}
    for address in ("/conta/", "/conta/senha/", "/conta/2fa/", "/conta/sessoes/", "/conta/lugares/", "/conta/sair/"):
        page.goto(address)
        found[address] = flaws(page)
    page.goto("/conta/senha/")
    page.get_by_label("Senha atual").fill("x")
    page.get_by_label("Nova senha", exact=True).fill("curta")
    page.get_by_label("Nova senha, de novo").fill("outra")
    page.get_by_role("button", name="Trocar a senha").click()
    expect(page.get_by_role("alert")).to_be_focused()
    found["errors"] = flaws(page)
    assert {address: flaw for address, flaw in found.items() if flaw} == {}


def test_live_part_that_meets_an_ended_session_leads_to_the_sign_in_page_and_back(page: Page, people: Cast) -> None:
    sign_in(page, people.ana.email)
    page.context.clear_cookies()
    page.evaluate("htmx.ajax('GET', '/minas/casa/', {target: 'main', swap: 'innerHTML'})")
    page.wait_for_url("**/conta/entrar/?next=**")
    page.get_by_label("E-mail").fill(people.ana.email)
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url("**/minas/casa/")
