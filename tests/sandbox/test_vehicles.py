"""The vehicle query and the vehicles a new base is born with."""

import csv
from pathlib import Path

import pytest

from tests.sandbox import specimens

SEEDS = Path(__file__).parents[2] / "sandbox" / "data" / "vehicles.csv"


def seeds():
    with SEEDS.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter=";"))


def seeded(plate):
    return next(row for row in seeds() if row["placa"] == plate)


def test_a_vehicle_is_shown_without_its_owner(sandbox, mg):
    vehicle = sandbox.put_vehicle(restricoes=["GRAVAME", "JUDICIAL"])
    answer = mg.get("/veiculos", params={"placa": vehicle["placa"], "renavam": vehicle["renavam"]})
    assert answer.status_code == 200
    assert answer.json() == {
        "codigo": "000",
        "mensagem": "Consulta realizada.",
        "placa": vehicle["placa"],
        "renavam": vehicle["renavam"],
        "chassi": vehicle["chassi"],
        "marca_modelo": "FIAT/ARGO DRIVE 1.0",
        "ano_fabricacao": 2020,
        "ano_modelo": 2021,
        "cor": "CINZA",
        "combustivel": "ÁLCOOL/GASOLINA",
        "tipo": "AUTOMÓVEL",
        "uf": "MG",
        "municipio": "Betim",
        "tipo_crv": "DIGITAL",
        "restricoes": [
            {"codigo": "GRAVAME", "descricao": "Alienação fiduciária", "impeditiva": True},
            {"codigo": "JUDICIAL", "descricao": "Restrição judicial", "impeditiva": True},
        ],
        "intencao_ativa": False,
        "comunicado_ativo": False,
    }


def test_a_vehicle_shows_what_is_active_on_it(sandbox, mg):
    vehicle = sandbox.put_vehicle()
    names = {"placa": vehicle["placa"], "renavam": vehicle["renavam"]}
    asked = specimens.intention(vehicle)
    number = mg.post("/intencoes-venda", json=asked).json()["numero_atpve"]
    shown = mg.get("/veiculos", params=names).json()
    assert (shown["intencao_ativa"], shown["comunicado_ativo"]) == (True, False)
    mg.post("/comunicados-venda", json=specimens.communication(vehicle, asked, number))
    shown = mg.get("/veiculos", params=names).json()
    assert (shown["intencao_ativa"], shown["comunicado_ativo"]) == (False, True)


def test_plate_and_renavam_must_be_the_same_vehicles(sandbox, mg):
    one, other = sandbox.put_vehicle(), sandbox.put_vehicle()
    answer = mg.get("/veiculos", params={"placa": one["placa"], "renavam": other["renavam"]})
    assert (answer.status_code, answer.json()["codigo"]) == (404, "VEI-404")


@pytest.mark.parametrize("row", seeds(), ids=lambda row: row["placa"])
def test_every_seeded_vehicle_is_in_its_states_base(sandbox, row):
    for uf in ("mg", "sp"):
        with sandbox.client(uf) as client:
            answer = client.get("/veiculos", params={"placa": row["placa"], "renavam": row["renavam"]})
            assert answer.status_code == (200 if row["uf"] == uf else 404)


@pytest.mark.parametrize(
    ("plate", "owner"),
    [
        ("QNT9095", "99791605000105"),
        ("PXQ7321", "99791605000105"),
        ("PUG7G12", "99836143000103"),
        ("RML7I69", "99063531000190"),
        ("RVC6B00", "99791605000105"),
        ("RMY4D63", "99791605000105"),
    ],
)
def test_the_demonstrations_stock_belongs_to_its_dealerships(plate, owner):
    assert seeded(plate)["documento_proprietario"] == owner


@pytest.mark.parametrize(
    ("plate", "code"),
    [("OPB2J77", "IV-006"), ("RUS0H89", "IV-007"), ("QPR3E72", "IV-008"), ("PYF1496", "IV-011")],
)
def test_the_restricted_seeds_are_refused(mg, plate, code):
    answer = mg.post("/intencoes-venda", json=specimens.intention(seeded(plate)))
    assert (answer.status_code, answer.json()["codigo"]) == (409, code)
