"""CEP, states and municipalities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brazil.errors import Invalid
from brazil.places import (
    STATES,
    clean_cep,
    clean_municipality,
    clean_uf,
    find_municipality,
    format_cep,
    municipalities,
    municipality,
    state_of,
    state_of_code,
)
from tests.brazil import strategies as some
from tests.brazil.refusals import is_helpful, refusal


def test_the_states_are_the_26_and_the_federal_district() -> None:
    assert len({state.uf for state in STATES}) == len({state.code for state in STATES}) == 27


@pytest.mark.parametrize("typed", ["mg", " MG ", "Minas Gerais", "minas  gerais", "MINAS GERAIS"])
def test_a_state_is_known_by_letters_or_name(typed: str) -> None:
    assert clean_uf(typed) == "MG"
    assert state_of(typed).code == "31"


def test_the_853_municipalities_of_minas_are_known_and_sorted() -> None:
    names = [place.name for place in municipalities("MG")]
    assert len(names) == 853
    assert names[0] == "Abadia dos Dourados"
    assert municipalities("SP") == ()


@pytest.mark.parametrize("name", ["Uberlândia", "UBERLANDIA", "  uberlandia "])
def test_a_municipality_is_found_by_name_in_any_spelling(name: str) -> None:
    found = find_municipality(name, uf="MG")
    assert found is not None
    assert (found.code, found.name) == ("3170206", "Uberlândia")


def test_every_municipality_of_minas_is_clean_and_found_again() -> None:
    for place in municipalities("MG"):
        assert clean_municipality(place.code) == place.code
        assert municipality(place.code) == place
        assert find_municipality(place.name, uf="MG") == place


def test_outside_minas_only_the_shape_is_judged() -> None:
    assert clean_municipality("3550308") == "3550308"
    assert municipality("3550308") is None
    assert find_municipality("Campinas", uf="SP") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "municipio_vazio"),
        ("310620", "municipio_tamanho"),
        ("3199999", "municipio_inexistente"),
        ("9900001", "municipio_uf"),
    ],
)
def test_a_wrong_municipality_code_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_municipality(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "cep_vazio"), ("3013001", "cep_tamanho"), ("00000-000", "cep_inexistente"), ("3O130-010", "cep_caracteres")],
)
def test_a_wrong_cep_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_cep(text)
    assert refused.value.code == code


@given(some.dirtied(some.ceps()))
def test_a_cep_survives_punctuation_and_formatting(pair: tuple[str, str]) -> None:
    value, typed = pair
    assert clean_cep(typed) == clean_cep(format_cep(value)) == value


@given(st.text())
def test_any_text_is_a_place_or_refused_in_words(text: str) -> None:
    state_of_code(text)
    for clean in (clean_cep, clean_uf, clean_municipality):
        refused = refusal(clean, text)
        assert refused is None or is_helpful(refused)
