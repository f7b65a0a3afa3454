"""The page of a draft: typing, what is wrong said beside its field, saving by itself, sending once."""

import datetime as dt

import pytest
from django.test import Client

from kernel import clock
from tests.sandbox.specimens import a_cpf
from tests.support.acting import acting_as_machine, acting_in
from tests.support.database import in_threads
from tests.support.people import Cast
from tests.transactions.pages import a_sale, begin, beside, orders, send, shown, summary, tree, url
from transactions.models import Draft, Order

TOMORROW = (clock.today() + dt.timedelta(days=1)).strftime("%d/%m/%Y")
BAD_INPUT = [
    ("buyer_document", "111.111.111-11", "CPF com todos os dígitos iguais não existe"),
    ("buyer_document", "123.456.789-00", "dígitos verificadores do CPF não conferem"),
    ("seller_document", "11.222.333/0001-00", "dígitos verificadores do CNPJ não conferem"),
    ("seller_document", "00.000.000/0000-00", "CNPJ com todos os dígitos iguais não existe"),
    ("chassis", "9BWIOQ37P7T500123", "não usa as letras I, O e Q"),
    ("chassis", "9BW", "deve ter 17 caracteres"),
    ("plate", "AB-12345", "nem o padrão antigo (ABC1234) nem o Mercosul"),
    ("renavam", "12345678901", "dígito verificador do Renavam não confere"),
    ("crv_number", "123", "deve ter 12 dígitos"),
    ("sale_date", TOMORROW, "não pode ser futura"),
    ("sale_date", "31/02/2026", "Esta data não existe"),
    ("sale_date", "ontem", "Esta data não existe"),
    ("price", "0", "deve ser maior que zero"),
    ("price", "0,00", "deve ser maior que zero"),
    ("price", "noventa mil", "Não entendemos o valor"),
    ("price", "-5", "Não entendemos o valor"),
    ("buyer_email", "zulmira@", "e-mail não está completo"),
    ("buyer_phone", "123", "DDD e número"),
    ("buyer_cep", "00012-000", "Nenhum CEP começa por 000"),
    ("buyer_city", "Betimm", "Não achamos Betimm em MG"),
    ("sale_city", "Uberlandiaa", "Não achamos Uberlandiaa em MG"),
    ("mileage", "muitos", "número inteiro"),
    ("buyer_name", "N" * 121, "Use até 120 caracteres"),
]


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


@pytest.mark.req("AT-05")
def test_a_new_intention_is_one_page_in_four_sections(ana: Client, cast: Cast) -> None:
    page = ana.get(url("draft", token=begin(ana, cast).token))
    titles = [title.text_content() for title in tree(page).xpath("//section//h2")]
    assert titles == ["Veículo", "Partes", "Venda", "Revisar e enviar"]
    text = page.content.decode()
    assert "Taxa do DETRAN-MG" in text
    assert "R$ 0,00" in text
    assert shown(page, "seller_document").startswith("99")
    assert shown(page, "sale_city") == cast.house.city


@pytest.mark.req("AT-05")
@pytest.mark.parametrize(("field", "value", "sentence"), BAD_INPUT)
def test_a_mistake_is_named_beside_its_field_and_nothing_typed_is_lost(
    ana: Client, cast: Cast, field: str, value: str, sentence: str
) -> None:
    words = a_sale(cast, **{field: value})
    page = send(ana, begin(ana, cast), words)
    assert page.status_code == 422
    assert sentence in beside(page, field)
    assert sentence in summary(page)
    assert orders(cast) == []
    for name in ("plate", "buyer_name", "price", field):
        assert shown(page, name) == (words[name].rstrip() if name != "sale_date" else value)


def test_buyer_and_seller_must_be_two(ana: Client, cast: Cast) -> None:
    page = send(ana, begin(ana, cast), a_sale(cast) | {"buyer_document": cast.house.cnpj})
    assert "mesma pessoa" in beside(page, "buyer_document")


def test_all_mistakes_come_at_once_and_a_field_is_not_called_missing_for_being_wrong(ana: Client, cast: Cast) -> None:
    wrong = {field: value for field, value, _ in BAD_INPUT}
    page = send(ana, begin(ana, cast), a_sale(cast, **wrong))
    for field in wrong:
        assert beside(page, field), field
    assert "Informe" not in summary(page)


def test_an_empty_draft_names_all_that_is_missing_and_each_once(ana: Client, cast: Cast) -> None:
    page = send(ana, begin(ana, cast), {"sale_city": "", "sale_city_code": ""})
    assert beside(page, "plate") == "Informe a placa."
    assert beside(page, "buyer_city") == "Informe o município do comprador."
    assert beside(page, "buyer_city_code") == ""
    assert beside(page, "sale_city") == "Informe o município da venda."
    links = tree(page).xpath('//*[@role="alert"]//a/@href')
    assert len(links) == len(set(links)) > 10
    assert all(tree(page).xpath(f'//*[@id="{link[1:]}"]') for link in links)


def test_another_city_needs_no_other_code(ana: Client, cast: Cast) -> None:
    words = a_sale(cast, sale_city="Betim", sale_city_code=cast.house.city_code)
    assert send(ana, begin(ana, cast), words).status_code == 302
    (order,) = orders(cast)
    assert (order.sale_city, order.sale_city_code) == ("Betim", "3106705")


@pytest.mark.req("AT-05")
def test_a_good_sale_becomes_one_order_and_a_second_click_leads_to_it(ana: Client, cast: Cast) -> None:
    draft, words = begin(ana, cast), a_sale(cast)
    first, second = send(ana, draft, words), send(ana, draft, words)
    (order,) = orders(cast)
    assert first.url == second.url == url("order", number=order.number)
    assert (order.state, order.price_cents, order.created_by_id) == ("queued", 9690000, cast.ana.pk)


def test_going_back_to_a_sent_draft_leads_to_its_order(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast)
    send(ana, draft, a_sale(cast))
    (order,) = orders(cast)
    assert ana.get(url("draft", token=draft.token)).url == url("order", number=order.number)
    saved = ana.post(url("draft_save", token=draft.token), {"plate": "AAA0A00"})
    assert "já foi enviado" in saved.content.decode()


def test_two_tabs_with_two_drafts_of_one_vehicle_make_one_order(ana: Client, cast: Cast) -> None:
    words = a_sale(cast)
    one = begin(ana, cast)
    ana.post(url("draft_save", token=one.token), {"plate": "AAA0A00"})
    other = begin(ana, cast)
    assert other.token != one.token
    send(ana, one, words)
    page = send(ana, other, words)
    (order,) = orders(cast)
    assert page.status_code == 409
    assert order.number in beside(page, "plate")
    assert url("order", number=order.number) in tree(page).xpath("//a/@href")


def test_two_tabs_at_the_same_moment_make_one_order(committed_cast: Cast) -> None:
    cast = committed_cast
    browsers = [Client() for _ in range(4)]
    for browser in browsers:
        browser.force_login(cast.ana)
    draft, words = begin(browsers[0], cast), a_sale(cast)

    def submit(browser: Client) -> str:
        return str(send(browser, draft, words).url)

    ends = in_threads(*[lambda b=browser: submit(b) for browser in browsers])
    (order,) = orders(cast)
    assert set(ends) == {url("order", number=order.number)}


@pytest.mark.req("AT-05")
def test_a_draft_saves_itself_and_says_what_is_missing(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast)
    saved = ana.post(url("draft_save", token=draft.token), {"plate": "errada\x00!", "kind": "x", "order": "1"})
    text = saved.content.decode()
    assert "Rascunho salvo às" in text
    assert "Falta preencher" in text
    page = ana.get(url("draft", token=draft.token))
    assert shown(page, "plate") == "errada!"
    with acting_in(cast.house):
        assert {"kind", "order"}.isdisjoint(Draft.objects.get(pk=draft.pk).data)


def test_an_expired_session_loses_nothing_and_comes_back_to_the_draft(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    draft = begin(client, cast)
    client.post(url("draft_save", token=draft.token), a_sale(cast))
    client.logout()
    turned_away = send(client, draft, a_sale(cast))
    assert turned_away.status_code == 302
    assert turned_away.url.endswith(f"next={url('draft', token=draft.token)}")
    client.force_login(cast.ana)
    assert shown(client.get(url("draft", token=draft.token)), "buyer_name") == "Zulmira Exemplo Fictícia"
    assert client.get(url("draft_nfe", token=draft.token)).url == url("draft", token=draft.token)


def test_beginning_twice_without_typing_is_one_draft(ana: Client, cast: Cast) -> None:
    assert begin(ana, cast).pk == begin(ana, cast).pk


def test_a_draft_is_thrown_away_after_asking_once(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast)
    asked = ana.post(url("draft_discard", token=draft.token), {"plate": "ABC1D23"})
    assert "se perde" in asked.content.decode()
    assert shown(ana.get(url("draft", token=draft.token)), "plate") == "ABC1D23"
    ana.post(url("draft_discard", token=draft.token), {"confirmado": "1"})
    assert ana.get(url("draft", token=draft.token)).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"), [("plate", "XX", "A placa tem 7"), ("plate", "", ""), ("plate", "ABC1D23", "")]
)
def test_a_field_is_checked_when_it_is_left(ana: Client, cast: Cast, field: str, value: str, sentence: str) -> None:
    answer = ana.post(url("draft_field_check", token=begin(ana, cast).token), {"field": field, field: value})
    assert answer.status_code == 200
    assert (sentence in answer.content.decode()) if sentence else not answer.content.strip()


def test_only_fields_of_the_page_are_checked(ana: Client, cast: Cast) -> None:
    assert ana.post(url("draft_field_check", token=begin(ana, cast).token), {"field": "pk"}).status_code == 400


def test_a_known_person_is_offered_and_fills_only_what_is_empty(ana: Client, cast: Cast) -> None:
    cpf = a_cpf()
    send(ana, begin(ana, cast), a_sale(cast) | {"buyer_document": cpf})
    draft = begin(ana, cast)
    offer = ana.post(url("draft_person_known", token=draft.token), {"who": "buyer", "buyer_document": cpf})
    assert "Usar os dados" in offer.content.decode()
    ana.post(
        url("draft_person_use", token=draft.token),
        {"usar": "buyer", "buyer_document": cpf, "buyer_phone": "(34) 3333-4444", "plate": "ABC1D23"},
    )
    page = ana.get(url("draft", token=draft.token))
    assert shown(page, "buyer_name") == "Zulmira Exemplo Fictícia"
    assert shown(page, "buyer_phone") == "(34) 3333-4444"
    assert shown(page, "plate") == "ABC1D23"


def test_a_person_of_another_house_is_not_known(client: Client, cast: Cast) -> None:
    cpf = a_cpf()
    client.force_login(cast.ana)
    send(client, begin(client, cast), a_sale(cast) | {"buyer_document": cpf})
    client.force_login(cast.bia)
    started = client.post(url("intention_new", house="irma"))
    token = started.url.rstrip("/").rpartition("/")[2]
    offer = client.post(url("draft_person_known", house="irma", token=token), {"who": "buyer", "buyer_document": cpf})
    assert not offer.content.strip()


def test_a_reader_begins_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.rui)
    assert client.post(url("intention_new")).status_code == 403
    with acting_as_machine():
        assert Draft.objects.count() == Order.objects.count() == 0


@pytest.mark.parametrize("name", ["intention", "atpve_number"])
def test_an_intention_no_table_can_hold_is_not_found(ana: Client, name: str) -> None:
    answer = ana.post(url("communication_new"), {name: "IV-\x00ABC"})
    assert answer.status_code == (404 if name == "intention" else 302)
