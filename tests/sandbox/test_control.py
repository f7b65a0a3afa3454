"""The door and the control address."""

import datetime as dt

import httpx
import pytest

from tests.sandbox import specimens
from tests.sandbox.selling import being_cancelled

CONTROL = [
    ("POST", "/falhas"),
    ("GET", "/falhas"),
    ("DELETE", "/falhas"),
    ("DELETE", "/falhas/1"),
    ("GET", "/razao"),
    ("GET", "/visitas"),
    ("POST", "/veiculos"),
    ("POST", "/cancelamentos"),
    ("POST", "/pagamentos"),
    ("POST", "/relogio"),
    ("GET", "/relogio"),
    ("POST", "/tempos"),
]
DETRAN = [
    ("POST", "/intencoes-venda"),
    ("GET", "/intencoes-venda"),
    ("GET", "/intencoes-venda/IVMG2026000000001"),
    ("GET", "/intencoes-venda/IVMG2026000000001/atpve"),
    ("POST", "/comunicados-venda"),
    ("GET", "/comunicados-venda"),
    ("GET", "/comunicados-venda/CVMG2026000000001"),
    ("GET", "/veiculos"),
    ("POST", "/intencoes-venda/IVMG2026000000001/cancelamentos"),
    ("GET", "/cancelamentos-intencao"),
    ("GET", "/cancelamentos-intencao/CIMG2026000000001"),
    ("POST", "/comunicados-venda/CVMG2026000000001/cancelamentos"),
    ("GET", "/cancelamentos-comunicado"),
    ("GET", "/cancelamentos-comunicado/CCMG2026000000001"),
    ("POST", "/cancelamentos-comunicado/CCMG2026000000001/guia"),
    ("GET", "/cancelamentos-comunicado/CCMG2026000000001/guias"),
    ("GET", "/cancelamentos-comunicado/CCMG2026000000001/guias/3126000000018"),
    ("GET", "/guias/3126000000018/pdf"),
]


@pytest.mark.parametrize(("method", "path"), DETRAN)
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer sandbox-sp", "sandbox-mg", "Bearer sandbox-mgé"])
def test_without_the_states_credential_nothing_is_answered(sandbox, method, path, header):
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    answer = httpx.request(method, sandbox.detran_url("mg") + path, headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {"codigo": "AUT-001", "mensagem": "Credencial inválida."}


@pytest.mark.parametrize(("method", "path"), CONTROL)
@pytest.mark.parametrize("key", [None, "outra"])
def test_without_the_key_nothing_is_controlled(sandbox, method, path, key):
    headers = {} if key is None else {"X-Controle": key}
    answer = httpx.request(method, f"{sandbox.base_url}/_controle{path}", headers=headers)
    assert (answer.status_code, answer.json()["codigo"]) == (401, "CTL-401")


def test_anybody_may_ask_for_health(sandbox):
    assert httpx.get(f"{sandbox.base_url}/_controle/saude").json() == {"ok": True}


@pytest.mark.parametrize(
    "path", ["/", "/detran/mg/v1", "/detran/mg/v1/nada", "/detran/MG/v1/veiculos", "/detran/rj/v1/veiculos"]
)
def test_an_unknown_address_is_not_found(sandbox, path):
    answer = httpx.get(sandbox.base_url + path, headers={"Authorization": "Bearer sandbox-mg"})
    assert (answer.status_code, answer.json()["codigo"]) == (404, "GER-404")


def test_an_unknown_method_is_not_allowed(sandbox, mg):
    answer = mg.delete("/veiculos")
    assert (answer.status_code, answer.json()["codigo"]) == (405, "GER-405")


@pytest.mark.parametrize("path", ["/veiculos", "/nada", "/intencoes-venda"])
def test_the_request_id_is_echoed(sandbox, path):
    answer = httpx.get(sandbox.detran_url("mg") + path, headers={"X-Request-Id": "r-1"})
    assert answer.headers["x-request-id"] == "r-1"
    assert "x-request-id" not in httpx.get(sandbox.detran_url("mg") + path).headers


def test_visits_show_every_request_and_how_it_ended(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    asked = specimens.intention(vehicle, referencia="AT-99")
    with sandbox.client("mg", credential="errada") as stranger:
        stranger.post("/intencoes-venda", json=asked)
    mg.post("/intencoes-venda", json={**asked, "estranho": 1})
    protocol = mg.post("/intencoes-venda", json=asked, headers={"X-Request-Id": "r-7"}).json()["protocolo"]
    mg.post("/intencoes-venda", json=asked)
    mg.get(f"/intencoes-venda/{protocol}")
    seen = sandbox.visits(chassis=vehicle["chassi"])
    assert [(visit["operacao"], visit["status"], visit["referencia"]) for visit in seen] == [
        ("incluir_intencao", 401, "AT-99"),
        ("incluir_intencao", 422, "AT-99"),
        ("incluir_intencao", 201, "AT-99"),
        ("incluir_intencao", 409, "AT-99"),
        ("consultar_intencao", 200, None),
    ]
    assert seen[2]["request_id"] == "r-7"
    assert seen[2]["uf"] == "mg"
    assert sandbox.visits(reference="AT-99", operation="consultar_intencao") == []


def test_the_ledger_is_filtered_and_in_order(sandbox, mg, sp):
    one, other = sandbox.put_vehicle(), sandbox.put_vehicle(uf="sp")
    for client, vehicle in ((mg, one), (sp, other)):
        asked = specimens.intention(vehicle, referencia=vehicle["placa"])
        number = client.post("/intencoes-venda", json=asked).json()["numero_atpve"]
        client.post("/comunicados-venda", json=specimens.communication(vehicle, asked, number))
    rows = sandbox.ledger(uf="sp", chassis=other["chassi"])
    assert [(row["uf"], row["operacao"]) for row in rows] == [
        ("sp", "incluir_intencao"),
        ("sp", "incluir_comunicado"),
    ]
    assert rows[0]["seq"] < rows[1]["seq"]
    assert set(rows[0]) == {"seq", "uf", "operacao", "protocolo", "referencia", "chassi", "valor", "em"}
    assert [row["chassi"] for row in sandbox.ledger(reference=one["placa"])] == [one["chassi"]]
    assert sandbox.ledger(uf="mg", chassis=other["chassi"]) == []


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"tipo": "meteoro"}, "tipo", "OPCAO"),
        ({"tipo": ...}, "tipo", "OBRIGATORIO"),
        ({"uf": "rj"}, "uf", "OPCAO"),
        ({"operacao": "tudo"}, "operacao", "OPCAO"),
        ({"vezes": 0}, "vezes", "VALOR"),
        ({"probabilidade": 1.5}, "probabilidade", "VALOR"),
        ({"segundos": -1}, "segundos", "VALOR"),
        ({"quando": "já"}, "quando", "DESCONHECIDO"),
    ],
)
def test_an_unusable_fault_is_refused(sandbox, changes, field, code):
    order = specimens.changed({"tipo": "lixo"}, **changes)
    answer = sandbox.try_control("POST", "/falhas", json=order)
    assert answer.status_code == 422
    assert [(error["campo"], error["codigo"]) for error in answer.json()["erros"]] == [(field, code)]
    assert sandbox.faults() == []


def test_a_fault_that_is_not_there_cannot_be_removed(sandbox):
    assert sandbox.try_control("DELETE", "/falhas/999999").json()["codigo"] == "CTL-404"


def test_a_vehicle_is_replaced_by_its_chassis(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    sandbox.put_vehicle(**{**vehicle, "cor": "AZUL", "documento_proprietario": (owner := specimens.a_cpf())})
    names = {"placa": vehicle["placa"], "renavam": vehicle["renavam"]}
    assert mg.get("/veiculos", params=names).json()["cor"] == "AZUL"
    asked = specimens.intention({**vehicle, "documento_proprietario": owner})
    assert mg.post("/intencoes-venda", json=asked).status_code == 201


def test_two_chassis_cannot_share_a_plate_or_a_renavam(sandbox):
    vehicle = sandbox.put_vehicle()
    for name in ("placa", "renavam"):
        twin = specimens.vehicle(**{name: vehicle[name]})
        answer = sandbox.try_control("POST", "/veiculos", json=twin)
        assert (answer.status_code, answer.json()["codigo"]) == (409, "CTL-409")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"uf": "rj"}, "uf"),
        ({"chassi": "curto"}, "chassi"),
        ({"documento_proprietario": "11111111111"}, "documento_proprietario"),
        ({"restricoes": ["MULTA"]}, "restricoes.0"),
        ({"tipo_crv": "ROSA"}, "tipo_crv"),
    ],
)
def test_an_impossible_vehicle_is_refused(sandbox, changes, field):
    answer = sandbox.try_control("POST", "/veiculos", json=specimens.vehicle(**changes))
    assert answer.status_code == 422
    assert [error["campo"] for error in answer.json()["erros"]] == [field]


def test_only_a_registered_intention_is_cancelled_at_the_counter(sandbox, mg):
    protocol = mg.post("/intencoes-venda", json=specimens.intention(sandbox.put_vehicle())).json()["protocolo"]
    order = {"uf": "mg", "protocolo": protocol}
    assert sandbox.try_control("POST", "/cancelamentos", json=order).status_code == 200
    assert sandbox.try_control("POST", "/cancelamentos", json=order).json()["codigo"] == "IV-012"
    unknown = {"uf": "sp", "protocolo": protocol}
    assert sandbox.try_control("POST", "/cancelamentos", json=unknown).json()["codigo"] == "IV-404"


@pytest.mark.parametrize(
    ("path", "order", "field", "code"),
    [
        ("/pagamentos", {}, "guia", "OBRIGATORIO"),
        ("/pagamentos", {"guia": "1", "valor": "0.00"}, "valor", "VALOR"),
        ("/pagamentos", {"guia": "1", "valor": 187.42}, "valor", "TIPO"),
        ("/pagamentos", {"guia": "1", "em": "2026-11-20"}, "em", "FORMATO"),
        ("/pagamentos", {"guia": "1", "em": "2026-11-20T10:00:00.000Z"}, "em", "FORMATO"),
        ("/pagamentos", {"guia": "1", "meio": "CHEQUE"}, "meio", "OPCAO"),
        ("/relogio", {"uf": "rj", "avancar_segundos": 1}, "uf", "OPCAO"),
        ("/relogio", {"uf": "mg", "avancar_segundos": -1}, "avancar_segundos", "VALOR"),
        ("/relogio", {"uf": "mg", "avancar_segundos": 1e12}, "avancar_segundos", "VALOR"),
        ("/tempos", {"uf": "rj", "compensacao": 1, "processamento": 1}, "uf", "OPCAO"),
        ("/tempos", {"uf": "mg", "compensacao": -1, "processamento": None}, "compensacao", "VALOR"),
        ("/tempos", {"uf": "mg", "compensacao": 1}, "processamento", "OBRIGATORIO"),
    ],
)
def test_an_unusable_order_is_refused(sandbox, path, order, field, code):
    answer = sandbox.try_control("POST", path, json=order)
    assert answer.status_code == 422
    assert [(error["campo"], error["codigo"]) for error in answer.json()["erros"]] == [(field, code)]


def test_a_slip_nobody_issued_cannot_be_paid(sandbox):
    answer = sandbox.try_control("POST", "/pagamentos", json={"guia": "0000000000000"})
    assert (answer.status_code, answer.json()["codigo"]) == (404, "CTL-404")


def test_a_payment_lies_between_the_slips_issue_and_now(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    slip = case.slip()
    second = dt.timedelta(seconds=1)
    for when in (dt.datetime.fromisoformat(slip["emitida_em"]) - second, sandbox.clock() + 60 * second):
        order = {"guia": slip["numero"], "em": when.isoformat(timespec="milliseconds")}
        answer = sandbox.try_control("POST", "/pagamentos", json=order)
        assert [(error["campo"], error["codigo"]) for error in answer.json()["erros"]] == [("em", "VALOR")]
    assert case.slips()[0]["pagamentos"] == []


def test_each_states_clock_goes_forward_by_itself(sandbox):
    mg, sp = sandbox.clock(uf="mg"), sandbox.clock(uf="sp")
    assert dt.timedelta(0) <= sandbox.clock(3600, uf="mg") - mg - dt.timedelta(hours=1) < dt.timedelta(minutes=1)
    assert sandbox.clock(uf="sp") - sp < dt.timedelta(minutes=1)
    told = sandbox.control("GET", "/relogio", params={"uf": "mg"}).json()
    assert told["adiantado_segundos"] >= 3600
    assert dt.datetime.fromisoformat(told["agora"]) >= mg + dt.timedelta(hours=1)


def test_the_states_clock_leaves_registrations_alone(sandbox, mg):
    sandbox.clock(86_400)
    told = mg.post("/intencoes-venda", json=specimens.intention(sandbox.put_vehicle())).json()
    assert dt.datetime.fromisoformat(told["registrada_em"]) - dt.datetime.now(dt.UTC) < dt.timedelta(minutes=1)
    tomorrow = (specimens.today() + dt.timedelta(days=1)).isoformat()
    asked = specimens.intention(sandbox.put_vehicle(), venda__data=tomorrow)
    assert mg.post("/intencoes-venda", json=asked).json()["erros"][0]["codigo"] == "DATA_FUTURA"
