"""Cancelling sale intentions, and what becomes of their ATPV-e."""

import re

import pytest

from tests.sandbox import specimens
from tests.sandbox.selling import communicated, effects, intended

MESSAGES = {
    "CI-001": "Intenção de venda não encontrada.",
    "CI-002": "Intenção de venda incluída por outra integradora.",
    "CI-003": "Intenção de venda já cancelada.",
    "CI-004": "Intenção de venda já comunicada.",
    "CI-005": "ATPV-e já lida: cancelamento não permitido.",
    "CI-006": "Requerente não é o vendedor.",
    "IV-014": "ATPV-e cancelada.",
}


def refusal(answer):
    assert answer.status_code == 409
    assert answer.json() == {"codigo": answer.json()["codigo"], "mensagem": MESSAGES[answer.json()["codigo"]]}
    return answer.json()["codigo"]


def cancel(client, told, wish):
    return client.post(f"/intencoes-venda/{told['protocolo']}/cancelamentos", json=wish)


@pytest.mark.req("AT-08")
@pytest.mark.parametrize("state", ["mg", "sp"])
def test_an_intention_is_cancelled_and_makes_room_for_another(sandbox, request, state):
    client = request.getfixturevalue(state)
    vehicle, asked, told = intended(sandbox, client)
    wish = specimens.cancellation(asked)
    answer = cancel(client, told, wish)
    assert answer.status_code == 201
    cancelled = answer.json()
    assert set(cancelled) == {"codigo", "mensagem", "protocolo", "situacao", "cancelada_em"}
    assert cancelled["codigo"] == "000"
    assert cancelled["mensagem"] == "Intenção de venda cancelada."
    assert cancelled["situacao"] == "CANCELADA"
    assert re.fullmatch(rf"CI{state.upper()}\d{{13}}", cancelled["protocolo"])
    assert cancelled["cancelada_em"].endswith("-03:00")
    assert client.get(f"/intencoes-venda/{told['protocolo']}").json()["situacao"] == "CANCELADA"
    assert client.post("/intencoes-venda", json=specimens.intention(vehicle)).status_code == 201
    row = sandbox.ledger(chassis=vehicle["chassi"], operation="cancelar_intencao")[0]
    assert (row["protocolo"], row["referencia"], row["valor"], row["em"]) == (
        cancelled["protocolo"],
        wish["referencia"],
        None,
        cancelled["cancelada_em"],
    )
    assert effects(sandbox, vehicle) == ["incluir_intencao", "cancelar_intencao", "incluir_intencao"]


@pytest.mark.req("AT-08")
@pytest.mark.parametrize("read_before", [False, True])
def test_the_atpve_of_a_cancelled_intention_is_void(sandbox, sp, read_before):
    vehicle, asked, told = intended(sandbox, sp)
    path = f"/intencoes-venda/{told['protocolo']}/atpve"
    if read_before:
        assert sp.get(path).status_code == 200
    assert cancel(sp, told, specimens.cancellation(asked)).status_code == 201
    assert refusal(sp.get(path)) == "IV-014"
    stamped = sp.get(f"/intencoes-venda/{told['protocolo']}").json()["atpve_lido_em"]
    assert (stamped is not None) == read_before
    wish = specimens.communication(vehicle, asked, told["numero_atpve"])
    assert sp.post("/comunicados-venda", json=wish).json()["codigo"] == "CV-005"


def test_the_atpve_of_an_intention_cancelled_at_the_counter_is_void_too(sandbox, mg):
    _, _, told = intended(sandbox, mg)
    sandbox.cancel(told["protocolo"])
    assert refusal(mg.get(f"/intencoes-venda/{told['protocolo']}/atpve")) == "IV-014"
    assert mg.get("/cancelamentos-intencao", params={"protocolo_intencao": told["protocolo"]}).json()["itens"] == []


@pytest.mark.parametrize("reason", ["DESISTENCIA", "ERRO_DE_CADASTRO", "VENDA_DESFEITA", "OUTRO"])
def test_every_reason_of_the_table_is_taken(sandbox, mg, reason):
    _, asked, told = intended(sandbox, mg)
    wish = specimens.cancellation(asked, motivo=reason, justificativa="Dez letras.")
    assert cancel(mg, told, wish).status_code == 201


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"\xff\xd8\xff\xe0 made up", "image/jpeg"), (b"\x89PNG\r\n\x1a\n made up", "image/png")],
)
def test_a_photograph_of_the_signed_request_is_taken(sandbox, mg, content, kind):
    _, asked, told = intended(sandbox, mg)
    wish = specimens.cancellation(asked, solicitacao_assinada=specimens.scan(content, kind))
    assert cancel(mg, told, wish).status_code == 201


def test_an_unknown_intention_is_refused(sandbox, mg, sp):
    _, asked, told = intended(sandbox, mg)
    unknown = {"protocolo": "IVMG2026999999999"}
    assert refusal(cancel(mg, unknown, specimens.cancellation(asked))) == "CI-001"
    assert refusal(cancel(sp, told, specimens.cancellation(asked))) == "CI-001"


def test_another_integrators_intention_is_refused(sandbox, mg):
    vehicle, asked, told = intended(sandbox, mg)
    with sandbox.client("mg", credential="sandbox-mg-concorrente") as rival:
        assert refusal(cancel(rival, told, specimens.cancellation(asked))) == "CI-002"
    assert effects(sandbox, vehicle) == ["incluir_intencao"]


def test_the_reference_is_no_idempotency_key(sandbox, mg):
    vehicle, asked, told = intended(sandbox, mg)
    wish = specimens.cancellation(asked)
    assert cancel(mg, told, wish).status_code == 201
    assert refusal(cancel(mg, told, wish)) == "CI-003"
    assert effects(sandbox, vehicle) == ["incluir_intencao", "cancelar_intencao"]


def test_a_communicated_intention_is_refused(sandbox, mg):
    vehicle, wish, _ = communicated(sandbox, mg)
    [item] = mg.get("/intencoes-venda", params={"chassi": vehicle["chassi"]}).json()["itens"]
    assert refusal(cancel(mg, item, specimens.cancellation(wish))) == "CI-004"


@pytest.mark.req("AT-04", "AT-08")
def test_minas_forbids_cancelling_after_reading_and_sao_paulo_does_not(sandbox, mg, sp):
    for client, forbidden in ((mg, True), (sp, False)):
        _, asked, told = intended(sandbox, client)
        client.get(f"/intencoes-venda/{told['protocolo']}/atpve")
        answer = cancel(client, told, specimens.cancellation(asked))
        assert refusal(answer) == "CI-005" if forbidden else answer.status_code == 201


def test_only_the_seller_may_ask(sandbox, mg):
    vehicle, asked, told = intended(sandbox, mg)
    for person in (asked["comprador"]["documento"], specimens.a_cpf()):
        wish = specimens.cancellation(asked, requerente__documento=person)
        assert refusal(cancel(mg, told, wish)) == "CI-006"
    assert effects(sandbox, vehicle) == ["incluir_intencao"]


@pytest.mark.req("AT-08")
def test_a_cancellation_is_found_by_intention_chassis_reference_and_protocol(sandbox, mg):
    vehicle, asked, told = intended(sandbox, mg)
    wish = specimens.cancellation(asked, motivo="OUTRO", justificativa="Comprador não obteve o financiamento.")
    done = cancel(mg, told, wish).json()
    expected = {
        "protocolo": done["protocolo"],
        "protocolo_intencao": told["protocolo"],
        "referencia": wish["referencia"],
        "situacao": "CANCELADA",
        "motivo": "OUTRO",
        "documento_requerente": vehicle["documento_proprietario"],
        "sha256_solicitacao": wish["solicitacao_assinada"]["sha256"],
        "placa": vehicle["placa"],
        "renavam": vehicle["renavam"],
        "chassi": vehicle["chassi"],
        "cancelada_em": done["cancelada_em"],
    }
    success = {"codigo": "000", "mensagem": "Consulta realizada."}
    filters = {
        "protocolo_intencao": told["protocolo"],
        "referencia": wish["referencia"],
        "chassi": vehicle["chassi"],
    }
    for name, value in filters.items():
        found = mg.get("/cancelamentos-intencao", params={name: value})
        assert found.json() == {**success, "itens": [expected]}
    assert mg.get("/cancelamentos-intencao", params=filters).json()["itens"] == [expected]
    apart = {**filters, "protocolo_intencao": "IVMG2026999999999"}
    assert mg.get("/cancelamentos-intencao", params=apart).json()["itens"] == []
    assert mg.get(f"/cancelamentos-intencao/{done['protocolo']}").json() == {**success, **expected}
    with sandbox.client("mg", credential="sandbox-mg-concorrente") as rival:
        [seen] = rival.get("/cancelamentos-intencao", params={"chassi": vehicle["chassi"]}).json()["itens"]
        assert seen == {**expected, "referencia": ""}
        own = rival.get("/cancelamentos-intencao", params={"referencia": wish["referencia"]})
        assert own.json()["itens"] == []


def test_an_unknown_cancellation_is_not_found(mg):
    answer = mg.get("/cancelamentos-intencao/CIMG2026999999999")
    assert (answer.status_code, answer.json()["codigo"]) == (404, "CI-404")
