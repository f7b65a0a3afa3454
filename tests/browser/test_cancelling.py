"""Both cancellations as a person lives them: the request, its signed photo, the slip, its payment, the end."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from billing.models import FeeSlip
from tests.browser.houses import Home, a_filled_draft, a_home, enter, orders_of
from tests.browser.looking import looked_at
from tests.stack.stack import Stack, until
from tests.support.acting import acting_in
from tests.support.people import Cast

SEND = re.compile("Enviar ao")


@pytest.fixture
def home(stack: Stack, people: Cast, page: Page) -> Home:
    home = a_home(person=people.gil)
    enter(page.context, stack, home.person)
    return home


def a_registered_intention(page: Page, stack: Stack, home: Home) -> dict[str, Any]:
    draft, vehicle = a_filled_draft(stack, home)
    page.goto(f"{home.url}rascunhos/{draft.token}/")
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/pedidos/**")
    expect(page.locator("#vivo")).to_contain_text("Registrado pelo DETRAN-MG", timeout=20_000)
    return vehicle


def photographed(pdf: Path, photo: Path) -> Path:
    """Printed, signed by hand, photographed a little askew."""
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().rotate(2, fillcolor="white", expand=True)
    image.convert("RGB").save(photo, "JPEG", quality=80)
    return photo


def send_the_cancellation(page: Page, folder: Path, *, named: str) -> list[str]:
    """From the button on the order's page to the page of the cancellation; what axe finds on the way."""
    page.get_by_role("link", name="Cancelar…").click()
    found = looked_at(page, f"{named}-1-motivo")
    page.get_by_role("button", name="Gerar solicitação").click()
    expect(page.locator("#id_reason_error")).to_contain_text("Escolha o motivo")
    page.get_by_label("Motivo do cancelamento").select_option("OUTRO")
    page.get_by_label("Explicação").fill("O comprador não obteve o financiamento.")
    page.get_by_role("button", name="Gerar solicitação").click()
    page.wait_for_url("**/solicitacoes/**")
    paper = page.get_by_role("link", name="Baixar a solicitação")
    expect(paper).to_be_visible(timeout=20_000)
    found += looked_at(page, f"{named}-2-assinar")
    with page.expect_download() as download:
        paper.click()
    download.value.save_as(folder / "solicitacao.pdf")
    expect(page.get_by_role("button", name="Enviar o cancelamento")).to_be_disabled()
    page.get_by_label("Solicitação assinada").set_input_files(
        photographed(folder / "solicitacao.pdf", folder / "assinada.jpg")
    )
    expect(page.locator("#vivo")).to_contain_text("A cópia é da solicitação", timeout=20_000)
    found += looked_at(page, f"{named}-3-enviar")
    page.get_by_role("button", name="Enviar o cancelamento").click()
    page.wait_for_url("**/pedidos/**")
    return found


@pytest.mark.req("AT-07", "AT-08")
def test_an_intention_is_cancelled_with_a_photo_of_the_signed_request(
    page: Page, stack: Stack, home: Home, tmp_path: Path
) -> None:
    vehicle = a_registered_intention(page, stack, home)
    found = send_the_cancellation(page, tmp_path, named="intencao")
    expect(page.locator("#vivo")).to_contain_text("Cancelado pelo DETRAN-MG", timeout=20_000)
    found += looked_at(page, "intencao-4-concluido")
    intention, _ = orders_of(home)
    page.goto(f"{home.url}intencoes/?situacao=canceladas")
    page.get_by_role("link", name=intention.number).filter(visible=True).click()
    expect(page.locator("#vivo")).to_contain_text("Cancelado no DETRAN-MG pelo pedido")
    assert [e["operacao"] for e in stack.sandbox.ledger(chassis=vehicle["chassi"])] == [
        "incluir_intencao",
        "cancelar_intencao",
    ]
    assert found == []


@pytest.mark.req("AT-11", "AT-12", "AT-13")
def test_a_communication_is_cancelled_once_its_fee_was_paid(
    page: Page, stack: Stack, home: Home, tmp_path: Path
) -> None:
    stack.sandbox.times(clearing=1, processing=1)
    vehicle = a_registered_intention(page, stack, home)
    page.get_by_role("button", name="Comunicar venda").click()
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/pedidos/**")
    expect(page.locator("#vivo")).to_contain_text("Registrado pelo DETRAN-MG", timeout=20_000)
    found = send_the_cancellation(page, tmp_path, named="comunicado")
    expect(page.get_by_text("R$ 187,42").first).to_be_visible(timeout=20_000)
    page.evaluate("window.untouched = true")
    found += looked_at(page, "comunicado-4-guia")
    with acting_in(home.house):
        slip = FeeSlip.objects.get()
    assert read_back(page, ".fee-barcode") == slip.barcode
    assert read_back(page, ".fee-qr") == slip.pix
    page.goto(home.url)
    expect(page.get_by_text("Pagar a guia de")).to_be_visible()
    found += looked_at(page, "comunicado-5-inicio")
    page.get_by_role("link", name="Ver guia").click()
    stack.sandbox.pay(slip.number)
    expect(page.locator("#vivo")).to_contain_text("Registro retirado do índice", timeout=20_000)
    until(lambda: orders_of(home)[-1].state == "registered", what="the cancellation is through", seconds=120)
    expect(page.locator("#vivo")).to_contain_text("Concluído", timeout=20_000)
    found += looked_at(page, "comunicado-6-concluido")
    effects = [e["operacao"] for e in stack.sandbox.ledger(chassis=vehicle["chassi"])]
    assert effects.count("emitir_guia") == effects.count("concluir_cancelamento") == 1
    assert found == []


def read_back(page: Page, place: str) -> str:
    """What a reader's camera makes of the part of the page."""
    image = Image.open(BytesIO(page.locator(place).screenshot()))
    (code,) = zxingcpp.read_barcodes(image.resize((image.width * 3, image.height * 3)))
    return code.text
