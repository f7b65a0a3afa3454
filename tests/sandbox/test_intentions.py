"""Including, finding and reading sale intentions."""

import re

import pytest

from tests.sandbox import specimens

PERSON = specimens.a_cpf()
MESSAGES = {
    "IV-001": "Veículo não encontrado na base deste DETRAN.",
    "IV-002": "Placa, Renavam e chassi não pertencem ao mesmo veículo.",
    "IV-003": "Vendedor não é o proprietário do veículo.",
    "IV-004": "Número do CRV ou código de segurança não confere.",
    "IV-005": "Veículo já possui intenção de venda ativa.",
    "IV-006": "Veículo com restrição judicial.",
    "IV-007": "Veículo com registro de furto ou roubo.",
    "IV-008": "Veículo com alienação fiduciária ativa (gravame).",
    "IV-010": "Comprador e vendedor são a mesma pessoa.",
    "IV-011": "Veículo baixado.",
}
REFUSED = [  # code, the vehicle's peculiarities, the message's
    ("IV-002", {}, {"veiculo__placa": specimens.a_plate()}),
    ("IV-002", {}, {"veiculo__renavam": specimens.a_renavam()}),
    ("IV-002", {}, {"veiculo__chassi": specimens.a_chassis()}),
    ("IV-003", {}, {"vendedor__documento": specimens.a_cnpj()}),
    ("IV-004", {}, {"veiculo__numero_crv": "000000000001"}),
    ("IV-004", {}, {"veiculo__codigo_seguranca_crv": "00000000001"}),
    ("IV-006", {"restricoes": ["JUDICIAL"]}, {}),
    ("IV-007", {"restricoes": ["FURTO"]}, {}),
    ("IV-008", {"restricoes": ["GRAVAME"]}, {}),
    ("IV-010", {"documento_proprietario": PERSON}, {"comprador__documento": PERSON}),
    ("IV-011", {"restricoes": ["BAIXADO"]}, {}),
]


def test_an_intention_is_registered_with_protocol_and_atpve_number(sandbox, mg):
    asked = specimens.intention(vehicle := sandbox.put_vehicle())
    answer = mg.post("/intencoes-venda", json=asked)
    told = answer.json()
    assert answer.status_code == 201
    assert told["codigo"] == "000"
    assert told["mensagem"] == "Intenção de venda registrada."
    assert told["situacao"] == "REGISTRADA"
    assert re.fullmatch(rf"IVMG{specimens.today().year}\d{{9}}", told["protocolo"])
    assert re.fullmatch(r"\d{15}", told["numero_atpve"])
    assert told["registrada_em"].endswith("-03:00")
    assert [row["protocolo"] for row in sandbox.ledger(chassis=vehicle["chassi"])] == [told["protocolo"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"comprador__telefone": ...},
        {"comprador__telefone": None},
        {"comprador__endereco__complemento": ...},
        {"comprador__endereco__complemento": ""},
        {"venda__quilometragem": ...},
        {"venda__quilometragem": 0},
        {"comprador__documento": specimens.a_cnpj(alphanumeric=True)},
        {"venda__valor": "0.01"},
        {"venda__data": "2020-02-29"},
    ],
)
def test_what_is_optional_or_at_the_edge_is_accepted(sandbox, mg, changes):
    asked = specimens.intention(sandbox.put_vehicle(), **changes)
    assert mg.post("/intencoes-venda", json=asked).status_code == 201


@pytest.mark.parametrize(("code", "peculiar", "changes"), REFUSED)
def test_an_intention_is_refused_with_the_detrans_code_and_words(sandbox, mg, code, peculiar, changes):
    vehicle = sandbox.put_vehicle(**peculiar)
    answer = mg.post("/intencoes-venda", json=specimens.intention(vehicle, **changes))
    assert answer.status_code == 409
    assert answer.json() == {"codigo": code, "mensagem": MESSAGES[code]}
    assert sandbox.ledger(chassis=vehicle["chassi"]) == []


def test_an_unknown_vehicle_is_refused(mg):
    answer = mg.post("/intencoes-venda", json=specimens.intention(specimens.vehicle()))
    assert (answer.status_code, answer.json()["codigo"]) == (409, "IV-001")


def test_a_vehicle_of_another_states_base_is_unknown(sandbox, sp):
    answer = sp.post("/intencoes-venda", json=specimens.intention(sandbox.put_vehicle(uf="mg")))
    assert (answer.status_code, answer.json()["codigo"]) == (409, "IV-001")


def test_the_reference_is_no_idempotency_key(sandbox, mg):
    asked = specimens.intention(vehicle := sandbox.put_vehicle())
    assert mg.post("/intencoes-venda", json=asked).status_code == 201
    again = mg.post("/intencoes-venda", json=asked)
    assert again.json() == {"codigo": "IV-005", "mensagem": MESSAGES["IV-005"]}
    assert len(sandbox.ledger(chassis=vehicle["chassi"])) == 1


def test_a_communicated_vehicle_takes_no_intention(sandbox, mg):
    vehicle = sandbox.put_vehicle(tipo_crv="AZUL")
    assert mg.post("/comunicados-venda", json=specimens.paper_communication(vehicle)).status_code == 201
    answer = mg.post("/intencoes-venda", json=specimens.intention(vehicle))
    assert answer.json() == {"codigo": "IV-009", "mensagem": "Veículo já possui comunicado de venda."}


def test_an_intention_is_found_by_chassis_reference_and_protocol(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    asked = specimens.intention(vehicle)
    told = mg.post("/intencoes-venda", json=asked).json()
    expected = {
        "protocolo": told["protocolo"],
        "numero_atpve": told["numero_atpve"],
        "referencia": asked["referencia"],
        "situacao": "REGISTRADA",
        "placa": vehicle["placa"],
        "renavam": vehicle["renavam"],
        "chassi": vehicle["chassi"],
        "documento_vendedor": vehicle["documento_proprietario"],
        "documento_comprador": asked["comprador"]["documento"],
        "data_venda": asked["venda"]["data"],
        "valor": "96900.00",
        "registrada_em": told["registrada_em"],
        "atpve_lido_em": None,
    }
    success = {"codigo": "000", "mensagem": "Consulta realizada."}
    by_chassis = mg.get("/intencoes-venda", params={"chassi": vehicle["chassi"]})
    by_reference = mg.get("/intencoes-venda", params={"referencia": asked["referencia"]})
    by_protocol = mg.get(f"/intencoes-venda/{told['protocolo']}")
    assert by_chassis.json() == by_reference.json() == {**success, "itens": [expected]}
    assert by_protocol.json() == {**success, **expected}


def test_nothing_found_is_an_empty_list(mg):
    answer = mg.get("/intencoes-venda", params={"chassi": specimens.a_chassis()})
    assert (answer.status_code, answer.json()["itens"]) == (200, [])


def test_an_unknown_protocol_is_not_found(mg):
    for path in ("/intencoes-venda/IVMG2026999999999", "/intencoes-venda/IVMG2026999999999/atpve"):
        answer = mg.get(path)
        assert (answer.status_code, answer.json()["codigo"]) == (404, "IV-404")


def test_another_integrator_sees_the_intention_without_reference_and_without_paper(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    asked = specimens.intention(vehicle)
    protocol = mg.post("/intencoes-venda", json=asked).json()["protocolo"]
    with sandbox.client("mg", credential="sandbox-mg-concorrente") as rival:
        [seen] = rival.get("/intencoes-venda", params={"chassi": vehicle["chassi"]}).json()["itens"]
        assert (seen["protocolo"], seen["referencia"]) == (protocol, "")
        by_reference = rival.get("/intencoes-venda", params={"referencia": asked["referencia"]})
        assert by_reference.json()["itens"] == []
        assert rival.get(f"/intencoes-venda/{protocol}/atpve").status_code == 404


def test_a_cancelled_intention_makes_room_for_another(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    first = mg.post("/intencoes-venda", json=specimens.intention(vehicle)).json()["protocolo"]
    sandbox.cancel(first)
    assert mg.post("/intencoes-venda", json=specimens.intention(vehicle)).status_code == 201
    items = mg.get("/intencoes-venda", params={"chassi": vehicle["chassi"]}).json()["itens"]
    assert [item["situacao"] for item in items] == ["CANCELADA", "REGISTRADA"]
    assert [row["operacao"] for row in sandbox.ledger(chassis=vehicle["chassi"])] == [
        "incluir_intencao",
        "cancelar_intencao",
        "incluir_intencao",
    ]
