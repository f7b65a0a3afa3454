"""A sale communicated from a paper ATPV, by its numbers and its scan."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.houses import a_home, enter
from tests.browser.test_story import field, watch_it_arrive
from tests.stack.stack import Stack
from tests.support.people import Cast
from tests.transactions.making import typed, vehicle_of

NOT_HERE = {"crv_number", "crv_security_code", "mileage", "sale_uf", "sale_city_code", "buyer_city_code"}


def a_scan(path: Path) -> Path:
    """One page as a scanner makes it: an image inside a PDF."""
    buffer = io.BytesIO()
    Image.effect_noise((620, 877), 40).convert("RGB").save(buffer, "PDF", resolution=75)
    path.write_bytes(buffer.getvalue())
    return path


@pytest.mark.req("AT-10", "AT-14")
def test_a_sale_is_communicated_from_a_scanned_paper(page: Page, stack: Stack, people: Cast, tmp_path: Path) -> None:
    home = a_home(person=people.gil)
    enter(page.context, stack, home.person)
    vehicle = vehicle_of(stack.sandbox, home.house, tipo_crv="VERDE")
    page.goto(f"{home.url}comunicados/novo/")
    page.get_by_role("button", name="Começar de um ATPV em papel").click()
    for name, text in typed(vehicle, seller=home.house.cnpj).items():
        if name not in NOT_HERE:
            control = field(page, name)
            if name == "buyer_uf":
                control.select_option(text)
            else:
                control.fill(text)
    page.get_by_role("button", name="Enviar ao").click()
    expect(page.get_by_role("alert")).to_contain_text("igitaliza")
    page.get_by_label("Digitalização do ATPV assinado").set_input_files(a_scan(tmp_path / "atpv.pdf"))
    expect(page.get_by_role("link", name="atpv.pdf")).to_be_visible()
    field(page, "atpv_number").fill(vehicle["numero_crv"])
    field(page, "atpv_security_code").fill(vehicle["codigo_seguranca_crv"])
    page.get_by_role("button", name="Enviar ao").click()
    page.wait_for_url("**/pedidos/**")
    watch_it_arrive(page)
    (effect,) = stack.sandbox.ledger(chassis=vehicle["chassi"])
    assert effect["operacao"] == "incluir_comunicado"
    page.goto(f"{home.url}comunicados/?situacao=aprovadas")
    expect(page.get_by_role("link", name=effect["referencia"]).filter(visible=True)).to_be_visible()
