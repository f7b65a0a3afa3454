"""Orders on their way through a real agency's bad days. The sandbox's ledger is the oracle, never our tables."""

from typing import Any

import pytest

from documents import services as documents
from journal.selectors import events_of
from kernel import clock
from kernel.http import Refused
from outbox import services as outbox
from outbox.models import Attempt, Message
from outbox.states import Outcome
from tests.sandbox.process import SandboxProcess
from tests.sandbox.specimens import PDF, a_cpf
from tests.sandbox.specimens import intention as specimen
from tests.support.acting import acting_as_machine, acting_in
from tests.support.database import in_threads
from tests.support.people import Cast
from tests.transactions.making import ANA, deliver, fresh, message_of, submit, typed, vehicle_of
from transactions import gateway
from transactions.errors import NotNow, OrderNotSubmittable
from transactions.models import Order
from transactions.services import settle
from transactions.services.atpve import ask_for_atpve
from transactions.services.submit import Links

FETCH = "transactions.fetch_atpve"


@pytest.fixture
def vehicle(sandbox: SandboxProcess, cast: Cast) -> dict[str, Any]:
    return vehicle_of(sandbox, cast.house)


@pytest.fixture
def order(cast: Cast, vehicle: dict[str, Any]) -> Order:
    return submit(cast.house, typed(vehicle, seller=cast.house.cnpj))


def verbs(order: Order) -> list[str]:
    with acting_in(order.establishment):
        return [event.verb.partition(".")[2] for event in events_of("order", order.pk)]


def outcomes(order: Order) -> list[str]:
    with acting_as_machine():
        return [
            a.outcome
            for a in Attempt.objects.filter(message__subject_type="order", message__subject_id=order.pk).order_by(
                "message", "number"
            )
        ]


@pytest.mark.req("AT-05")
def test_an_intention_is_registered_once_and_its_protocol_kept(order: Order, sandbox: SandboxProcess) -> None:
    assert (order.state, message_of(order).state) == ("queued", "waiting")
    assert sandbox.visits(chassis=order.chassis) == []
    visit = deliver(order)
    order = fresh(order)
    (effect,) = sandbox.ledger(chassis=order.chassis)
    assert (order.state, order.tab, order.protocol) == ("registered", "approved", effect["protocolo"])
    assert effect["referencia"] == order.number
    assert len(order.atpve_number) == 15
    assert (visit.outcome, message_of(order).state) == (Outcome.ANSWERED, "done")
    assert verbs(order) == ["submitted", "sending", "registered"]


@pytest.mark.req("AT-04")
def test_a_refusal_keeps_the_agency_s_code_and_words(cast: Cast, sandbox: SandboxProcess) -> None:
    stolen = vehicle_of(sandbox, cast.house, restricoes=["FURTO"])
    order = submit(cast.house, typed(stolen, seller=cast.house.cnpj))
    deliver(order)
    order = fresh(order)
    assert (order.state, order.tab, order.agency_code) == ("refused", "refused", "IV-007")
    assert "furto" in order.agency_words.lower()
    assert sandbox.ledger(chassis=order.chassis) == []
    assert message_of(order).state == "done"


@pytest.mark.parametrize("kind", ["perdida_depois", "lixo"])
def test_a_lost_answer_is_asked_about_and_adopted_never_repeated(
    order: Order, sandbox: SandboxProcess, kind: str
) -> None:
    sandbox.fault(kind, operation="incluir_intencao", chassis=order.chassis, times=1)
    assert deliver(order).outcome is Outcome.UNKNOWN
    assert fresh(order).state == "unconfirmed"
    assert outbox.deliver(message_of(order).pk) is None, "in quarantine"
    visit = deliver(order)
    assert visit.asked_first
    assert fresh(order).state == "registered"
    assert len(sandbox.ledger(chassis=order.chassis)) == 1
    assert [v["operacao"] for v in sandbox.visits(chassis=order.chassis)].count("incluir_intencao") == 1
    assert verbs(order)[-1] == "adopted"


def test_a_late_commit_is_waited_for_in_quarantine(order: Order, sandbox: SandboxProcess) -> None:
    sandbox.fault("commit_tardio", operation="incluir_intencao", chassis=order.chassis, times=1, seconds=0.3)
    deliver(order)
    deliver(order)
    assert fresh(order).state == "registered"
    assert len(sandbox.ledger(chassis=order.chassis)) == 1


def test_a_commit_later_than_the_quarantine_is_still_adopted_when_the_agency_calls_ours_a_duplicate(
    order: Order, sandbox: SandboxProcess
) -> None:
    sandbox.fault("commit_tardio", operation="incluir_intencao", chassis=order.chassis, times=1, seconds=1.6)
    sandbox.fault("latencia", operation="incluir_intencao", chassis=order.chassis, times=None, seconds=1.5)
    deliver(order)
    deliver(order)
    assert fresh(order).state == "registered"
    assert len(sandbox.ledger(chassis=order.chassis)) == 1


@pytest.mark.parametrize("kind", ["perdida_antes", "erro_500"])
def test_what_the_agency_never_did_is_asked_about_then_sent_again(
    order: Order, sandbox: SandboxProcess, kind: str
) -> None:
    sandbox.fault(kind, operation="incluir_intencao", chassis=order.chassis, times=1)
    deliver(order)
    deliver(order)
    assert fresh(order).state == "registered"
    assert "absent_sending_again" in verbs(order)
    assert len(sandbox.ledger(chassis=order.chassis)) == 1


@pytest.mark.parametrize("kind", ["limite_429", "fora_do_ar"])
def test_an_agency_that_turns_us_away_costs_nothing_but_time(order: Order, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(kind, chassis=order.chassis, times=2, seconds=1)
    for _ in range(4):
        if fresh(order).state == "registered":
            break
        deliver(order)
    assert fresh(order).state == "registered"
    assert len(sandbox.ledger(chassis=order.chassis)) == 1


def test_an_agency_that_is_not_there_is_not_a_doubt(order: Order, settings: Any, sandbox: SandboxProcess) -> None:
    there, settings.DETRAN_BASE_URL = settings.DETRAN_BASE_URL, "http://127.0.0.1:9/detran/{uf}/v1"
    visit = deliver(order)
    assert (visit.outcome, fresh(order).state) == (Outcome.NOT_SENT, "queued")
    settings.DETRAN_BASE_URL = there
    deliver(order)
    assert fresh(order).state == "registered"
    assert "absent_sending_again" not in verbs(order)


def test_a_wrong_credential_goes_to_a_person_and_back(order: Order, settings: Any, sandbox: SandboxProcess) -> None:
    right = settings.DETRAN_CREDENTIALS
    settings.DETRAN_CREDENTIALS = {**right, "mg": "errada"}
    deliver(order)
    order = fresh(order)
    assert (order.state, message_of(order).state) == ("parked", "parked")
    settings.DETRAN_CREDENTIALS = right
    with acting_in(order.establishment):
        settle.ask_again(order_id=order.pk, actor=ANA)
    deliver(order)
    assert fresh(order).state == "registered"


def test_doubt_without_end_of_one_order_is_parked_with_its_evidence(
    order: Order, cast: Cast, sandbox: SandboxProcess
) -> None:
    """Of one order: the agency answers others meanwhile, so that it does not count as gone."""
    sandbox.fault("perdida_antes", chassis=order.chassis)
    for _ in range(4):
        deliver(order)
    deliver(submit(cast.house, typed(vehicle_of(sandbox, cast.house), seller=cast.house.cnpj)))
    for _ in range(2):
        deliver(order)
    order = fresh(order)
    assert (order.state, message_of(order).state) == ("parked", "parked")
    assert outcomes(order) == ["unknown"] * 6
    assert verbs(order)[-1] == "parked"


def test_somebody_else_s_act_on_the_vehicle_is_not_adopted(
    order: Order, vehicle: dict[str, Any], cast: Cast, sandbox: SandboxProcess
) -> None:
    sandbox.fault("perdida_antes", operation="incluir_intencao", chassis=order.chassis, times=1)
    deliver(order)
    from_elsewhere = sandbox.client()
    with from_elsewhere:
        answer = from_elsewhere.post("/intencoes-venda", json=specimen(vehicle))
    assert answer.status_code == 201, answer.text
    visit = deliver(order)
    order = fresh(order)
    assert (order.state, visit.park) == ("parked", True)
    assert answer.json()["protocolo"] in order.agency_words
    assert order.protocol == ""


def test_a_worker_that_dies_between_the_agency_s_yes_and_our_commit_leaves_one_registration(
    order: Order, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """SIGKILL leaves nothing behind, as this does to `except Exception`."""

    def die(**_: Any) -> None:
        raise Killed

    with monkeypatch.context() as now:
        now.setattr(settle, "accept_order", die)
        with pytest.raises(Killed):
            deliver(order)
    assert (fresh(order).state, message_of(order).state) == ("in_flight", "leased")
    with acting_as_machine():
        Message.objects.filter(pk=message_of(order).pk).update(leased_until="2020-01-01T00:00Z")
    assert outbox.reap() == [message_of(order).pk]
    deliver(order)
    assert fresh(order).state == "registered"
    assert len(sandbox.ledger(chassis=order.chassis)) == 1
    assert outcomes(order) == ["unknown", "answered"]
    assert verbs(order)[-2:] == ["unconfirmed", "adopted"]


def test_a_worker_that_slept_through_its_lease_refuses_nothing_that_another_is_sending(
    order: Order, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(*_: Any, **__: Any) -> None:
        with acting_as_machine():
            Message.objects.filter(pk=message_of(order).pk).update(leased_until="2020-01-01T00:00Z")
        outbox.reap()
        settle.take_off(order_id=order.pk)
        settle.resend(order_id=order.pk)
        raise Refused("Veículo já possui intenção de venda ativa.", code="IV-005", status=409)

    with monkeypatch.context() as now:
        now.setattr(gateway, "register", sleep)
        deliver(order)
    assert fresh(order).state == "in_flight"
    deliver(order)
    assert fresh(order).state == "registered"
    assert len(sandbox.ledger(chassis=order.chassis)) == 1


@pytest.mark.req("AT-10")
def test_a_communication_typed_by_hand_belongs_to_the_house_s_own_intention(
    order: Order, vehicle: dict[str, Any], cast: Cast
) -> None:
    deliver(order)
    intention = fresh(order)
    words = typed(
        vehicle, seller=cast.house.cnpj, origin="atpve", atpve_number=intention.atpve_number, buyer_document=a_cpf()
    )
    assert submit(cast.house, words, kind="sale_communication").intention_id == intention.pk


@pytest.mark.req("AT-06")
def test_the_atpve_is_fetched_when_a_person_asks_and_only_then(order: Order, sandbox: SandboxProcess) -> None:
    with acting_in(order.establishment), pytest.raises(NotNow):
        ask_for_atpve(order_id=order.pk, actor=ANA)
    deliver(order)
    read = "obter_atpve"
    assert read not in [v["operacao"] for v in sandbox.visits(chassis=order.chassis)]
    with acting_in(order.establishment):
        ask_for_atpve(order_id=order.pk, actor=ANA)
        ask_for_atpve(order_id=order.pk, actor=ANA)
    deliver(order, FETCH)
    order = fresh(order)
    with acting_in(order.establishment):
        assert order.atpve is not None
        assert (order.atpve.media_type, order.atpve.kind) == ("application/pdf", "atpve")
    assert [v["operacao"] for v in sandbox.visits(chassis=order.chassis)].count(read) <= 1


@pytest.mark.req("AT-10")
def test_a_sale_is_communicated_from_its_atpve(order: Order, vehicle: dict[str, Any], sandbox: SandboxProcess) -> None:
    deliver(order)
    order = fresh(order)
    with acting_in(order.establishment):
        buyer = order.parties.get(role="buyer").document
    words = typed(
        vehicle,
        seller=order.establishment.cnpj,
        origin="atpve",
        atpve_number=order.atpve_number,
        buyer_document=buyer,
    )
    sold = submit(order.establishment, words, kind="sale_communication")
    deliver(sold)
    assert fresh(sold).state == "registered", fresh(sold).agency_words
    assert [e["operacao"] for e in sandbox.ledger(chassis=order.chassis)] == ["incluir_intencao", "incluir_comunicado"]


@pytest.mark.req("AT-10")
def test_a_sale_is_communicated_from_a_paper_atpv_with_its_digitised_copy(cast: Cast, sandbox: SandboxProcess) -> None:
    house = cast.house
    vehicle = vehicle_of(sandbox, house, tipo_crv="AZUL")
    with acting_in(house):
        scan = documents.store(
            content=PDF,
            kind="atpv_scan",
            subject_type="draft",
            subject_id=1,
            media_type="application/pdf",
            filename="atpv.pdf",
            keep_until=clock.today(),
            actor_user_id=None,
        )
    words = typed(
        vehicle,
        seller=house.cnpj,
        origin="paper_atpv",
        atpv_number=vehicle["numero_crv"],
        atpv_security_code=vehicle["codigo_seguranca_crv"],
    )
    order = submit(house, words, kind="sale_communication", links=Links(scan=scan), has_scan=True)
    deliver(order)
    assert fresh(order).state == "registered", fresh(order).agency_words
    (effect,) = sandbox.ledger(chassis=order.chassis)
    assert (effect["operacao"], effect["referencia"]) == ("incluir_comunicado", order.number)


def test_an_order_withdrawn_from_the_queue_is_never_sent(order: Order, sandbox: SandboxProcess) -> None:
    with acting_in(order.establishment):
        settle.withdraw_order(order_id=order.pk, actor=ANA)
    deliver(order)
    assert fresh(order).state == "cancelled"
    assert sandbox.visits(chassis=order.chassis) == []


@pytest.mark.req("AT-04")
def test_a_person_ends_an_order_nobody_can_confirm_and_the_vehicle_is_free_again(
    order: Order, vehicle: dict[str, Any], settings: Any, sandbox: SandboxProcess
) -> None:
    right = settings.DETRAN_CREDENTIALS
    settings.DETRAN_CREDENTIALS = {**right, "mg": "errada"}
    deliver(order)
    settings.DETRAN_CREDENTIALS = right
    house = order.establishment
    with acting_in(house):
        with pytest.raises(OrderNotSubmittable):
            settle.close_order(order_id=order.pk, finding="", actor=ANA)
        settle.close_order(order_id=order.pk, finding="nothing_there", actor=ANA)
        with pytest.raises(NotNow):
            settle.ask_again(order_id=order.pk, actor=ANA)
    assert (fresh(order).state, verbs(order)[-1]) == ("cancelled", "closed")
    again = submit(house, typed(vehicle, seller=house.cnpj))
    deliver(again)
    assert fresh(again).state == "registered"
    assert len(sandbox.ledger(chassis=order.chassis)) == 1


def test_two_workers_with_the_same_message_make_one_visit(committed_cast: Cast, sandbox: SandboxProcess) -> None:
    house = committed_cast.house
    order = submit(house, typed(vehicle_of(sandbox, house), seller=house.cnpj))
    pk = message_of(order).pk
    visits = in_threads(*[lambda: outbox.deliver(pk)] * 4)
    assert sum(visit is not None for visit in visits) == 1
    assert len(sandbox.ledger(chassis=order.chassis)) == 1
