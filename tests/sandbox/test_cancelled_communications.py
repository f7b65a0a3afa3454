"""Cancelling sale communications: asked for, paid for, processed, done or denied."""

import datetime as dt
import re

import pytest

from tests.sandbox import specimens
from tests.sandbox.selling import being_cancelled, communicated, effects, uf_of

MESSAGES = {
    "CC-001": "Comunicado de venda não encontrado.",
    "CC-002": "Comunicado de venda incluído por outra integradora.",
    "CC-003": "Comunicado de venda já cancelado.",
    "CC-004": "Comunicado de venda já tem cancelamento em andamento.",
    "CC-005": "Requerente não é o vendedor.",
    "CC-006": "Veículo já transferido.",
}
SPANS = {"mg": (60, 60), "sp": (30, 30)}


def refusal(answer):
    assert answer.status_code == 409
    assert answer.json() == {"codigo": answer.json()["codigo"], "mensagem": MESSAGES[answer.json()["codigo"]]}
    return answer.json()["codigo"]


def ask(client, protocol, wish):
    return client.post(f"/comunicados-venda/{protocol}/cancelamentos", json=wish)


def concluded(sandbox, client):
    case = being_cancelled(sandbox, client)
    sandbox.times(clearing=0, processing=0, uf=uf_of(client))
    assert sandbox.pay(case.slip()) == "ACEITO"
    return case


@pytest.mark.req("AT-11")
@pytest.mark.parametrize("state", ["mg", "sp"])
def test_a_cancellation_is_asked_for_and_waits_for_its_fee(sandbox, request, state):
    client = request.getfixturevalue(state)
    vehicle, wish, told = communicated(sandbox, client)
    asked = specimens.cancellation(wish)
    answer = ask(client, told["protocolo"], asked)
    assert answer.status_code == 202
    taken = answer.json()
    assert set(taken) == {"codigo", "mensagem", "protocolo", "situacao", "solicitado_em"}
    assert taken["mensagem"] == "Solicitação de cancelamento recebida."
    assert taken["situacao"] == "AGUARDANDO_TAXA"
    assert re.fullmatch(rf"CC{state.upper()}\d{{13}}", taken["protocolo"])
    assert client.get(f"/comunicados-venda/{told['protocolo']}").json()["situacao"] == "REGISTRADO"
    row = sandbox.ledger(chassis=vehicle["chassi"], operation="cancelar_comunicado")[0]
    assert (row["protocolo"], row["referencia"], row["valor"]) == (taken["protocolo"], asked["referencia"], None)


@pytest.mark.req("AT-12", "AT-13")
@pytest.mark.parametrize("state", ["mg", "sp"])
def test_the_whole_life_of_a_cancellation(sandbox, request, state):
    client = request.getfixturevalue(state)
    clearing, processing = SPANS[state]
    case = being_cancelled(sandbox, client)
    slip = case.slip()
    assert sandbox.pay(slip) == "ACEITO"
    assert (case.shown()["situacao"], case.slips()[0]["situacao"]) == ("AGUARDANDO_TAXA", "PAGA")
    paid = dt.datetime.fromisoformat(case.slips()[0]["pagamentos"][0]["em"])

    sandbox.clock(clearing, uf=state)
    shown = case.shown()
    assert (shown["situacao"], case.slips()[0]["situacao"]) == ("TAXA_RECONHECIDA", "COMPENSADA")
    recognised = paid + dt.timedelta(seconds=clearing)
    assert dt.datetime.fromisoformat(shown["taxa_reconhecida_em"]) == recognised
    assert (shown["em_processamento_em"], shown["concluido_em"]) == (None, None)

    sandbox.clock(processing / 2, uf=state)
    shown = case.shown()
    assert shown["situacao"] == "EM_PROCESSAMENTO"
    half = recognised + dt.timedelta(seconds=processing / 2)
    assert dt.datetime.fromisoformat(shown["em_processamento_em"]) == half
    assert shown["concluido_em"] is None
    assert client.get(f"/comunicados-venda/{case.communication}").json()["situacao"] == "REGISTRADO"

    sandbox.clock(processing / 2, uf=state)
    shown = case.shown()
    assert (shown["situacao"], shown["motivo_indeferimento"]) == ("CANCELADO", None)
    done = recognised + dt.timedelta(seconds=processing)
    assert dt.datetime.fromisoformat(shown["concluido_em"]) == done
    assert client.get(f"/comunicados-venda/{case.communication}").json()["situacao"] == "CANCELADO"

    rows = sandbox.ledger(chassis=case.vehicle["chassi"])[2:]
    reference = case.wish["referencia"]
    assert [(row["operacao"], row["protocolo"], row["referencia"], row["valor"]) for row in rows] == [
        ("cancelar_comunicado", case.protocol, reference, None),
        ("emitir_guia", slip["numero"], reference, slip["valor"]),
        ("reconhecer_taxa", case.protocol, reference, slip["valor"]),
        ("concluir_cancelamento", case.protocol, reference, None),
    ]
    assert [row["em"] for row in rows[2:]] == [shown["taxa_reconhecida_em"], shown["concluido_em"]]


@pytest.mark.req("AT-13")
@pytest.mark.parametrize("looker", ["case", "communication", "vehicle", "ledger", "intention"])
def test_whoever_looks_first_finds_it_done(sandbox, mg, looker):
    case = concluded(sandbox, mg)
    vehicle = case.vehicle
    names = {"placa": vehicle["placa"], "renavam": vehicle["renavam"]}
    match looker:
        case "case":
            assert case.shown()["situacao"] == "CANCELADO"
        case "communication":
            assert mg.get(f"/comunicados-venda/{case.communication}").json()["situacao"] == "CANCELADO"
        case "vehicle":
            assert mg.get("/veiculos", params=names).json()["comunicado_ativo"] is False
        case "ledger":
            assert effects(sandbox, vehicle)[-2:] == ["reconhecer_taxa", "concluir_cancelamento"]
        case _:
            assert mg.post("/intencoes-venda", json=specimens.intention(vehicle)).status_code == 201
    kinds = effects(sandbox, vehicle)
    assert (kinds.count("reconhecer_taxa"), kinds.count("concluir_cancelamento")) == (1, 1)


def test_a_vehicle_whose_communication_was_cancelled_is_sold_again(sandbox, mg):
    case = concluded(sandbox, mg)
    asked = specimens.intention(case.vehicle)
    told = mg.post("/intencoes-venda", json=asked).json()
    again = specimens.communication(case.vehicle, asked, told["numero_atpve"])
    assert mg.post("/comunicados-venda", json=again).status_code == 201
    items = mg.get("/comunicados-venda", params={"chassi": case.vehicle["chassi"]}).json()["itens"]
    assert [item["situacao"] for item in items] == ["CANCELADO", "REGISTRADO"]
    intentions = mg.get("/intencoes-venda", params={"chassi": case.vehicle["chassi"]}).json()["itens"]
    assert [item["situacao"] for item in intentions] == ["COMUNICADA", "COMUNICADA"]


def test_the_spans_in_force_at_payment_hold(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    sandbox.times(clearing=100, processing=1000)
    sandbox.pay(case.slip())
    sandbox.times(clearing=0, processing=0)
    assert case.shown()["situacao"] == "AGUARDANDO_TAXA"
    sandbox.clock(100)
    assert case.shown()["situacao"] == "TAXA_RECONHECIDA"
    sandbox.clock(999)
    assert case.shown()["situacao"] == "EM_PROCESSAMENTO"
    sandbox.clock(1)
    assert case.shown()["situacao"] == "CANCELADO"


@pytest.mark.req("AT-13")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"restricoes": ["JUDICIAL"]}, "Veículo com restrição judicial."),
        ({"documento_proprietario": specimens.a_cpf()}, "Veículo já transferido."),
    ],
)
def test_a_cancellation_may_be_denied_after_its_fee_was_recognised(sandbox, mg, changes, words):
    case = being_cancelled(sandbox, mg)
    sandbox.pay(case.slip())
    sandbox.put_vehicle(**{**case.vehicle, **changes})
    sandbox.clock(119)
    assert case.shown()["situacao"] == "EM_PROCESSAMENTO"
    sandbox.clock(1)
    shown = case.shown()
    assert (shown["situacao"], shown["motivo_indeferimento"]) == ("INDEFERIDO", words)
    assert shown["concluido_em"] is not None
    assert mg.get(f"/comunicados-venda/{case.communication}").json()["situacao"] == "REGISTRADO"
    assert effects(sandbox, case.vehicle)[-2:] == ["reconhecer_taxa", "indeferir_cancelamento"]
    assert mg.post(case.path + "/guia").json()["codigo"] == "GU-003"


def test_after_a_denial_it_may_be_asked_for_again(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    sandbox.times(clearing=0, processing=0)
    sandbox.put_vehicle(**{**case.vehicle, "restricoes": ["JUDICIAL"]})
    sandbox.pay(case.slip())
    assert case.shown()["situacao"] == "INDEFERIDO"
    sandbox.put_vehicle(**case.vehicle)
    again = ask(mg, case.communication, case.wish)
    assert again.status_code == 202
    query = {"protocolo_comunicado": case.communication}
    items = mg.get("/cancelamentos-comunicado", params=query).json()["itens"]
    assert [item["situacao"] for item in items] == ["INDEFERIDO", "AGUARDANDO_TAXA"]


def test_what_fell_due_is_judged_by_the_facts_until_then(sandbox, mg):
    case = concluded(sandbox, mg)
    sandbox.put_vehicle(**{**case.vehicle, "restricoes": ["JUDICIAL"]})
    assert case.shown()["situacao"] == "CANCELADO"


def test_an_unknown_communication_is_refused(sandbox, mg, sp):
    _, wish, told = communicated(sandbox, mg)
    asked = specimens.cancellation(wish)
    assert refusal(ask(mg, "CVMG2026999999999", asked)) == "CC-001"
    assert refusal(ask(sp, told["protocolo"], asked)) == "CC-001"


def test_another_integrators_communication_is_refused(sandbox, mg):
    _, wish, told = communicated(sandbox, mg)
    with sandbox.client("mg", credential="sandbox-mg-concorrente") as rival:
        assert refusal(ask(rival, told["protocolo"], specimens.cancellation(wish))) == "CC-002"


def test_a_cancelled_communication_is_refused(sandbox, mg):
    case = concluded(sandbox, mg)
    assert refusal(ask(mg, case.communication, case.wish)) == "CC-003"


def test_one_cancellation_runs_at_a_time(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    assert refusal(ask(mg, case.communication, case.wish)) == "CC-004"
    sandbox.pay(case.slip())
    assert refusal(ask(mg, case.communication, case.wish)) == "CC-004"
    assert effects(sandbox, case.vehicle).count("cancelar_comunicado") == 1


def test_only_the_seller_may_ask(sandbox, mg):
    _, wish, told = communicated(sandbox, mg)
    asked = specimens.cancellation(wish, requerente__documento=wish["comprador"]["documento"])
    assert refusal(ask(mg, told["protocolo"], asked)) == "CC-005"


def test_a_vehicle_that_was_transferred_stays_sold(sandbox, mg):
    vehicle, wish, told = communicated(sandbox, mg)
    sandbox.put_vehicle(**{**vehicle, "documento_proprietario": wish["comprador"]["documento"]})
    assert refusal(ask(mg, told["protocolo"], specimens.cancellation(wish))) == "CC-006"


@pytest.mark.req("AT-13")
def test_a_cancellation_is_found_by_communication_chassis_reference_and_protocol(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    vehicle = case.vehicle
    expected = {
        "protocolo": case.protocol,
        "protocolo_comunicado": case.communication,
        "referencia": case.wish["referencia"],
        "situacao": "AGUARDANDO_TAXA",
        "motivo": "DESISTENCIA",
        "motivo_indeferimento": None,
        "documento_requerente": vehicle["documento_proprietario"],
        "sha256_solicitacao": case.wish["solicitacao_assinada"]["sha256"],
        "placa": vehicle["placa"],
        "renavam": vehicle["renavam"],
        "chassi": vehicle["chassi"],
        "solicitado_em": case.shown()["solicitado_em"],
        "taxa_reconhecida_em": None,
        "em_processamento_em": None,
        "concluido_em": None,
    }
    success = {"codigo": "000", "mensagem": "Consulta realizada."}
    filters = {
        "protocolo_comunicado": case.communication,
        "referencia": case.wish["referencia"],
        "chassi": vehicle["chassi"],
    }
    for name, value in filters.items():
        found = mg.get("/cancelamentos-comunicado", params={name: value})
        assert found.json() == {**success, "itens": [expected]}
    assert mg.get("/cancelamentos-comunicado", params=filters).json()["itens"] == [expected]
    assert case.shown() == {**success, **expected}
    with sandbox.client("mg", credential="sandbox-mg-concorrente") as rival:
        [seen] = rival.get("/cancelamentos-comunicado", params={"chassi": vehicle["chassi"]}).json()["itens"]
        assert seen == {**expected, "referencia": ""}
        assert rival.get(case.path).json()["referencia"] == ""


def test_an_unknown_cancellation_is_not_found(mg):
    answer = mg.get("/cancelamentos-comunicado/CCMG2026999999999")
    assert (answer.status_code, answer.json()["codigo"]) == (404, "CC-404")
