"""The agency's own reading of CPF, CNPJ, Renavam, plate and chassis."""

import string

from hypothesis import given
from hypothesis import strategies as st
from stdnum.br import cnpj, cpf

from sandbox import identifiers
from tests.sandbox.test_vehicles import seeds


@given(st.text(string.digits, min_size=9, max_size=9))
def test_exactly_one_pair_of_check_digits_makes_a_cpf(base):
    right = [f"{base}{pair:02d}" for pair in range(100) if identifiers.is_person(f"{base}{pair:02d}")]
    expected = base + cpf._calc_check_digits(base)
    assert right == ([] if len(set(expected)) == 1 else [expected])


@given(st.text(string.digits + string.ascii_uppercase, min_size=12, max_size=12))
def test_exactly_one_pair_of_check_digits_makes_a_cnpj(base):
    right = [f"{base}{pair:02d}" for pair in range(100) if identifiers.is_person(f"{base}{pair:02d}")]
    expected = base + cnpj.calc_check_digits(base)
    assert right == ([] if len(set(expected)) == 1 else [expected])


@given(st.text(string.digits, min_size=10, max_size=10).filter(lambda text: text != "0" * 10))
def test_exactly_one_check_digit_makes_a_renavam(base):
    assert sum(identifiers.is_renavam(f"{base}{digit}") for digit in range(10)) == 1


@given(st.text(max_size=20))
def test_no_text_at_all_breaks_a_check_of_format(text):
    for holds in (identifiers.is_plate, identifiers.is_chassis, identifiers.has_person_format):
        assert holds(text) in (True, False)
    assert identifiers.is_digits(text, 11) == (len(text) == 11 and set(text) <= set(string.digits))


def test_every_seeded_vehicle_is_rightly_named():
    for row in seeds():
        assert identifiers.is_plate(row["placa"])
        assert identifiers.is_renavam(row["renavam"])
        assert identifiers.is_chassis(row["chassi"])
        assert identifiers.is_person(row["documento_proprietario"])
