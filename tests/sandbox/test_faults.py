"""Bad days: what the caller sees, and what the agency did meanwhile."""

import json
import threading
import time

import httpx
import pytest

from tests.sandbox import specimens

OPERATIONS = [
    "incluir_intencao",
    "consultar_intencao",
    "obter_atpve",
    "incluir_comunicado",
    "consultar_comunicado",
    "consultar_veiculo",
]


def include(client, vehicle, **changes):
    return client.post("/intencoes-venda", json=specimens.intention(vehicle, **changes))


def last_visit(sandbox, vehicle):
    visit = sandbox.visits(chassis=vehicle["chassi"])[-1]
    return visit["operacao"], visit["status"], visit["falha"]


def assert_lost(act):
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        act()


def until(holds, *, seconds=10):
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_lost_before_drops_the_connection_without_effect(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    sandbox.fault("perdida_antes", times=1)
    assert_lost(lambda: include(mg, vehicle))
    assert last_visit(sandbox, vehicle) == ("incluir_intencao", None, "perdida_antes")
    assert sandbox.ledger(chassis=vehicle["chassi"]) == []
    assert include(mg, vehicle).status_code == 201


def test_lost_after_drops_the_connection_with_the_effect_done(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    sandbox.fault("perdida_depois", times=1)
    assert_lost(lambda: include(mg, vehicle, referencia="AT-7"))
    assert last_visit(sandbox, vehicle) == ("incluir_intencao", None, "perdida_depois")
    assert len(sandbox.ledger(chassis=vehicle["chassi"])) == 1
    [found] = mg.get("/intencoes-venda", params={"chassi": vehicle["chassi"]}).json()["itens"]
    assert (found["referencia"], found["situacao"]) == ("AT-7", "REGISTRADA")
    assert include(mg, vehicle).json()["codigo"] == "IV-005"


def test_a_late_commit_drops_the_connection_and_has_its_effect_afterwards(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    sandbox.fault("commit_tardio", times=1, seconds=0.6)
    assert_lost(lambda: include(mg, vehicle))
    assert mg.get("/intencoes-venda", params={"chassi": vehicle["chassi"]}).json()["itens"] == []
    until(lambda: sandbox.ledger(chassis=vehicle["chassi"]))
    assert len(sandbox.ledger(chassis=vehicle["chassi"])) == 1


def test_a_late_commit_is_judged_when_it_happens(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    sandbox.fault("commit_tardio", times=1, seconds=0.4)
    assert_lost(lambda: include(mg, vehicle, referencia="late"))
    assert include(mg, vehicle, referencia="soon").status_code == 201
    time.sleep(0.7)
    assert [row["referencia"] for row in sandbox.ledger(chassis=vehicle["chassi"])] == ["soon"]


def test_a_refusal_lost_after_has_no_effect(sandbox, mg):
    vehicle = sandbox.put_vehicle(restricoes=["JUDICIAL"])
    sandbox.fault("perdida_depois", times=1)
    assert_lost(lambda: include(mg, vehicle))
    assert sandbox.ledger(chassis=vehicle["chassi"]) == []


def test_garbage_is_a_200_that_cannot_be_read_after_the_effect(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    sandbox.fault("lixo", times=1)
    answer = include(mg, vehicle)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert len(sandbox.ledger(chassis=vehicle["chassi"])) == 1


def test_an_error_500_is_html_without_effect(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    sandbox.fault("erro_500", times=1)
    answer = include(mg, vehicle)
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")
    assert sandbox.ledger(chassis=vehicle["chassi"]) == []
    assert last_visit(sandbox, vehicle) == ("incluir_intencao", 500, "erro_500")


def test_too_many_says_when_to_come_back(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    sandbox.fault("limite_429", times=1, seconds=1.2)
    answer = include(mg, vehicle)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert answer.json()["codigo"] == "GER-429"
    assert sandbox.ledger(chassis=vehicle["chassi"]) == []


def test_an_outage_is_503_until_it_is_taken_away(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    number = sandbox.fault("fora_do_ar", uf="mg")
    for _ in range(3):
        answer = include(mg, vehicle)
        assert (answer.status_code, answer.json()["codigo"]) == (503, "GER-503")
    with sandbox.client("mg", credential="nobody's") as stranger:
        assert stranger.get("/veiculos").status_code == 503
    sandbox.remove_fault(number)
    assert include(mg, vehicle).status_code == 201


def test_a_late_answer_comes_after_an_effect_that_everybody_sees(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    sandbox.fault("latencia_depois", times=1, seconds=0.6)
    took = []

    def wait_for_it():
        started = time.monotonic()
        assert include(mg, vehicle).status_code == 201
        took.append(time.monotonic() - started)

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    until(lambda: sandbox.ledger(chassis=vehicle["chassi"]))
    assert took == []
    waiting.join(10)
    assert took[0] >= 0.6
    assert last_visit(sandbox, vehicle) == ("incluir_intencao", 201, "latencia_depois")


def test_latency_delays_the_answer_and_nobody_else(sandbox, mg):
    slow, quick = sandbox.put_vehicle(), sandbox.put_vehicle()
    sandbox.fault("latencia", seconds=0.8, chassis=slow["chassi"])
    took = []

    def wait_for_it():
        started = time.monotonic()
        assert include(mg, slow).status_code == 201
        took.append(time.monotonic() - started)

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    until(lambda: sandbox.visits(chassis=slow["chassi"]))
    started = time.monotonic()
    with sandbox.client("mg") as other:
        assert include(other, quick).status_code == 201
    assert time.monotonic() - started < 0.6
    waiting.join()
    assert took[0] >= 0.8
    assert last_visit(sandbox, slow) == ("incluir_intencao", 201, "latencia")


def test_who_gives_up_waiting_is_registered_all_the_same(sandbox):
    vehicle = sandbox.put_vehicle()
    sandbox.fault("latencia", seconds=0.5, chassis=vehicle["chassi"])
    with sandbox.client("mg", timeout=0.1) as impatient, pytest.raises(httpx.ReadTimeout):
        include(impatient, vehicle)
    until(lambda: sandbox.ledger(chassis=vehicle["chassi"]))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_fault_hits_only_its_operation(sandbox, mg, operation):
    vehicle = sandbox.put_vehicle()
    asked = specimens.intention(vehicle)
    sandbox.fault("fora_do_ar", operation=operation, chassis=vehicle["chassi"])
    plain = {"chassi": vehicle["chassi"]}
    names = {"placa": vehicle["placa"], "renavam": vehicle["renavam"]}
    visited = {"incluir_intencao": mg.post("/intencoes-venda", json=asked)}
    sandbox.clear_faults()
    told = visited["incluir_intencao"].json()
    if "protocolo" not in told:
        told = mg.post("/intencoes-venda", json=asked).json()
    sandbox.fault("fora_do_ar", operation=operation, chassis=vehicle["chassi"])
    wish = specimens.communication(vehicle, asked, told["numero_atpve"])
    visited |= {
        "consultar_intencao": mg.get("/intencoes-venda", params=plain),
        "obter_atpve": mg.get(f"/intencoes-venda/{told['protocolo']}/atpve"),
        "incluir_comunicado": mg.post("/comunicados-venda", json=wish),
        "consultar_comunicado": mg.get("/comunicados-venda", params=plain),
        "consultar_veiculo": mg.get("/veiculos", params=names),
    }
    assert [name for name, answer in visited.items() if answer.status_code == 503] == [operation]
    assert {visit["operacao"] for visit in sandbox.visits(chassis=vehicle["chassi"])} == set(OPERATIONS)


def test_a_fault_hits_only_its_state_and_its_chassis(sandbox, mg, sp):
    here, there, spared = sandbox.put_vehicle(), sandbox.put_vehicle(uf="sp"), sandbox.put_vehicle()
    sandbox.fault("erro_500", uf="mg", chassis=here["chassi"])
    sandbox.fault("erro_500", uf="mg", chassis=there["chassi"])
    assert include(mg, here).status_code == 500
    assert include(mg, spared).status_code == 201
    assert include(sp, there).status_code == 201


def test_a_fault_fires_as_often_as_told_and_is_counted(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    number = sandbox.fault("erro_500", times=2)
    assert [include(mg, vehicle).status_code for _ in range(4)] == [500, 500, 201, 409]
    [shown] = sandbox.faults()
    assert shown == {
        "id": number,
        "uf": "*",
        "operacao": "*",
        "tipo": "erro_500",
        "vezes": 2,
        "probabilidade": 1.0,
        "segundos": 0.0,
        "semente": None,
        "chassi": None,
        "disparos": 2,
    }


def test_the_same_seed_throws_the_same_dice(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    query = {"placa": vehicle["placa"], "renavam": vehicle["renavam"]}

    def thrown():
        sandbox.clear_faults()
        sandbox.fault("erro_500", probability=0.5, seed=42)
        return [mg.get("/veiculos", params=query).status_code for _ in range(30)]

    first = thrown()
    assert first == thrown()
    assert set(first) == {200, 500}


def test_the_oldest_of_two_faults_wins_and_latencies_add_up(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    sandbox.fault("erro_500", times=1)
    sandbox.fault("fora_do_ar", times=1)
    sandbox.fault("latencia", seconds=0.1, times=1)
    sandbox.fault("latencia", seconds=0.2, times=1)
    started = time.monotonic()
    assert include(mg, vehicle).status_code == 500
    assert time.monotonic() - started >= 0.3
    assert include(mg, vehicle).status_code == 503
    assert include(mg, vehicle).status_code == 201
