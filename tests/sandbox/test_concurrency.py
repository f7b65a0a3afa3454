"""Many at once: the agency registers one."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox import specimens

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
