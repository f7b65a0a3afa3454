"""Several vehicles at once, before the running portal: dropped, read, confirmed, and each an order of its own."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.houses import a_home, enter
from tests.browser.looking import looked_at
from tests.stack.stack import Stack
from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.bulk_making import a_csv
from tests.transactions.making import typed, vehicle_of
from transactions.models import Order

pytestmark = [pytest.mark.req("AT-05")]


def test_a_sheet_becomes_orders_while_one_looks_on(page: Page, stack: Stack, people: Cast, tmp_path: Path) -> None:
    home = a_home(person=people.gil)
    enter(page.context, stack, home.person)
    cars = [vehicle_of(stack.sandbox, home.house) for _ in range(4)]
    rows = [typed(car, seller=home.house.cnpj) for car in cars]
    rows[1] |= {"price": "muito", "crv_number": ""}
    sheet = tmp_path / "veiculos-da-semana.csv"
    sheet.write_bytes(a_csv(rows))
    page.goto(f"{home.url}intencoes/")
    page.get_by_role("link", name="Enviar vários").click()
    found = looked_at(page, "bulk-files-empty")
    page.get_by_label("Planilha ou zip de NF-e").set_input_files(sheet)
    page.get_by_role("button", name="Conferir").click()
    expect(page.get_by_text("3 de 4 linhas prontas para enviar; 1 a corrigir")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Não entendemos o valor; escreva como 96.900,00.")).to_be_visible()
    found += looked_at(page, "bulk-checked")
    page.get_by_role("button", name="Enviar 3 pedidos ao DETRAN").click()
    expect(page.get_by_text("3 pedidos criados")).to_be_visible(timeout=20_000)
    found += looked_at(page, "bulk-done")
    page.goto(f"{home.url}lotes/")
    expect(page.get_by_role("link", name="veiculos-da-semana.csv")).to_be_visible()
    found += looked_at(page, "bulk-files")
    page.get_by_label("Planilha ou zip de NF-e").set_input_files(sheet)
    page.get_by_role("button", name="Conferir").click()
    expect(page.get_by_text("já tinha sido enviado")).to_be_visible()
    with acting_in(home.house):
        assert Order.objects.count() == 3
    assert found == []
