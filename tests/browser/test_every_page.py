"""Every page a person may see, at both widths, as axe sees it; SCREENSHOTS=folder keeps pictures."""

from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import override_settings
from playwright.sync_api import Page, expect

from outbox.models import Message
from tests.brazil.nfe_signing import FOLDER, TWO_VEHICLES
from tests.browser.houses import Home, a_home, enter
from tests.browser.looking import looked_at
from tests.stack.fixtures import SCRYPT
from tests.stack.stack import Stack
from tests.support.acting import acting_as_machine, acting_in
from tests.support.owner import owner_connection
from tests.support.people import PASSWORD, Cast, make_person
from tests.transactions.making import submit, typed, vehicle_of
from transactions.models import Order
from transactions.services import settle


def test_pages_before_the_door(page: Page, stack: Stack, people: Cast) -> None:
    home = a_home(person=people.gil, accepted=False)
    found = []
    for name, url in {
        "entry": "/",
        "entry-ecosystem": f"/{home.house.ecosystem.slug}/",
        "login": "/conta/entrar/",
        "password-forgotten": "/conta/senha/redefinir/",
        "password-sent": "/conta/senha/redefinir/enviado/",
        "email-sent": "/conta/email/confirmar/",
        "not-found": "/nao-existe/",
    }.items():
        page.goto(url)
        found += looked_at(page, name)
    enter(page.context, stack, home.person)
    for name, url in {
        "chooser": "/conta/lugares/",
        "term": f"{home.url}termo/",
        "account": "/conta/",
        "password": "/conta/senha/",
        "second-factor": "/conta/2fa/",
        "sessions": "/conta/sessoes/",
        "log-out": "/conta/sair/",
    }.items():
        page.goto(url)
        found += looked_at(page, name)
    page.goto(f"{home.url}termo/")
    page.get_by_label("Li o Termo de Adesão").check()
    page.get_by_role("button", name="Aceitar em nome de").click()
    expect(page.get_by_role("link", name="PDF")).to_be_visible(timeout=15_000)
    found += looked_at(page, "term-accepted")
    assert found == []


def test_the_second_factor_is_asked_after_the_password(page: Page, stack: Stack) -> None:
    with override_settings(PASSWORD_HASHERS=SCRYPT):
        person = make_person("Dora")
    TOTP.activate(person, generate_totp_secret())
    page.goto("/conta/entrar/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url("**/entrar/codigo/**")
    assert looked_at(page, "second-factor-asked") == []


def test_pages_of_an_empty_house(page: Page, stack: Stack, people: Cast, tmp_path: Path) -> None:
    home = a_home(person=people.gil)
    enter(page.context, stack, home.person)
    found = []
    for name, url in {
        "home-empty": "",
        "list-empty": "intencoes/",
        "list-empty-approved": "intencoes/?situacao=aprovadas",
        "list-nothing-found": "intencoes/?q=ABC1D23",
        "communications-empty": "comunicados/",
        "intention-new": "intencoes/nova/",
        "communication-new": "comunicados/novo/",
    }.items():
        page.goto(home.url + url)
        found += looked_at(page, name)
    page.goto(f"{home.url}intencoes/")
    page.get_by_role("button", name="Nova intenção").click()
    found += looked_at(page, "draft-empty")
    page.get_by_role("button", name="Enviar ao").click()
    expect(page.get_by_role("alert")).to_be_focused()
    found += looked_at(page, "draft-errors")
    page.get_by_label("XML da NF-e").set_input_files(FOLDER / TWO_VEHICLES)
    expect(page.get_by_text("veículos.").first).to_be_visible()
    found += looked_at(page, "draft-two-vehicles")
    page.get_by_role("button", name="Usar este veículo").first.click()
    expect(page.get_by_text("campos preenchidos")).to_be_visible()
    found += looked_at(page, "draft-nfe")
    page.get_by_role("button", name="Descartar rascunho").click()
    found += looked_at(page, "draft-discard")
    page.goto(f"{home.url}comunicados/novo/")
    page.get_by_role("button", name="Começar de um ATPV em papel").click()
    found += looked_at(page, "draft-paper")
    assert found == []


REGISTERED = {"protocol": "IVMG2026000000042", "atpve_number": "260000000000042", "code": "000", "words": "Registrada."}
STATES: dict[str, Callable[[int], object]] = {
    "queued": lambda pk: None,
    "in_flight": lambda pk: settle.take_off(order_id=pk),
    "unconfirmed": lambda pk: (settle.take_off(order_id=pk), settle.doubt_order(order_id=pk)),
    "parked": lambda pk: settle.park_order(order_id=pk, why="Já existe o registro IVMG2026000000007, de outro pedido."),
    "registered": lambda pk: (
        settle.take_off(order_id=pk),
        settle.accept_order(order_id=pk, adopted=False, **REGISTERED),
    ),
    "refused": lambda pk: (
        settle.take_off(order_id=pk),
        settle.refuse_order(order_id=pk, code="IV-007", words="Veículo com restrição: FURTO."),
    ),
}


@pytest.mark.req("AT-03", "AT-09")
def test_orders_in_each_state(page: Page, stack: Stack, people: Cast) -> None:
    home = a_home(person=people.gil)
    stack.kill("beat")
    stack.kill("worker")
    orders = {state: an_order(stack, home, state) for state in STATES}
    with acting_in(home.house):
        order = an_order(stack, home, "queued")
        settle.withdraw_order(order_id=order.pk, actor=home.person.as_actor())
        orders["cancelled"] = order
    enter(page.context, stack, home.person)
    found = []
    for state, order in orders.items():
        page.goto(f"{home.url}pedidos/{order.number}/")
        found += looked_at(page, f"order-{state}")
    for name, url in {
        "home": "",
        "list-pending": "intencoes/",
        "list-approved": "intencoes/?situacao=aprovadas",
        "list-refused": "intencoes/?situacao=recusadas",
        "list-cancelled": "intencoes/?situacao=canceladas",
        "communication-new-full": "comunicados/novo/",
    }.items():
        page.goto(home.url + url)
        found += looked_at(page, name)
    for name, state, button in (
        ("atpve-confirm", "registered", "Obter ATPV-e"),
        ("communication-draft", "registered", "Comunicar venda"),
        ("withdraw-confirm", "queued", "Retirar da fila"),
        ("correct-draft", "refused", "Corrigir e reenviar"),
    ):
        page.goto(f"{home.url}pedidos/{orders[state].number}/")
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()
        found += looked_at(page, name)
    forget_messages(home)
    assert found == []


def test_pages_of_those_who_may_not_and_of_our_own_failures(page: Page, stack: Stack, people: Cast) -> None:
    enter(page.context, stack, people.rui)
    found = []
    page.goto("/minas/casa/intencoes/nova/")
    found += looked_at(page, "forbidden")
    page.goto("/minas/casa/")
    found += looked_at(page, "home-reader")
    with owner_connection(stack.database) as boss:
        boss.execute("ALTER TABLE transactions_order RENAME TO away")
        try:
            page.goto("/minas/casa/intencoes/")
            found += looked_at(page, "crashed")
        finally:
            boss.execute("ALTER TABLE away RENAME TO transactions_order")
    assert found == []


def an_order(stack: Stack, home: Home, state: str) -> Order:
    vehicle = vehicle_of(stack.sandbox, home.house)
    order = submit(home.house, typed(vehicle, seller=home.house.cnpj))
    with acting_in(home.house):
        STATES[state](order.pk)
    return order


def forget_messages(home: Home) -> None:
    """The workers that come back have nothing to do with orders whose states were only set up."""
    with acting_as_machine():
        Message.objects.filter(establishment_id=home.house.pk).exclude(state="leased").update(state="done")
