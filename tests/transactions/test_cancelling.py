"""Cancelling what a DETRAN registered, from the request that is written out to the record that leaves the index."""

import datetime as dt
import time
from io import BytesIO
from typing import Any

import pypdfium2
import pytest

from billing.models import FeeSlip
from documents import services as documents
from outbox import services as outbox
from outbox.models import Message
from tests.sandbox.process import SandboxProcess
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast
from tests.transactions.making import ANA, deliver, fresh, message_of, submit, typed, vehicle_of
from transactions.errors import NotNow, OrderNotSubmittable
from transactions.models import Draft, Order
from transactions.services import cancel, fees
from transactions.services.atpve import ask_for_atpve

SLIP, FOLLOW = "transactions.issue_slip", "transactions.follow_cancellation"


@pytest.fixture
def vehicle(sandbox: SandboxProcess, cast: Cast) -> dict[str, Any]:
    return vehicle_of(sandbox, cast.house)


@pytest.fixture
def intention(cast: Cast, vehicle: dict[str, Any]) -> Order:
    order = submit(cast.house, typed(vehicle, seller=cast.house.cnpj))
    deliver(order)
    return fresh(order)


@pytest.fixture
def communication(cast: Cast, vehicle: dict[str, Any], intention: Order) -> Order:
    with acting_in(cast.house):
        buyer = intention.parties.get(role="buyer").document
    words = typed(
        vehicle,
        seller=cast.house.cnpj,
        buyer_document=buyer,
        origin="atpve",
        atpve_number=intention.atpve_number,
    )
    order = submit(cast.house, words, kind="sale_communication")
    deliver(order)
    return fresh(order)


def deliver_draft(draft: Draft, topic: str) -> None:
    with acting_as_machine():
        message = Message.objects.filter(topic=topic, subject_id=draft.pk, subject_type="draft").latest("pk")
    assert outbox.deliver(message.pk) is not None


def prepared(order: Order, cast: Cast, *, reason: str = "DESISTENCIA", justification: str = "") -> Draft:
    with acting_in(order.establishment):
        draft = cancel.prepare_cancellation(
            order_id=order.pk, reason=reason, justification=justification, actor=ANA, user_id=cast.ana.pk
        )
    deliver_draft(draft, "transactions.render_request")
    with acting_in(order.establishment):
        return Draft.objects.select_related("request", "establishment").get(pk=draft.pk)


def photographed(draft: Draft) -> bytes:
    """The request as a person would send it back: printed, signed by hand, photographed."""
    with acting_in(draft.establishment):
        assert draft.request is not None
        page = pypdfium2.PdfDocument(documents.read(draft.request))[0]
    image = page.render(scale=2).to_pil().rotate(2, fillcolor="white", expand=True)
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


def signed(draft: Draft, cast: Cast, content: bytes | None = None) -> Draft:
    with acting_in(draft.establishment):
        cancel.attach_signed(draft_id=draft.pk, content=content or photographed(draft), user_id=cast.ana.pk)
    deliver_draft(draft, "transactions.check_request")
    with acting_in(draft.establishment):
        return Draft.objects.select_related("request", "establishment").get(pk=draft.pk)


def sent(draft: Draft, cast: Cast) -> Order:
    with acting_in(draft.establishment):
        order = cancel.submit_cancellation(draft_id=draft.pk, establishment=cast.house, actor=ANA, user_id=cast.ana.pk)
    order.establishment = cast.house
    return order


@pytest.mark.req("AT-07")
def test_the_request_is_written_out_ready_to_sign_with_a_code_that_leads_back(intention: Order, cast: Cast) -> None:
    draft = prepared(intention, cast)
    with acting_in(intention.establishment):
        assert draft.request is not None
        pdf = pypdfium2.PdfDocument(documents.read(draft.request))
        text = pdf[0].get_textpage().get_text_bounded()
    for words in (draft.number, intention.number, intention.protocol, intention.chassis, "Desistência"):
        assert str(words) in text


@pytest.mark.req("AT-08")
def test_an_intention_is_cancelled_with_its_signed_request_and_its_order_with_it(
    intention: Order, cast: Cast, sandbox: SandboxProcess
) -> None:
    draft = signed(prepared(intention, cast), cast)
    assert draft.signed_check is not None
    assert draft.signed_check["matches"], draft.signed_check
    order = sent(draft, cast)
    assert sent(draft, cast).pk == order.pk, "sent once, whoever clicks"
    deliver(order)
    assert (fresh(order).state, fresh(order).tab) == ("registered", "approved")
    assert (fresh(intention).state, fresh(intention).tab) == ("cancelled", "cancelled")
    assert [e["operacao"] for e in sandbox.ledger(chassis=intention.chassis)] == [
        "incluir_intencao",
        "cancelar_intencao",
    ]


@pytest.mark.parametrize("kind", ["perdida_depois", "lixo", "perdida_antes", "commit_tardio"])
def test_a_cancellation_whose_answer_is_lost_is_asked_about(
    intention: Order, cast: Cast, sandbox: SandboxProcess, kind: str
) -> None:
    order = sent(signed(prepared(intention, cast), cast), cast)
    sandbox.fault(kind, operation="cancelar_intencao", chassis=order.chassis, times=1, seconds=0.3)
    deliver(order)
    assert fresh(order).state == "unconfirmed"
    deliver(order)
    assert (fresh(order).state, fresh(intention).state) == ("registered", "cancelled")
    assert len(sandbox.ledger(chassis=order.chassis, operation="cancelar_intencao")) == 1


def test_another_paper_is_not_taken_for_the_signed_request(intention: Order, cast: Cast) -> None:
    first = prepared(intention, cast)
    other = photographed(first)
    with acting_in(intention.establishment):
        Draft.objects.filter(pk=first.pk).update(number="CI-23456789")
    draft = signed(first, cast, other)
    assert draft.signed_check is not None
    assert not draft.signed_check["matches"]
    with pytest.raises(NotNow, match="outro documento"):
        sent(draft, cast)


def test_an_intention_whose_atpve_was_read_is_not_cancelled_where_that_is_forbidden(
    intention: Order, cast: Cast
) -> None:
    with acting_in(intention.establishment):
        ask_for_atpve(order_id=intention.pk, actor=ANA)
        with pytest.raises(NotNow, match="ATPV-e já foi obtida"):
            cancel.prepare_cancellation(
                order_id=intention.pk, reason="DESISTENCIA", justification="", actor=ANA, user_id=cast.ana.pk
            )


def test_other_reasons_want_words(intention: Order, cast: Cast) -> None:
    with acting_in(intention.establishment), pytest.raises(OrderNotSubmittable) as refusal:
        cancel.prepare_cancellation(
            order_id=intention.pk, reason="OUTRO", justification="curto", actor=ANA, user_id=cast.ana.pk
        )
    assert [problem.field for problem in refusal.value.problems] == ["justification"]


def cancelled_communication(communication: Order, cast: Cast) -> Order:
    order = sent(signed(prepared(communication, cast), cast), cast)
    deliver(order)
    return fresh(order)


def slip_of(order: Order) -> FeeSlip:
    with acting_in(order.establishment):
        return FeeSlip.objects.filter(subject_type="order", subject_id=order.pk).latest("pk")


@pytest.mark.req("AT-11", "AT-12", "AT-13")
def test_a_communication_leaves_the_index_after_its_fee(
    communication: Order, cast: Cast, sandbox: SandboxProcess
) -> None:
    sandbox.times(clearing=0.5, processing=0.5)
    order = cancelled_communication(communication, cast)
    assert (order.state, order.tab) == ("awaiting_fee", "pending")
    assert fresh(communication).state == "registered"
    deliver(order, SLIP)
    slip = slip_of(order)
    assert (slip.state, slip.value_cents) == ("issued", 18742)
    deliver(order, FOLLOW)
    assert fresh(order).state == "awaiting_fee"
    sandbox.pay(slip.number)
    follow_until(order, "registered")
    assert slip_of(order).state == "recognised"
    assert (fresh(communication).state, fresh(communication).tab) == ("cancelled", "cancelled")
    effects = [e["operacao"] for e in sandbox.ledger(chassis=order.chassis)]
    assert effects.count("emitir_guia") == effects.count("cancelar_comunicado") == 1


def follow_until(order: Order, state: str) -> None:
    for _ in range(12):
        with acting_as_machine():
            Message.objects.filter(pk=message_of(order, FOLLOW).pk).update(
                due_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
            )
        deliver(order, FOLLOW)
        if fresh(order).state == state:
            return
        time.sleep(0.3)
    raise AssertionError(f"still {fresh(order).state}")


def test_a_slip_whose_answer_was_lost_gets_no_twin(communication: Order, cast: Cast, sandbox: SandboxProcess) -> None:
    order = cancelled_communication(communication, cast)
    sandbox.fault("perdida_depois", operation="emitir_guia", times=1)
    deliver(order, SLIP)
    deliver(order, SLIP)
    assert slip_of(order).state == "issued"
    assert len(sandbox.ledger(chassis=order.chassis, operation="emitir_guia")) == 1


def test_a_short_payment_is_seen_and_a_new_slip_may_be_had(
    communication: Order, cast: Cast, sandbox: SandboxProcess
) -> None:
    order = cancelled_communication(communication, cast)
    deliver(order, SLIP)
    first = slip_of(order)
    with acting_in(order.establishment), pytest.raises(NotNow, match="ainda vale"):
        fees.ask_for_new_slip(order_id=order.pk, actor=ANA)
    sandbox.pay(first.number, value="100.00")
    deliver(order, FOLLOW)
    assert (slip_of(order).state, slip_of(order).paid_cents) == ("paid_short", 10000)
    with acting_in(order.establishment):
        fees.ask_for_new_slip(order_id=order.pk, actor=ANA)
        message = Message.objects.filter(topic=SLIP, subject_id=order.pk).latest("pk")
    assert outbox.deliver(message.pk) is not None
    assert slip_of(order).number != first.number


def test_a_fee_paid_twice_is_told(communication: Order, cast: Cast, sandbox: SandboxProcess) -> None:
    sandbox.times(clearing=0.2, processing=0.2)
    order = cancelled_communication(communication, cast)
    deliver(order, SLIP)
    sandbox.pay(slip_of(order).number)
    sandbox.pay(slip_of(order).number)
    follow_until(order, "registered")
    slip = slip_of(order)
    assert (slip.paid_in_duplicity, slip.payments, slip.paid_cents) == (True, 2, 2 * slip.value_cents)
    assert slip.state == "recognised"
