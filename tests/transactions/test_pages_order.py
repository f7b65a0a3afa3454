"""The page of an order: what happens now, its live part, its buttons, the agency's words, and who sees what."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel.actor import SYSTEM
from outbox.models import Attempt
from tests.sandbox.process import SandboxProcess
from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.making import deliver, fresh, submit, typed, vehicle_of
from tests.transactions.pages import begin, brought_to, made, send, shown, tree, url
from transactions.models import Draft, Order
from transactions.rules.agencies import agencies
from transactions.rules.explanations import EXPLANATIONS, UNKNOWN, explain
from transactions.services import atpve
from transactions.topics import FETCH_ATPVE

BUTTONS = {
    "queued": {"Retirar da fila"},
    "in_flight": set(),
    "unconfirmed": set(),
    "parked": set(),
    "registered": {"Obter ATPV-e", "Comunicar venda"},
    "refused": {"Corrigir e reenviar"},
    "cancelled": set(),
}
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


def page_of(browser: Client, order: Order) -> Any:
    answer = browser.get(url("order", number=order.number))
    assert answer.status_code == 200
    return tree(answer)


def buttons(page: Any) -> set[str]:
    return {" ".join(b.text_content().split()) for b in page.xpath('//*[@id="vivo"]//form//button')}


@pytest.mark.req("AT-09")
@pytest.mark.parametrize("state", BUTTONS)
def test_each_state_says_what_happens_now_and_offers_its_buttons(ana: Client, cast: Cast, state: str) -> None:
    order = made(cast.house, state)
    page = page_of(ana, order)
    assert len(page.xpath('//*[@class="now-sentence"]')[0].text) > 20
    assert buttons(page) == BUTTONS[state]
    live = state in ("queued", "in_flight", "unconfirmed")
    assert bool(page.xpath('//*[@id="vivo"]/@hx-get')) == live


@pytest.mark.parametrize("state", BUTTONS)
def test_a_reader_has_no_buttons_and_sees_no_personal_data(client: Client, cast: Cast, state: str) -> None:
    order = made(cast.house, state)
    client.force_login(cast.rui)
    text = client.get(url("order", number=order.number)).content.decode()
    with acting_in(cast.house):
        buyer = order.parties.get(role="buyer")
    assert not buttons(tree(client.get(url("order", number=order.number))))
    for secret in (buyer.document, buyer.name, buyer.email, buyer.phone, buyer.street, buyer.cep):
        assert secret not in text
    assert buyer.document not in re.sub(r"\D", "", text)
    assert order.crv_number not in text
    for act in ("atpve_ask", "order_withdraw", "order_ask_again", "order_correct"):
        assert client.post(url(act, number=order.number)).status_code == 403


@pytest.mark.req("AT-04")
def test_a_refusal_shows_the_agency_s_words_and_ours_beside_them(ana: Client, cast: Cast) -> None:
    order = brought_to(made(cast.house), "refused", code="IV-004", words="Número <b>do CRV</b> não confere.\ncampo: x")
    page = page_of(ana, order)
    (words,) = page.xpath('//*[@class="verbatim"]')
    assert "Número <b>do CRV</b> não confere." in words.text_content()
    assert "IV-004" in words.text_content()
    assert EXPLANATIONS["IV-004"].text in page.text_content()
    assert "A vez é sua" in page.text_content()


def test_a_code_nobody_has_explained_yet_gets_a_general_sentence(ana: Client, cast: Cast) -> None:
    order = brought_to(made(cast.house), "refused", code="IV-999", words="Motivo novo.")
    assert UNKNOWN.text in page_of(ana, order).text_content()


def test_every_code_of_the_agency_s_document_is_explained() -> None:
    with open("docs/agencies/detran-sandbox.md", encoding="utf-8") as document:
        codes = set(re.findall(r"^\| `((?:IV|CV|CI|CC|GU|AUT|GER|VAL)-\d{3})`", document.read(), re.MULTILINE))
    assert len(codes) > 40
    assert [code for code in sorted(codes) if explain(code) is UNKNOWN] == []


@pytest.mark.req("AT-05")
def test_the_way_to_a_registration_is_seen_on_the_page(ana: Client, cast: Cast, sandbox: SandboxProcess) -> None:
    order = submit(cast.house, typed(vehicle_of(sandbox, cast.house), seller=cast.house.cnpj))
    live = url("order_timeline", number=order.number)
    version = page_of(ana, order).xpath('//*[@id="vivo"]/@hx-vals')[0].split('"')[3]
    assert ana.get(live, {"v": version}).status_code == 204
    deliver(order)
    answer = ana.get(live, {"v": version})
    assert answer.status_code == 286
    order = fresh(order)
    text = answer.content.decode()
    assert order.protocol in text
    assert "hx-swap-oob" in text
    with acting_in(cast.house):
        (visit,) = Attempt.objects.all()
    assert f"{visit.milliseconds} ms" in text
    for words in ("Pedido enviado para a fila", "Envio ao DETRAN iniciado", "Registrado pelo DETRAN"):
        assert words in text


@pytest.mark.req("AT-06")
def test_the_atpve_is_asked_for_after_the_consequence_was_said(ana: Client, cast: Cast) -> None:
    order = made(cast.house, "registered")
    ask = url("atpve_ask", number=order.number)
    asked = ana.post(ask)
    assert "não pode mais ser cancelada" in asked.content.decode()
    assert fresh(order).atpve_asked_at is None
    for _ in range(2):
        assert ana.post(ask, {"confirmado": "1"}).status_code == 302
    page = page_of(ana, order)
    assert "Buscando a ATPV-e" in page.text_content()
    assert page.xpath('//*[@id="vivo"]/@hx-get')
    with acting_in(cast.house):
        atpve.keep(order_id=order.pk, atpve_number=fresh(order).atpve_number, content=PDF)
    page = page_of(ana, order)
    (link,) = page.xpath('//a[@id="b-pdf"]/@href')
    assert ana.get(link).content == PDF
    assert "Documento aberto" in page_of(ana, order).text_content()


def test_an_atpve_that_could_not_be_had_is_explained_and_asked_for_again(
    ana: Client, cast: Cast, settings: Any, sandbox: SandboxProcess
) -> None:
    order = submit(cast.house, typed(vehicle_of(sandbox, cast.house), seller=cast.house.cnpj))
    deliver(order)
    right = settings.DETRAN_CREDENTIALS
    settings.DETRAN_CREDENTIALS = {**right, "mg": "errada"}
    ask = url("atpve_ask", number=order.number)
    ana.post(ask, {"confirmado": "1"})
    deliver(order, FETCH_ATPVE)
    page = page_of(ana, order)
    assert "ATPV-e não entregue" in page.text_content()
    assert "ainda não pôde ser obtida" in page.text_content()
    assert "Obter ATPV-e" in buttons(page)
    assert not page.xpath('//*[@id="vivo"]/@hx-get')
    settings.DETRAN_CREDENTIALS = right
    ana.post(ask, {"confirmado": "1"})
    assert page_of(ana, order).xpath('//*[@id="vivo"]/@hx-get')


def test_where_reading_forbids_nothing_the_atpve_is_asked_for_at_once(
    ana: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lenient = agencies()["detran-mg"].model_copy(
        update={
            "services": tuple(
                service.model_copy(update={"reading_forbids_cancelling": False})
                for service in agencies()["detran-mg"].services
            )
        }
    )
    monkeypatch.setitem(agencies(), "detran-mg", lenient)
    order = made(cast.house, "registered")
    assert ana.post(url("atpve_ask", number=order.number)).status_code == 302
    assert fresh(order).atpve_asked_at is not None


@pytest.mark.req("AT-10")
def test_a_sale_is_communicated_from_its_intention_with_nothing_typed_again(ana: Client, cast: Cast) -> None:
    order = made(cast.house, "registered")
    draft = begin(ana, cast, kind="communication", intention=order.number)
    assert begin(ana, cast, kind="communication", intention=order.number).pk == draft.pk
    page = ana.get(url("draft", token=draft.token))
    assert shown(page, "atpve_number") == order.atpve_number
    words = {
        control.get("name"): control.get("value", "") for control in tree(page).xpath('//form[@id="rascunho"]//input')
    }
    words |= {"origin": "atpve", "buyer_uf": "MG"}
    for name in ("nfe", "scan", None, "csrfmiddlewaretoken"):
        words.pop(name, None)
    sent = send(ana, draft, words)
    assert sent.status_code == 302, sent.content.decode()
    with acting_in(cast.house):
        sold = Order.objects.get(intention=order)
    assert sold.number in page_of(ana, order).text_content()
    assert "Comunicar venda" not in buttons(page_of(ana, order))


def test_the_number_of_our_own_atpve_leads_to_its_intention(ana: Client, cast: Cast) -> None:
    order = made(cast.house, "registered")
    draft = begin(ana, cast, kind="communication", origin="atpve", atpve_number=order.atpve_number)
    with acting_in(cast.house):
        assert Draft.objects.get(pk=draft.pk).intention_id == order.pk


def test_a_refused_order_is_corrected_and_sent_again(ana: Client, cast: Cast) -> None:
    order = made(cast.house, "refused")
    answer = ana.post(url("order_correct", number=order.number))
    page = ana.get(answer.url)
    assert "Corrige o pedido" in page.content.decode()
    assert shown(page, "plate") == order.plate
    assert shown(page, "crv_number") == order.crv_number


@pytest.mark.parametrize("state", ["queued", "registered", "cancelled"])
def test_only_a_refused_order_is_corrected(ana: Client, cast: Cast, state: str) -> None:
    order = made(cast.house, state)
    answer = ana.post(url("order_correct", number=order.number), follow=True)
    assert "Só um pedido recusado" in answer.content.decode()


def test_an_order_is_withdrawn_after_asking_once(ana: Client, cast: Cast) -> None:
    order = made(cast.house)
    assert "não vai ao DETRAN" in ana.post(url("order_withdraw", number=order.number)).content.decode()
    assert fresh(order).state == "queued"
    ana.post(url("order_withdraw", number=order.number), {"confirmado": "1"})
    assert fresh(order).state == "cancelled"
    again = ana.post(url("order_withdraw", number=order.number), {"confirmado": "1"}, follow=True)
    assert "já saiu para o DETRAN" in again.content.decode()


def test_a_parked_order_is_sent_on_by_who_may_decide(
    client: Client, cast: Cast, settings: Any, sandbox: SandboxProcess
) -> None:
    settings.DETRAN_CREDENTIALS = {**settings.DETRAN_CREDENTIALS, "mg": "errada"}
    order = submit(cast.house, typed(vehicle_of(sandbox, cast.house), seller=cast.house.cnpj))
    deliver(order)
    client.force_login(cast.ana)
    assert client.post(url("order_ask_again", number=order.number)).status_code == 403
    client.force_login(cast.gil)
    page = page_of(client, order)
    assert buttons(page) == {"Encerrar", "Verificar de novo"}
    assert not page.xpath('//*[@id="vivo"]/@hx-get')
    client.post(url("order_ask_again", number=order.number))
    assert fresh(order).state == "unconfirmed"


def test_an_order_of_another_house_is_not_found(client: Client, cast: Cast) -> None:
    order = made(cast.house)
    client.force_login(cast.bia)
    assert client.get(url("order", house="irma", number=order.number)).status_code == 404
    assert client.get(url("order", number=order.number)).status_code == 404


def test_a_long_way_costs_no_more_queries_than_a_short_one(ana: Client, cast: Cast) -> None:
    short, long = made(cast.house, "registered"), made(cast.house, "registered")
    with acting_in(cast.house):
        for _ in range(5):
            atpve.ask_for_atpve(order_id=long.pk, actor=SYSTEM)
            atpve.not_available(order_id=long.pk, code="IV-404", words="Não há.")
    page_of(ana, short)
    with CaptureQueriesContext(connection) as few:
        page_of(ana, short)
    with CaptureQueriesContext(connection) as many:
        page_of(ana, long)
    assert len(many) == len(few)
