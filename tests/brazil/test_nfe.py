"""What is read from a good NF-e, whatever its encoding and the habits of its author."""

import datetime as dt
import json
from typing import Any

import pytest

from brazil.documents import clean_cnpj
from brazil.nfe import NfeSale, NfeVehicle, Party, clean_nfe_key, format_nfe_key, read_nfe
from brazil.nfe.key import key_check_digit
from tests.brazil.nfe_signing import (
    FOLDER,
    NEW_CAR,
    NEW_DIRECT,
    SAMPLES,
    TWO_VEHICLES,
    USED_CAR,
    USED_MOTO,
    edited,
    sample,
)

USED_CAR_TEXT = (
    "PLACA: QNT9095 RENAVAM: 00324834098 CHASSI: 9BRABF0EEKZ683200 ANO/MODELO: 2018/2019 COR: PRETA "
    "COMBUSTIVEL: ALCOOL/GASOLINA KM: 71.204"
)


def _party(party: Party | None) -> dict[str, Any] | None:
    if party is None:
        return None
    assert party.address is not None
    return {
        "doc_type": party.kind,
        "doc": party.document,
        "name": party.name,
        "email": party.email,
        "phone": party.phone,
        "address": {
            "street": party.address.street,
            "number": party.address.number,
            "complement": party.address.complement,
            "district": party.address.district,
            "zip": party.address.cep,
            "ibge_city": party.address.municipality_code,
            "city": party.address.municipality,
            "uf": party.address.uf,
        },
    }


def _reais(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _vehicle(vehicle: NfeVehicle) -> dict[str, Any]:
    return {
        "item": vehicle.item,
        "plate": vehicle.plate,
        "renavam": vehicle.renavam,
        "chassis": vehicle.chassis,
        "zero_km": vehicle.zero_km,
        "price": _reais(vehicle.price_cents),
        "v_prod": _reais(vehicle.product_cents),
    }


def _as_expected(name: str, sale: NfeSale) -> dict[str, Any]:
    return {
        "file": name,
        "outcome": "extracted",
        "key": sale.key,
        "model": sale.key[20:22],
        "number": sale.number,
        "series": sale.series,
        "issued_at": sale.issued_at.isoformat(),
        "operation": sale.operation,
        "cfop": list(sale.cfops),
        "protocol_status": sale.protocol_status,
        "usable": sale.usable,
        "total": _reais(sale.total_cents),
        "seller": _party(sale.seller),
        "buyer": _party(sale.buyer),
        "delivery": _party(sale.delivery),
        "vehicles": [_vehicle(vehicle) for vehicle in sale.vehicles],
        "note": "",
    }


@pytest.mark.req("AT-04", "AT-05", "AT-10")
@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_read_as_expected(name: str) -> None:
    expected = json.loads((FOLDER / "expected" / name).with_suffix(".json").read_text(encoding="utf-8"))
    assert _as_expected(name, read_nfe(sample(name))) == expected


def _recoded(name: str, encoding: str, *, declared: str | None = None) -> bytes:
    text = sample(name).decode("utf-8")
    declaration = f'encoding="{declared}"' if declared else ""
    return text.replace('encoding="UTF-8"', declaration).encode(encoding)


@pytest.mark.req("AT-05")
@pytest.mark.parametrize(
    "data",
    [
        _recoded(USED_CAR, "latin-1", declared="ISO-8859-1"),
        _recoded(USED_CAR, "latin-1", declared="UTF-8"),
        _recoded(USED_CAR, "latin-1"),
        _recoded(USED_CAR, "utf-8", declared="ISO-8859-1"),
        _recoded(USED_CAR, "utf-8-sig", declared="UTF-8"),
        _recoded(USED_CAR, "utf-16", declared="UTF-16"),
        b"\xef\xbb\xbf\r\n " + sample(USED_CAR) + b"\r\n\r\n",
    ],
    ids=[
        "latin-1",
        "latin-1 that says utf-8",
        "latin-1 that says nothing",
        "utf-8 that says latin-1",
        "bom",
        "utf-16",
        "bom, blanks before and after",
    ],
)
def test_encodings_of_real_life_are_read(data: bytes) -> None:
    assert read_nfe(data) == read_nfe(sample(USED_CAR))


def test_prefixes_added_when_the_note_was_wrapped_do_not_break_its_signature() -> None:
    wrapped = edited(
        USED_CAR, ("<nfeProc ", '<nfeProc xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '), sign=False
    )
    assert read_nfe(wrapped) == read_nfe(sample(USED_CAR))


@pytest.mark.parametrize(
    "text",
    [
        "Placa QNT-9095 Renavam 324834098 Chassis 9BRABF0EEKZ683200",
        "veículo placa: qnt 9095, renavam: 0032483409-8, chassi nº 9BR ABF0EE KZ683200",
        "PLACA/UF: QNT9095/MG - RENAVAN: 00324834098 - CHASSI/VIN: 9BRABF0EEKZ683200",
        "PLACA DO VEÍCULO: QNT9095;RENAVAM Nº 00324834098;CHASSI.: 9BRABF0EEKZ683200;",
        "QNT9095? PLACA = QNT9095 / 9BRABF0EEKZ683200 / RENAVAM(324834098)",
    ],
)
def test_a_vehicle_is_found_in_many_spellings(text: str) -> None:
    (vehicle,) = read_nfe(edited(USED_CAR, (USED_CAR_TEXT, text))).vehicles
    assert (vehicle.plate, vehicle.renavam, vehicle.chassis, vehicle.doubts) == (
        "QNT9095",
        "00324834098",
        "9BRABF0EEKZ683200",
        (),
    )


def test_a_vehicle_may_be_told_only_in_the_closing_text() -> None:
    data = edited(
        USED_CAR,
        (f"<infAdProd>{USED_CAR_TEXT}</infAdProd>", ""),
        ("veiculo usado.</infCpl>", f"veiculo usado. {USED_CAR_TEXT}</infCpl>"),
    )
    (vehicle,) = read_nfe(data).vehicles
    assert (vehicle.plate, vehicle.odometer_km, vehicle.color) == ("QNT9095", 71204, "PRETA")


def test_a_closing_text_belongs_to_no_item_when_there_are_two_vehicles() -> None:
    data = edited(TWO_VEHICLES, ("veiculo usado.</infCpl>", "Na troca: placa QNT9095.</infCpl>"))
    vehicles = read_nfe(data).vehicles
    assert [(vehicle.plate, vehicle.doubts) for vehicle in vehicles] == [("RVC6B00", ()), ("RMY4D63", ())]


def test_a_new_car_does_not_take_the_plate_of_a_trade_in() -> None:
    data = edited(NEW_CAR, ("Veiculo destinado a revenda", "Recebido na troca: placa QNT9095"))
    assert read_nfe(data).vehicles[0].plate is None


@pytest.mark.parametrize("blank", [("<xNome>Concessionária Faz de Conta S.A.</xNome>", ""), ("99040084000154", "")])
def test_a_place_of_delivery_that_names_nobody_is_left_out(blank: tuple[str, str]) -> None:
    assert read_nfe(edited(NEW_DIRECT, blank)).delivery is None


def test_a_wrong_chassis_in_the_note_becomes_a_doubt_and_the_rest_is_kept() -> None:
    data = edited(USED_CAR, ("CHASSI: 9BRABF0EEKZ683200", "CHASSI: 9BRABFOEEKZ683200"))
    (vehicle,) = read_nfe(data).vehicles
    assert (vehicle.plate, vehicle.chassis) == ("QNT9095", None)
    assert vehicle.doubts == (
        "O chassi que está na nota (“9BRABFOEEKZ683200”) não serve. "
        "O chassi não usa as letras I, O e Q; troque por 1 e 0 se foi erro de leitura.",
    )


def test_two_plates_in_one_item_become_a_doubt() -> None:
    data = edited(USED_CAR, ("PLACA: QNT9095", "PLACA: QNT9095 PLACA: RVC6B00"))
    (vehicle,) = read_nfe(data).vehicles
    assert vehicle.plate == "QNT9095"
    assert vehicle.doubts == ("A placa aparece na nota com mais de um valor; confira se é QNT9095.",)


def test_the_price_of_one_item_among_others_counts_all_that_the_buyer_pays_for_it() -> None:
    accessory = (
        '<det nItem="2"><prod><cProd>T</cProd><xProd>TAPETE</xProd><NCM>57050000</NCM><CFOP>6401</CFOP>'
        "<vProd>100.00</vProd></prod></det><total>"
    )
    data = edited(
        NEW_CAR,
        ("<total>", accessory),
        (
            "<vUnTrib>118500.0000000000</vUnTrib>",
            "<vFrete>10.00</vFrete><vSeg>1.00</vSeg><vDesc>100.00</vDesc><vOutro>5.00</vOutro>",
        ),
        ("</ICMS10>", "<vFCPST>2.00</vFCPST></ICMS10>"),
        ("<vNF>129010.95</vNF>", "<vNF>129110.95</vNF>"),
    )
    (vehicle,) = read_nfe(data).vehicles
    assert (vehicle.price_cents, vehicle.product_cents) == (12901095 + 1000 + 100 - 10000 + 500 + 200, 11850000)


def test_a_new_car_without_its_own_fields_is_known_by_its_description() -> None:
    data = edited(
        USED_CAR,
        ("<indBemMovelUsado>1</indBemMovelUsado>", ""),
        ("VEICULO USADO TOYOTA", "AUTOMOVEL 0 KM TOYOTA"),
        (USED_CAR_TEXT, "CHASSI: 9BRABF0EEKZ683200"),
    )
    (vehicle,) = read_nfe(data).vehicles
    assert (vehicle.zero_km, vehicle.plate, vehicle.odometer_km) == (True, None, None)


@pytest.mark.filterwarnings("ignore:Failed to convert")
def test_a_code_newer_than_the_bindings_is_passed_over() -> None:
    data = edited(
        USED_MOTO,
        ("<CSOSN>102</CSOSN>", "<CSOSN>999</CSOSN><campoNovo>1</campoNovo>"),
    )
    assert read_nfe(data).vehicles[0].plate == "PUG7G12"


def test_an_issuer_may_have_letters_in_its_cnpj_and_so_in_the_key() -> None:
    old_key = read_nfe(sample(USED_CAR)).key
    base = old_key[:6] + clean_cnpj("R48TGMM5000113") + old_key[20:43]
    key = base + key_check_digit(base)
    sale = read_nfe(edited(USED_CAR, (old_key, key), ("99791605000105", "R48TGMM5000113")))
    assert (sale.key, sale.seller.document) == (key, "R48TGMM5000113")
    assert clean_nfe_key(format_nfe_key(key).lower()) == key


def test_the_tax_office_may_have_written_the_note_for_the_issuer() -> None:
    old_key = read_nfe(sample(USED_CAR)).key
    base = f"{old_key[:22]}890{old_key[25:43]}"
    data = edited(
        USED_CAR,
        (old_key, base + key_check_digit(base)),
        ("<serie>1</serie>", "<serie>890</serie>"),
        ("<CNPJ>99791605000105</CNPJ>", "<CNPJ>99063531000190</CNPJ>"),
    )
    assert read_nfe(data).seller.document == "99063531000190"


def test_a_foreign_buyer_is_told_by_the_document_written() -> None:
    data = edited(USED_CAR, ("<CPF>54124340966</CPF>", "<idEstrangeiro>AB123456</idEstrangeiro>"))
    buyer = read_nfe(data).buyer
    assert (buyer.kind, buyer.document) == ("ESTRANGEIRO", "AB123456")


def test_the_moment_of_issue_knows_its_offset() -> None:
    assert read_nfe(sample(USED_CAR)).issued_at.utcoffset() == dt.timedelta(hours=-3)
