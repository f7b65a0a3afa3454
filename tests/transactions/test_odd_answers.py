"""Answers that an agency should not give, and what an order makes of them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from journal.selectors import events_of
from outbox.models import Message
from outbox.states import Outcome
from tests.kernel.wire import Agency, an_agency, reply
from tests.sandbox.process import SandboxProcess
from tests.sandbox.specimens import vehicle
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast
from tests.transactions.making import ANA, deliver, fresh, message_of, submit, typed, vehicle_of
from transactions.models import Order
from transactions.services import settle
from transactions.services.atpve import ask_for_atpve

FETCH = "transactions.fetch_atpve"


@pytest.fixture
def agency(settings: Any) -> Iterator[Agency]:
    with an_agency() as found:
        settings.DETRAN_BASE_URL = f"http://127.0.0.1:{found.port}/v1"
        yield found


@pytest.fixture
def order(cast: Cast) -> Order:
    return submit(cast.house, typed(vehicle(), seller=cast.house.cnpj))


def receipt(**changes: Any) -> bytes:
    said = {"codigo": "000", "mensagem": "Registrada.", "protocolo": "IV1", "numero_atpve": "1" * 15} | changes
    return reply(201, json.dumps(said).encode())


def test_words_no_table_can_hold_do_not_keep_a_registration_from_us(agency: Agency, order: Order) -> None:
    agency.answer = receipt(mensagem="Regis\x00trada.", codigo="C" * 200)
    deliver(order)
    order = fresh(order)
    assert (order.state, order.protocol, order.agency_code) == ("registered", "IV1", "C" * 40)
    assert order.agency_words == "Regis\N{REPLACEMENT CHARACTER}trada."


def test_a_refusal_in_words_no_table_can_hold_is_a_refusal(agency: Agency, order: Order) -> None:
    agency.answer = reply(422, json.dumps({"codigo": "C" * 200, "mensagem": "N\x00\ud800o."}).encode())
    deliver(order)
    assert (fresh(order).state, fresh(order).agency_code) == ("refused", "C" * 40)


@pytest.mark.parametrize("changes", [{"protocolo": "9" * 41}, {"numero_atpve": "9" * 16}])
def test_a_number_longer_than_any_is_a_doubt(agency: Agency, order: Order, changes: dict[str, str]) -> None:
    agency.answer = receipt(**changes)
    visit = deliver(order)
    assert (visit.outcome, fresh(order).state) == (Outcome.UNKNOWN, "unconfirmed")


def test_a_wait_without_end_is_cut_to_a_day(agency: Agency, order: Order) -> None:
    agency.answer = reply(429, Retry_After="9" * 300)
    visit = deliver(order)
    assert (visit.outcome, visit.again_in) == (Outcome.NOT_SENT, 86_400.0)
    assert (fresh(order).state, message_of(order).state) == ("queued", "waiting")


def test_a_protocol_with_odd_characters_stays_one_step_of_the_address(agency: Agency, order: Order) -> None:
    agency.answer = receipt(protocolo="../../x?y#z")
    deliver(order)
    with acting_in(order.establishment):
        ask_for_atpve(order_id=order.pk, actor=ANA)
    agency.answer = reply(200, b"%PDF-1.7 %%EOF", media_type="application/pdf")
    deliver(order, FETCH)
    assert agency.requests[-1].startswith(b"GET /v1/intencoes-venda/..%2F..%2Fx%3Fy%23z/atpve HTTP/1.1")


@pytest.mark.req("AT-06")
def test_an_atpve_that_cannot_be_fetched_may_be_asked_for_again(agency: Agency, order: Order) -> None:
    agency.answer = receipt()
    deliver(order)
    with acting_in(order.establishment):
        ask_for_atpve(order_id=order.pk, actor=ANA)
    agency.answer = reply(403, json.dumps({"codigo": "AUT-001", "mensagem": "Credencial recusada."}).encode())
    deliver(order, FETCH)
    assert (message_of(order, FETCH).state, fresh(order).atpve_asked_at) == ("parked", None)
    with acting_in(order.establishment):
        last = events_of("order", order.pk).last()
        assert last is not None
        assert (last.verb, last.data["words"]) == ("sale_intention.atpve_refused", "Credencial recusada.")
        ask_for_atpve(order_id=order.pk, actor=ANA)
    with acting_as_machine():
        assert Message.objects.filter(topic=FETCH, subject_id=order.pk, state="waiting").count() == 1


def test_a_worker_that_slept_does_not_make_a_doubtful_order_look_unsent(order: Order) -> None:
    """It took off first, and wakes to a connection refused when another one has long been asking."""
    with acting_in(order.establishment):
        assert settle.take_off(order_id=order.pk) is not None
        second = settle.take_off(order_id=order.pk)
        assert second is not None
        assert second.sent_before
        settle.resend(order_id=order.pk)
        settle.return_order(order_id=order.pk)
        third = settle.take_off(order_id=order.pk)
        assert third is not None
        assert third.sent_before


def test_our_own_act_that_was_cancelled_over_there_is_not_adopted(cast: Cast, sandbox: SandboxProcess) -> None:
    order = submit(cast.house, typed(vehicle_of(sandbox, cast.house), seller=cast.house.cnpj))
    sandbox.fault("perdida_depois", operation="incluir_intencao", chassis=order.chassis, times=1)
    deliver(order)
    (effect,) = sandbox.ledger(chassis=order.chassis)
    sandbox.cancel(effect["protocolo"])
    visit = deliver(order)
    order = fresh(order)
    assert (visit.park, order.state, order.protocol) == (True, "parked", "")
    assert effect["protocolo"] in order.agency_words


@pytest.mark.req("AT-06")
@pytest.mark.parametrize("content", [b"<html>Em breve.</html>", b"%PDF-1.7 cut off in the mid"])
def test_what_is_no_whole_pdf_is_not_kept_as_the_atpve(agency: Agency, order: Order, content: bytes) -> None:
    agency.answer = receipt()
    deliver(order)
    with acting_in(order.establishment):
        ask_for_atpve(order_id=order.pk, actor=ANA)
    agency.answer = reply(200, content, media_type="application/pdf")
    assert deliver(order, FETCH).outcome is Outcome.UNKNOWN
    assert (fresh(order).atpve_id, message_of(order, FETCH).state) == (None, "waiting")
    agency.answer = reply(200, b"%PDF-1.7 %%EOF", media_type="application/pdf")
    deliver(order, FETCH)
    assert fresh(order).atpve_id is not None
