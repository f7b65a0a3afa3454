"""Many at once: the agency registers one."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox import specimens
from tests.sandbox.selling import being_cancelled, communicated, intended

ROUNDS = 10
CALLERS = 8


def at_once(sandbox, path, bodies):
    barrier = threading.Barrier(len(bodies))

    def call(body):
        with sandbox.client() as client:
            barrier.wait()
            return client.post(path, json=body)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(call, bodies))


@pytest.mark.parametrize("_", range(ROUNDS))
def test_of_many_intentions_for_a_chassis_one_is_registered(sandbox, _):
    vehicle = sandbox.put_vehicle()
    bodies = [specimens.intention(vehicle, referencia=f"AT-{number}") for number in range(CALLERS)]
    answers = at_once(sandbox, "/intencoes-venda", bodies)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (CALLERS - 1)
    assert {answer.json()["codigo"] for answer in answers} == {"000", "IV-005"}
    assert len(sandbox.ledger(chassis=vehicle["chassi"])) == 1


@pytest.mark.parametrize("_", range(ROUNDS))
def test_of_many_communications_of_a_sale_one_is_registered(sandbox, mg, _):
    vehicle = sandbox.put_vehicle()
    asked = specimens.intention(vehicle)
    number = mg.post("/intencoes-venda", json=asked).json()["numero_atpve"]
    bodies = [specimens.communication(vehicle, asked, number) for _ in range(CALLERS)]
    answers = at_once(sandbox, "/comunicados-venda", bodies)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (CALLERS - 1)
    assert len(sandbox.ledger(chassis=vehicle["chassi"], operation="incluir_comunicado")) == 1


def test_numbers_are_given_once(sandbox):
    bodies = [specimens.intention(sandbox.put_vehicle()) for _ in range(24)]
    told = [answer.json() for answer in at_once(sandbox, "/intencoes-venda", bodies)]
    assert len({answer["protocolo"] for answer in told}) == 24
    assert len({answer["numero_atpve"] for answer in told}) == 24


def test_simultaneous_first_readers_get_the_same_paper(sandbox, mg):
    told = mg.post("/intencoes-venda", json=specimens.intention(sandbox.put_vehicle())).json()

    def read(_):
        with sandbox.client() as client:
            return client.get(f"/intencoes-venda/{told['protocolo']}/atpve").content

    with ThreadPoolExecutor(4) as pool:
        papers = set(pool.map(read, range(4)))
    assert len(papers) == 1
    assert papers.pop().startswith(b"%PDF-")


@pytest.mark.parametrize("_", range(ROUNDS))
def test_of_many_cancellations_of_an_intention_one_is_done(sandbox, mg, _):
    vehicle, asked, told = intended(sandbox, mg)
    bodies = [specimens.cancellation(asked) for _ in range(CALLERS)]
    answers = at_once(sandbox, f"/intencoes-venda/{told['protocolo']}/cancelamentos", bodies)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (CALLERS - 1)
    assert {answer.json()["codigo"] for answer in answers} == {"000", "CI-003"}
    assert len(sandbox.ledger(chassis=vehicle["chassi"], operation="cancelar_intencao")) == 1


@pytest.mark.parametrize("_", range(ROUNDS))
def test_of_many_requests_to_cancel_a_communication_one_is_taken(sandbox, mg, _):
    vehicle, wish, told = communicated(sandbox, mg)
    bodies = [specimens.cancellation(wish) for _ in range(CALLERS)]
    answers = at_once(sandbox, f"/comunicados-venda/{told['protocolo']}/cancelamentos", bodies)
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * (CALLERS - 1)
    assert {answer.json()["codigo"] for answer in answers} == {"000", "CC-004"}
    assert len(sandbox.ledger(chassis=vehicle["chassi"], operation="cancelar_comunicado")) == 1


@pytest.mark.parametrize("_", range(ROUNDS))
def test_of_many_slips_asked_for_one_is_issued(sandbox, mg, _):
    case = being_cancelled(sandbox, mg)
    answers = at_once(sandbox, case.path + "/guia", [{}] * CALLERS)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (CALLERS - 1)
    assert len({answer.json()["numero"] for answer in answers}) == 1
    assert len(sandbox.ledger(chassis=case.vehicle["chassi"], operation="emitir_guia")) == 1


@pytest.mark.parametrize("_", range(ROUNDS))
def test_of_many_who_pay_at_once_one_is_accepted_and_of_many_who_look_one_concludes(sandbox, mg, _):
    case = being_cancelled(sandbox, mg)
    sandbox.times(clearing=0.2, processing=0.2)
    slip = case.slip()
    with ThreadPoolExecutor(CALLERS) as pool:
        told = list(pool.map(lambda _: sandbox.pay(slip), range(CALLERS)))
    assert sorted(told) == ["ACEITO"] + ["EM_DUPLICIDADE"] * (CALLERS - 1)
    limit = time.monotonic() + 10
    with ThreadPoolExecutor(CALLERS) as pool:
        while "CANCELADO" not in [seen["situacao"] for seen in pool.map(lambda _: case.shown(), range(CALLERS))]:
            assert time.monotonic() < limit
    kinds = [row["operacao"] for row in sandbox.ledger(chassis=case.vehicle["chassi"])]
    assert (kinds.count("reconhecer_taxa"), kinds.count("concluir_cancelamento")) == (1, 1)


@pytest.mark.parametrize("wait", [0, 0.05, 0.1, 0.2])
def test_in_minas_an_atpve_is_either_read_or_cancelled(sandbox, mg, wait):
    _, asked, told = intended(sandbox, mg)
    path = f"/intencoes-venda/{told['protocolo']}"

    def read():
        with sandbox.client() as client:
            return client.get(path + "/atpve")

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        time.sleep(wait)
        cancelled = mg.post(path + "/cancelamentos", json=specimens.cancellation(asked))
    was_read = reading.result().status_code == 200
    assert (was_read, cancelled.status_code) in ((True, 409), (False, 201))
    assert (mg.get(path).json()["atpve_lido_em"] is not None) == was_read
