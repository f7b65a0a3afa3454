"""Including and finding sale communications."""

import datetime as dt
import re

import pytest

from tests.sandbox import specimens

PERSON = specimens.a_cpf()
TODAY = specimens.today()
MESSAGES = {
    "CV-001": "Veículo não encontrado na base deste DETRAN.",
    "CV-002": "Placa, Renavam e chassi não pertencem ao mesmo veículo.",
    "CV-003": "Vendedor não é o proprietário do veículo.",
    "CV-004": "ATPV-e inexistente ou de outro veículo.",
    "CV-005": "ATPV-e cancelada ou já utilizada.",
    "CV-006": "Dados divergem da ATPV-e.",
    "CV-007": "Número ou código de segurança do ATPV não confere.",
    "CV-008": "Veículo já possui comunicado de venda.",
    "CV-009": "Comprador e vendedor são a mesma pessoa.",
    "CV-010": "Data da venda anterior à emissão da ATPV-e.",
    "CV-011": "Veículo com restrição judicial.",
    "CV-012": "Veículo com registro de furto ou roubo.",
    "CV-013": "Este DETRAN não recebe ATPV em papel.",
}
REFUSED_ATPVE = [  # code, what the communication says otherwise than the intention
    ("CV-002", {"veiculo__placa": specimens.a_plate()}),
    ("CV-003", {"vendedor__documento": specimens.a_cnpj()}),
    ("CV-004", {"atpve__numero_atpve": "319900000000000"}),
    ("CV-006", {"comprador__documento": specimens.a_cpf()}),
    ("CV-006", {"venda__valor": "96900.01"}),
    ("CV-006", {"venda__data": TODAY.isoformat()}),
    ("CV-010", {"venda__data": (TODAY - dt.timedelta(days=4)).isoformat()}),
]
REFUSED_PAPER = [  # code, the vehicle's peculiarities, the message's
    ("CV-007", {}, {"atpv__numero": "000000000001"}),
    ("CV-007", {}, {"atpv__codigo_seguranca": "00000000001"}),
    ("CV-007", {"tipo_crv": "DIGITAL"}, {}),
    ("CV-009", {"documento_proprietario": PERSON}, {"comprador__documento": PERSON}),
    ("CV-011", {"restricoes": ["JUDICIAL"]}, {}),
    ("CV-012", {"restricoes": ["FURTO"]}, {}),
]


def intended(sandbox, client, **changes):
    vehicle = sandbox.put_vehicle(uf=client.base_url.path.split("/")[2])
    asked = specimens.intention(vehicle, **changes)
    return vehicle, asked, client.post("/intencoes-venda", json=asked).json()


def refusal(answer):
    assert answer.status_code == 409
    assert answer.json()["mensagem"] == MESSAGES[answer.json()["codigo"]]
    return answer.json()["codigo"]


@pytest.mark.parametrize("state", ["mg", "sp"])
def test_a_sale_is_communicated_from_its_atpve(sandbox, request, state):
    client = request.getfixturevalue(state)
    vehicle, asked, told = intended(sandbox, client)
    answer = client.post("/comunicados-venda", json=specimens.communication(vehicle, asked, told["numero_atpve"]))
    assert answer.status_code == 201
    assert answer.json()["mensagem"] == "Comunicado de venda registrado."
    assert answer.json()["situacao"] == "REGISTRADO"
    assert re.fullmatch(rf"CV{state.upper()}{TODAY.year}\d{{9}}", answer.json()["protocolo"])
    assert answer.json()["registrado_em"].endswith("-03:00")
    assert client.get(f"/intencoes-venda/{told['protocolo']}").json()["situacao"] == "COMUNICADA"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (specimens.PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0 made up", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n made up", "image/png"),
    ],
)
def test_a_sale_is_communicated_from_paper(sandbox, mg, content, kind):
    vehicle = sandbox.put_vehicle(tipo_crv="VERDE")
    wish = specimens.paper_communication(vehicle, atpv__digitalizacao=specimens.scan(content, kind))
    assert mg.post("/comunicados-venda", json=wish).status_code == 201
    [item] = mg.get("/comunicados-venda", params={"chassi": vehicle["chassi"]}).json()["itens"]
    assert (item["origem"], item["numero_atpve"], item["numero_atpv"]) == (
        "ATPV_PAPEL",
        None,
        vehicle["numero_crv"],
    )


@pytest.mark.parametrize(("code", "changes"), REFUSED_ATPVE)
def test_a_communication_that_disagrees_with_its_atpve_is_refused(sandbox, mg, code, changes):
    sold = (TODAY - dt.timedelta(days=3)).isoformat()
    vehicle, asked, told = intended(sandbox, mg, venda__data=sold)
    wish = specimens.communication(vehicle, asked, told["numero_atpve"], **changes)
    assert refusal(mg.post("/comunicados-venda", json=wish)) == code
    assert [row["operacao"] for row in sandbox.ledger(chassis=vehicle["chassi"])] == ["incluir_intencao"]


@pytest.mark.parametrize(("code", "peculiar", "changes"), REFUSED_PAPER)
def test_a_communication_from_paper_is_refused(sandbox, mg, code, peculiar, changes):
    vehicle = sandbox.put_vehicle(**{"tipo_crv": "AZUL", **peculiar})
    wish = specimens.paper_communication(vehicle, **changes)
    assert refusal(mg.post("/comunicados-venda", json=wish)) == code
    assert sandbox.ledger(chassis=vehicle["chassi"]) == []


def test_an_unknown_vehicle_is_refused(mg):
    wish = specimens.paper_communication(specimens.vehicle(tipo_crv="AZUL"))
    assert refusal(mg.post("/comunicados-venda", json=wish)) == "CV-001"


def test_another_vehicles_atpve_is_refused(sandbox, mg):
    vehicle, asked, _ = intended(sandbox, mg)
    _, _, other = intended(sandbox, mg)
    wish = specimens.communication(vehicle, asked, other["numero_atpve"])
    assert refusal(mg.post("/comunicados-venda", json=wish)) == "CV-004"


def test_an_atpve_is_used_once(sandbox, mg):
    vehicle, asked, told = intended(sandbox, mg)
    wish = specimens.communication(vehicle, asked, told["numero_atpve"])
    assert mg.post("/comunicados-venda", json=wish).status_code == 201
    assert refusal(mg.post("/comunicados-venda", json=wish)) == "CV-005"


def test_a_cancelled_atpve_is_refused(sandbox, mg):
    vehicle, asked, told = intended(sandbox, mg)
    sandbox.cancel(told["protocolo"])
    wish = specimens.communication(vehicle, asked, told["numero_atpve"])
    assert refusal(mg.post("/comunicados-venda", json=wish)) == "CV-005"


def test_a_vehicle_takes_one_communication(sandbox, mg):
    vehicle = sandbox.put_vehicle(tipo_crv="BRANCO")
    assert mg.post("/comunicados-venda", json=specimens.paper_communication(vehicle)).status_code == 201
    again = mg.post("/comunicados-venda", json=specimens.paper_communication(vehicle))
    assert refusal(again) == "CV-008"


def test_sao_paulo_takes_no_paper(sandbox, sp):
    vehicle = sandbox.put_vehicle(uf="sp", tipo_crv="AZUL")
    wish = specimens.paper_communication(vehicle)
    assert refusal(sp.post("/comunicados-venda", json=wish)) == "CV-013"


def test_a_communication_is_found_by_chassis_reference_and_protocol(sandbox, mg):
    vehicle, asked, intention = intended(sandbox, mg)
    wish = specimens.communication(vehicle, asked, intention["numero_atpve"])
    told = mg.post("/comunicados-venda", json=wish).json()
    expected = {
        "protocolo": told["protocolo"],
        "referencia": wish["referencia"],
        "origem": "ATPVE",
        "numero_atpve": intention["numero_atpve"],
        "numero_atpv": None,
        "situacao": "REGISTRADO",
        "placa": vehicle["placa"],
        "renavam": vehicle["renavam"],
        "chassi": vehicle["chassi"],
        "documento_vendedor": vehicle["documento_proprietario"],
        "documento_comprador": asked["comprador"]["documento"],
        "data_venda": asked["venda"]["data"],
        "valor": "96900.00",
        "registrado_em": told["registrado_em"],
    }
    success = {"codigo": "000", "mensagem": "Consulta realizada."}
    by_chassis = mg.get("/comunicados-venda", params={"chassi": vehicle["chassi"]}).json()
    by_reference = mg.get("/comunicados-venda", params={"referencia": wish["referencia"]}).json()
    assert by_chassis == by_reference == {**success, "itens": [expected]}
    assert mg.get(f"/comunicados-venda/{told['protocolo']}").json() == {**success, **expected}
    with sandbox.client("mg", credential="sandbox-mg-concorrente") as rival:
        [seen] = rival.get("/comunicados-venda", params={"chassi": vehicle["chassi"]}).json()["itens"]
        assert seen == {**expected, "referencia": ""}


def test_an_unknown_protocol_is_not_found(mg):
    answer = mg.get("/comunicados-venda/CVMG2026999999999")
    assert (answer.status_code, answer.json()["codigo"]) == (404, "CV-404")
