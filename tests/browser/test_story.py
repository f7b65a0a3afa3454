"""The whole story as a person lives it, from the entry to a communicated sale: by mouse, and by keyboard alone."""

import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Locator, Page, expect

from kernel import clock
from tests.browser.hands import Hand, Keyboard, Mouse, go
from tests.browser.houses import Home, a_home, nfe_of
from tests.stack.stack import Stack
from tests.support.people import PASSWORD, Cast

INCLUDE = "incluir_intencao"


@pytest.mark.req("AT-01", "AT-02", "AT-03", "AT-04", "AT-05", "AT-06", "AT-09", "AT-10", "AT-14")
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("way", [Mouse, Keyboard])
def test_from_the_entry_to_a_communicated_sale(
    page: Page, stack: Stack, people: Cast, tmp_path: Path, way: type[Mouse] | type[Keyboard], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    hand = way(page)
    home = a_home(person=people.ze, accepted=False)
    nfe, vehicle = nfe_of(stack, home.house, tmp_path)
    stack.sandbox.fault("latencia", operation=INCLUDE, chassis=vehicle["chassi"], times=1, seconds=0.7)

    sign_in(page, hand, home)
    accept_the_term(page, hand)
    go(page, hand, "Início")
    expect(page.get_by_text("Comece pela primeira intenção de venda")).to_be_visible()
    hand.press(page.get_by_role("button", name="Nova intenção"))
    read_nfe(page, hand, nfe, vehicle)
    correct_what_is_wrong(page, hand, vehicle)

    intention = send(page, hand)
    watch_it_arrive(page)
    get_the_atpve(page, hand, tmp_path, vehicle)
    hand.press(page.get_by_role("button", name="Comunicar venda"))
    expect(page.get_by_text(f"Comunica a venda da intenção {intention}")).to_be_visible()
    communication = send(page, hand)
    watch_it_arrive(page)

    find_in_list(page, hand, "Intenções de venda", "Aprovadas", intention, by=vehicle["placa"])
    find_in_list(page, hand, "Comunicados de venda", "Aprovados", communication, by=vehicle["chassi"])
    effects = stack.sandbox.ledger(chassis=vehicle["chassi"])
    assert [(e["operacao"], e["referencia"]) for e in effects] == [
        ("incluir_intencao", intention),
        ("incluir_comunicado", communication),
    ]


def sign_in(page: Page, hand: Hand, home: Home) -> None:
    page.goto(f"/{home.house.ecosystem.slug}/")
    hand.write(page.get_by_label("E-mail"), home.person.email)
    hand.write(page.get_by_label("Senha", exact=True), PASSWORD)
    hand.press(page.get_by_role("button", name="Entrar"))
    page.wait_for_url("**/matriz/**")


def accept_the_term(page: Page, hand: Hand) -> None:
    """Nobody uses a service before; the address of the home leads here."""
    expect(page).to_have_url(re.compile("/termo/$"))
    accept = page.get_by_role("button", name="Aceitar em nome de")
    hand.press(accept)
    expect(page.get_by_text("Para aceitar, marque que leu").first).to_be_visible()
    hand.check(page.get_by_label("Li o Termo de Adesão"))
    hand.press(accept)
    expect(page.get_by_text("Os serviços estão liberados")).to_be_visible()


def read_nfe(page: Page, hand: Hand, nfe: Path, vehicle: dict[str, Any]) -> None:
    page.wait_for_load_state("load")  # a drop before the page's script listens falls on nothing
    if isinstance(hand, Mouse):
        drop(page.locator("#solte-nfe"), nfe)
    else:
        hand.choose(page.get_by_label("XML da NF-e"), nfe)
    expect(page.get_by_text("campos preenchidos")).to_be_visible()
    expect(field(page, "chassis")).to_have_value(vehicle["chassi"])
    expect(field(page, "buyer_document")).to_have_value(re.compile(r"541\.?243\.?409-?66"))


def drop(area: Locator, file: Path) -> None:
    """A file let go over an area, as from the desktop."""
    transfer = area.page.evaluate_handle(
        "([name, text]) => { const t = new DataTransfer();"
        " t.items.add(new File([text], name, {type: 'text/xml'})); return t }",
        [file.name, file.read_text()],
    )
    area.dispatch_event("dragenter", {"dataTransfer": transfer})
    area.dispatch_event("drop", {"dataTransfer": transfer})


def correct_what_is_wrong(page: Page, hand: Hand, vehicle: dict[str, Any]) -> None:
    """Everything at once, each beside its field, what was right still there; then the order can be sent."""
    hand.write(field(page, "price"), "0")
    hand.press(page.get_by_role("button", name="Enviar ao"))
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("nada do que foi digitado se perdeu")
    for name in ("price", "crv_number", "crv_security_code", "seller_email"):
        expect(page.locator(f"#id_{name}_error")).not_to_be_empty()
        expect(field(page, name)).to_have_attribute("aria-invalid", "true")
    expect(field(page, "chassis")).to_have_value(vehicle["chassi"])
    hand.write(field(page, "crv_number"), vehicle["numero_crv"])
    hand.write(field(page, "crv_security_code"), vehicle["codigo_seguranca_crv"])
    hand.write(field(page, "seller_email"), "vendas@example.com.br")
    hand.write(field(page, "sale_date"), clock.today().strftime("%d/%m/%Y"))
    hand.write(field(page, "price"), "96.900,00")


def send(page: Page, hand: Hand) -> str:
    """Sends the draft; the order's number."""
    hand.press(page.get_by_role("button", name="Enviar ao"))
    page.wait_for_url("**/pedidos/**")
    return page.url.rstrip("/").split("/")[-1]


def watch_it_arrive(page: Page) -> None:
    """The page moves by itself: a mark put into it is still there when the registration shows."""
    page.evaluate("window.untouched = true")
    expect(page.locator("#vivo")).to_contain_text("Registrado pelo DETRAN-MG", timeout=15_000)
    assert page.evaluate("window.untouched") is True


def get_the_atpve(page: Page, hand: Hand, folder: Path, vehicle: dict[str, Any]) -> None:
    hand.press(page.get_by_role("button", name="Obter ATPV-e"))
    expect(page.get_by_text("não pode mais ser cancelada")).to_be_visible()
    hand.press(page.get_by_role("button", name="Obter a ATPV-e"))
    link = page.get_by_role("link", name="Baixar ATPV-e")
    expect(link).to_be_visible(timeout=15_000)
    with page.expect_download() as download:
        hand.press(link)
    path = folder / "atpve.pdf"
    download.value.save_as(path)
    pdf = pypdfium2.PdfDocument(path)
    text = "".join(page_of.get_textpage().get_text_range() for page_of in pdf)
    pdf.close()
    assert vehicle["chassi"] in text
    number = re.sub(r"\D", "", download.value.suggested_filename)
    assert number in re.sub(r"\D", "", page.locator("#vivo").inner_text())


def find_in_list(page: Page, hand: Hand, title: str, tab: str, number: str, *, by: str) -> None:
    """By its tab, then by searching; the link leads to the order."""
    go(page, hand, title)
    hand.press(page.get_by_label("Situação").get_by_role("link", name=tab))
    expect(shown(page, number)).to_be_visible()
    hand.write(page.get_by_role("searchbox"), by)
    hand.press(page.get_by_role("button", name="Buscar"))
    expect(page.get_by_text("Mostrar tudo").first).to_be_visible()
    hand.press(shown(page, number))
    expect(page.get_by_role("heading", level=1)).to_have_text(number)


def shown(page: Page, number: str) -> Locator:
    """The link of a row or of a card, whichever the width shows."""
    return page.get_by_role("link", name=number).filter(visible=True)


def field(page: Page, name: str) -> Locator:
    return page.locator(f"#id_{name}")
