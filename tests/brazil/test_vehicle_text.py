"""What is picked out of the free text of an invoice."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brazil.nfe.vehicle_text import read_vehicle_text
from brazil.vehicles import clean_chassis, clean_plate, clean_renavam
from tests.brazil import strategies as some


@pytest.mark.parametrize(
    ("text", "made", "model"),
    [
        ("ANO/MODELO: 2020/2021", 2020, 2021),
        ("Fab/Mod: 2021/2022", 2021, 2022),
        ("ANO 2026/2027", 2026, 2027),
        ("Ano Fab./Mod.: 2019/20", 2019, 2020),
        ("ANO FAB 2018 ANO MOD 2019", 2018, 2019),
        ("ano de fabricação: 2018, ano do modelo: 2019", 2018, 2019),
        ("MODELO: 2019", None, 2019),
        ("nota de 2019", None, None),
    ],
)
def test_years_are_found(text: str, made: int | None, model: int | None) -> None:
    found = read_vehicle_text(text)
    assert (found.manufacture_year, found.model_year) == (made, model)


@pytest.mark.parametrize(
    ("text", "kilometres"),
    [
        ("KM: 58.310", 58310),
        ("placa ABC1D23 km 10000", 10000),
        ("ANO 2019 KM 30.000", 30000),
        ("KM 1.058.310", 1058310),
        ("Quilometragem: 7", 7),
        ("0 KM 2026", None),
        ("AUTOMOVEL 0KM 2026", None),
        ("KM não informada", None),
    ],
)
def test_the_odometer_is_found(text: str, kilometres: int | None) -> None:
    assert read_vehicle_text(text).odometer_km == kilometres


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("COR: PRETA", "PRETA"),
        ("cor branco", "BRANCA"),
        ("Cor predominante: grená", "GRENÁ"),
        ("COR: FURTA-COR", None),
        ("recorte", None),
    ],
)
def test_the_colour_is_written_as_the_registry_does(text: str, color: str | None) -> None:
    assert read_vehicle_text(text).color == color


@pytest.mark.parametrize(
    ("text", "zero"), [("AUTOMOVEL 0KM", True), ("zero km", True), ("10 KM", False), ("1.000 KM", False)]
)
def test_zero_kilometres_are_told_from_others(text: str, zero: bool) -> None:
    assert read_vehicle_text(text).zero_km is zero


def test_values_glued_to_the_next_label_are_found() -> None:
    found = read_vehicle_text("PLACA: QNT9095RENAVAM: 00324834098CHASSI: 9BRABF0EEKZ683200ANO/MODELO: 2018/2019")
    assert (found.plate, found.renavam, found.chassis, found.model_year) == (
        "QNT9095",
        "00324834098",
        "9BRABF0EEKZ683200",
        2019,
    )


def test_a_chassis_is_found_without_its_label_when_it_is_the_only_one() -> None:
    assert read_vehicle_text("HB20 9BHD29W5TMG101122 2021").chassis == "9BHD29W5TMG101122"
    assert read_vehicle_text("9BHD29W5TMG101122 ou 9BRABF0EEKZ683200").chassis is None


def test_the_first_text_is_trusted_more() -> None:
    found = read_vehicle_text("PLACA QNT9095", None, "PLACA RVC6B00")
    assert found.plate == "QNT9095"
    assert len(found.doubts) == 1


@pytest.mark.parametrize(
    "text", ["PLACA DE FIBRA 30X40", "placa mercosul", "chassi de caminhão em miniatura", "RENAVAM em trâmite"]
)
def test_labels_without_a_number_are_no_vehicle(text: str) -> None:
    found = read_vehicle_text(text)
    assert not found.names_a_vehicle
    assert found.doubts == ()


@given(some.plates(), some.renavams(), some.chassis())
def test_every_valid_number_is_found_behind_its_label(plate: str, renavam: str, chassis: str) -> None:
    found = read_vehicle_text(f"Placa: {plate} - Renavam: {renavam} - Chassi: {chassis} - Cor: AZUL")
    assert (found.plate, found.renavam, found.chassis) == (plate, renavam, chassis)


@given(st.text(), st.one_of(st.none(), st.text()))
def test_any_text_is_read_and_only_valid_numbers_come_out(first: str, second: str | None) -> None:
    found = read_vehicle_text(f"PLACA {first} CHASSI {first} RENAVAM {first}", second)
    assert found.plate is None or clean_plate(found.plate) == found.plate
    assert found.renavam is None or clean_renavam(found.renavam) == found.renavam
    assert found.chassis is None or clean_chassis(found.chassis) == found.chassis


@pytest.mark.parametrize("piece", ["CHASSI ", "A B ", "PLACA DO N ", "RENAVAM 1.1.1.1.1.1.1 ", "ANO ", "FAB./ ", "A1"])
def test_texts_made_to_be_slow_are_not(piece: str) -> None:
    started = time.monotonic()
    read_vehicle_text(piece * 100_000)
    assert time.monotonic() - started < 1
