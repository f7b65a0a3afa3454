"""Cancelling on the pages: the offer before the act, the request, its signed copy, the fee, the worklist."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing import services as billing
from billing.models import FeeSlip
from billing.states import Report
from kernel import clock
from outbox import services as outbox
from outbox.models import Message
from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.making import ANA, deliver, fresh
from tests.transactions.pages import a_file, made, tree, url
from tests.transactions.test_cancelling import (  # noqa: F401  fixtures by name
    FOLLOW,
    SLIP,
    cancelled_communication,
    communication,
    deliver_draft,
    intention,
    photographed,
    slip_of,
    vehicle,
)
from transactions.models import Draft, Order
from transactions.services import atpve
from transactions.topics import RENDER_SLIP


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


def said(answer: Any) -> str:
    return " ".join(tree(answer).text_content().split())


def draft_of(order: Order) -> Draft:
    with acting_in(order.establishment):
        return Draft.objects.select_related("request", "establishment").get(cancels=order)


@pytest.mark.req("AT-07")
def test_the_button_says_what_it_costs_and_leads_to_the_reasons(ana: Client, cast: Cast) -> None:
    order = made(cast.house, "registered")
    page = ana.get(url("order", number=order.number))
    assert "Taxa do DETRAN-MG para cancelar: R$ 0,00" in said(page)
    (link,) = tree(page).xpath('//a[@id="b-cancelar"]/@href')
    form = ana.get(link)
    assert "Venda desfeita" in said(form)
    assert "A ATPV-e perde o valor" in said(form)


def test_where_it_is_not_possible_the_button_is_there_with_the_reason(ana: Client, cast: Cast) -> None:
    order = made(cast.house, "registered")
    with acting_in(cast.house):
        atpve.ask_for_atpve(order_id=order.pk, actor=ANA)
    page = ana.get(url("order", number=order.number))
    assert tree(page).xpath('//button[@id="b-cancelar"]/@disabled')
    assert "A ATPV-e já foi obtida" in said(page)
    form = ana.get(url("cancellation", number=order.number))
    assert "A ATPV-e já foi obtida" in said(form)
    assert not tree(form).xpath('//select[@name="reason"]')
    refused = ana.post(url("cancellation", number=order.number), {"reason": "DESISTENCIA"})
    assert refused.status_code == 422


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(ana: Client, cast: Cast) -> None:
    order = made(cast.house, "registered")
    answer = ana.post(url("cancellation", number=order.number), {"reason": "OUTRO", "justification": "curto"})
    assert answer.status_code == 422
    page = tree(answer)
    assert page.xpath('//option[@value="OUTRO"]/@selected')
    assert page.xpath('//textarea[@name="justification"]')[0].text == "curto"
    assert "ao menos 10 letras" in page.xpath('//*[@id="id_justification_error"]')[0].text_content()
    answer = ana.post(url("cancellation", number=order.number), {"justification": "uma explicação longa"})
    assert "Escolha o motivo" in tree(answer).xpath('//*[@id="id_reason_error"]')[0].text_content()


@pytest.mark.req("AT-07", "AT-08")
def test_an_intention_is_cancelled_by_its_three_steps(ana: Client, cast: Cast, intention: Order) -> None:  # noqa: F811  the fixture
    answer = ana.post(url("cancellation", number=intention.number), {"reason": "DESISTENCIA"})
    draft = draft_of(intention)
    assert answer.status_code == 302
    page = ana.get(answer.url)
    (live,) = tree(page).xpath('//*[@id="vivo"]/@hx-get')
    version = tree(page).xpath('//*[@id="vivo"]/@hx-vals')[0].split('"')[3]
    assert ana.get(live, {"v": version}).status_code == 204
    deliver_draft(draft, "transactions.render_request")
    assert ana.get(live, {"v": version}).status_code == 286
    page = ana.get(answer.url)
    (pdf,) = tree(page).xpath('//a[@id="b-solicitacao"]/@href')
    assert ana.get(pdf).content.startswith(b"%PDF")
    assert tree(page).xpath('//button[@id="b-enviar"]/@disabled')
    upload = url("cancellation_signed", number=draft.number)
    assert "não é PDF" in said(ana.post(upload, {"signed_request": a_file(b"texto", "a.txt")}))
    assert "Escolha a cópia" in said(ana.post(upload))
    big = ana.post(upload, {"signed_request": a_file(b"%PDF-" + b"0" * (6 * 2**20), "a.pdf")})
    assert "6,0 MB e o limite é 5 MB" in said(big)
    send = url("cancellation_send", number=draft.number)
    assert "Envie a solicitação assinada" in said(ana.post(send))
    ana.post(upload, {"signed_request": a_file(photographed(draft_of(intention)), "foto.jpg")})
    assert "Lendo o código" in said(ana.get(answer.url))
    deliver_draft(draft, "transactions.check_request")
    page = ana.get(answer.url)
    assert f"A cópia é da solicitação {draft.number}." in said(page)
    assert not tree(page).xpath('//button[@id="b-enviar"]/@disabled')
    first, second = ana.post(send), ana.post(send)
    assert first.url == second.url == url("order", number=draft.number)
    assert ana.get(answer.url).url == first.url
    assert "Cancelamento em andamento" in said(ana.get(url("order", number=intention.number)))
    assert "cancelamento em andamento" in said(ana.get(url("intention_list") + "?situacao=aprovadas"))
    with acting_in(cast.house):
        order = Order.objects.select_related("establishment").get(number=draft.number)
    deliver(order)
    assert "Concluído" in said(ana.get(first.url))
    target = said(ana.get(url("order", number=intention.number)))
    assert f"Cancelado no DETRAN-MG pelo pedido {draft.number}" in target
    assert intention.number in said(ana.get(url("intention_list") + "?situacao=canceladas"))
    assert ana.post(url("intention_search"), {"q": draft.number}).url == first.url


def paying(order: Order, report: Report) -> None:
    with acting_in(order.establishment):
        billing.report_slip(slip_of(order).pk, report)


@pytest.mark.req("AT-11", "AT-12")
def test_the_slip_is_on_the_page_with_all_ways_to_pay_it(
    ana: Client,
    cast: Cast,
    communication: Order,  # noqa: F811  the fixture
) -> None:
    order = cancelled_communication(communication, cast)
    address = url("order", number=order.number)
    assert "está pedindo a guia" in said(ana.get(address))
    deliver(order, SLIP)
    slip = slip_of(order)
    page = ana.get(address)
    text = said(page)
    for words in ("R$ 187,42", "faltam 5 dias", slip.number, "Solicitação recebida", "Pague a guia até o vencimento"):
        assert words in text
    copies = tree(page).xpath("//@data-copy")
    assert slip.pix in copies
    assert slip.line in {re.sub(r"\D", "", copy) for copy in copies}
    assert tree(page).xpath('//*[@id="vivo"]/@hx-trigger') == ["every 5s"]
    paper = reverse(
        "documents:newest",
        kwargs={
            "ecosystem": "minas",
            "establishment": "casa",
            "subject_type": "fee_slip",
            "subject_id": slip.pk,
            "kind": "fee_slip",
        },
    )
    with acting_in(cast.house):
        message = Message.objects.get(topic=RENDER_SLIP)
    assert outbox.deliver(message.pk) is not None
    assert ana.get(ana.get(paper).url).content.startswith(b"%PDF")
    home = said(ana.get(reverse("portal:home", kwargs={"ecosystem": "minas", "establishment": "casa"})))
    assert f"Pagar a guia de {order.plate}" in home


@pytest.mark.req("AT-12")
def test_verifying_now_keeps_within_the_agency_s_budget(
    cast: Cast,
    communication: Order,  # noqa: F811  the fixture
    ana: Client,
    settings: Any,
) -> None:
    order = cancelled_communication(communication, cast)
    deliver(order, SLIP)
    deliver(order, FOLLOW)
    settings.OUTBOX_PACE = 1
    verify = url("order_verify", number=order.number)
    assert "a partir das" in said(ana.post(verify, follow=True))
    settings.OUTBOX_PACE = 0.0001
    with acting_in(cast.house):
        Message.objects.filter(topic=FOLLOW).update(due_at=clock.now() + dt.timedelta(hours=1))
    assert "Verificar agora" in said(ana.get(url("order", number=order.number)))
    assert "está perguntando" in said(ana.post(verify, follow=True))
    with acting_in(cast.house):
        assert Message.objects.get(topic=FOLLOW).due_at <= clock.now()
    assert "já está perguntando" in said(ana.post(verify, follow=True))


TROUBLE = [
    ("VENCIDA", (), "venceu sem pagamento", "Nova guia para"),
    ("PAGA_A_MENOR", (10000,), "R$ 100,00 de R$ 187,42", "Complemento ou nova guia"),
    ("PAGA_EM_ATRASO", (18742,), "depois do vencimento", "Nova guia para"),
]


@pytest.mark.req("AT-12", "AT-13")
@pytest.mark.parametrize(("situation", "payments", "words", "task"), TROUBLE)
def test_each_trouble_with_a_slip_is_said_and_cured(
    ana: Client,
    cast: Cast,
    communication: Order,  # noqa: F811  the fixture
    situation: str,
    payments: tuple[int, ...],
    words: str,
    task: str,
) -> None:
    order = cancelled_communication(communication, cast)
    deliver(order, SLIP)
    paying(order, Report(situation, payments, recognised=False))
    page = ana.get(url("order", number=order.number))
    assert words in said(page)
    assert tree(page).xpath('//button[@id="b-nova-guia"]')
    home = ana.get(reverse("portal:home", kwargs={"ecosystem": "minas", "establishment": "casa"}))
    assert task in said(home)
    assert "Pedimos uma nova guia" in said(ana.post(url("slip_new", number=order.number), follow=True))
    assert "já está sendo emitida" in said(ana.post(url("slip_new", number=order.number), follow=True))


@pytest.mark.req("AT-13")
def test_a_payment_in_duplicity_waits_until_somebody_asked_for_the_refund(
    client: Client,
    cast: Cast,
    communication: Order,  # noqa: F811  the fixture
) -> None:
    order = cancelled_communication(communication, cast)
    deliver(order, SLIP)
    paying(order, Report("PAGA_EM_DUPLICIDADE", (18742, 18742), recognised=False))
    client.force_login(cast.gil)
    slip = slip_of(order)
    assert "R$ 374,84 ao todo" in said(client.get(url("order", number=order.number)))
    place = reverse("portal:home", kwargs={"ecosystem": "minas", "establishment": "casa"})
    assert "Pagamento em duplicidade" in said(client.get(place))
    settle = url("duplicity_settle", number=order.number, slip=slip.number)
    client.force_login(cast.ana)
    assert client.post(settle).status_code == 403
    client.force_login(cast.gil)
    assert "a restituição foi pedida" in said(client.post(settle, follow=True))
    assert "Pagamento em duplicidade" not in said(client.get(place))
    with acting_in(cast.house):
        assert FeeSlip.objects.get(pk=slip.pk).duplicity_settled_at is not None


def test_a_request_that_lacks_its_signed_copy_waits_on_the_home_page(ana: Client, cast: Cast) -> None:
    order = made(cast.house, "registered")
    ana.post(url("cancellation", number=order.number), {"reason": "DESISTENCIA"})
    home = said(ana.get(reverse("portal:home", kwargs={"ecosystem": "minas", "establishment": "casa"})))
    assert f"Assinar o cancelamento de {order.plate}" in home
    assert "Continuar o cancelamento" in said(ana.get(url("order", number=order.number)))
    assert "rascunhos abertos" not in home.lower()


def test_a_cancellation_is_not_corrected(ana: Client, cast: Cast, communication: Order) -> None:  # noqa: F811  the fixture
    order = cancelled_communication(communication, cast)
    assert "não se corrige" in said(ana.post(url("order_correct", number=order.number), follow=True))
    assert fresh(order).state == "awaiting_fee"
