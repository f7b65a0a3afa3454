"""Renavam, plate, chassis, CRV number and security code."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brazil.errors import Invalid
from brazil.vehicles import (
    clean_chassis,
    clean_crv_number,
    clean_plate,
    clean_renavam,
    clean_security_code,
    format_chassis,
    format_crv_number,
    format_plate,
    format_renavam,
    format_security_code,
)
from tests.brazil import strategies as some
from tests.brazil.refusals import is_helpful, refusal

Text = Callable[[str], str]


@pytest.mark.req("AT-04", "AT-05", "AT-10")
@pytest.mark.parametrize(
    ("clean", "text", "code", "message"),
    [
        (clean_renavam, "", "renavam_vazio", "Informe o Renavam."),
        (
            clean_renavam,
            "00324834099",
            "renavam_digito",
            "O dígito verificador do Renavam não confere; confira se algum número foi trocado.",
        ),
        (
            clean_renavam,
            "12345678",
            "renavam_tamanho",
            "O Renavam tem 11 dígitos (9 nos documentos antigos); faltam 3.",
        ),
        (
            clean_renavam,
            "003248340980",
            "renavam_tamanho",
            "O Renavam tem 11 dígitos (9 nos documentos antigos); sobra 1.",
        ),
        (
            clean_renavam,
            "000000000",
            "renavam_repetido",
            "Um Renavam de dígitos todos iguais não existe; veja o documento.",
        ),
        (clean_renavam, "3248340a8", "renavam_caracteres", "O Renavam só tem números; tire “A”."),
        (clean_plate, "-", "placa_vazia", "Informe a placa."),
        (
            clean_plate,
            "AB12345",
            "placa_formato",
            "Esta placa não segue nem o padrão antigo (ABC1234) nem o Mercosul (ABC1D23).",
        ),
        (
            clean_plate,
            "ABC1DE3",
            "placa_formato",
            "Esta placa não segue nem o padrão antigo (ABC1234) nem o Mercosul (ABC1D23).",
        ),
        (
            clean_plate,
            "ABC-123",
            "placa_tamanho",
            "A placa tem 7 letras e números, como ABC1D23; falta 1.",
        ),
        (clean_plate, "ABÇ1234", "placa_caracteres", "A placa só tem letras e números; tire “Ç”."),
        (
            clean_chassis,
            "9BWZZZ377VTO04251",
            "chassi_letras",
            "O chassi não usa as letras I, O e Q; troque por 1 e 0 se foi erro de leitura.",
        ),
        (clean_chassis, "9BWZZZ377VT00425", "chassi_tamanho", "O chassi deve ter 17 caracteres; falta 1."),
        (clean_chassis, "", "chassi_vazio", "Informe o chassi."),
        (
            clean_chassis,
            "9BWZZZ377VT00425*",
            "chassi_caracteres",
            "O chassi só tem letras e números; tire “*”.",
        ),
        (
            clean_chassis,
            "0" * 17,
            "chassi_repetido",
            "Um chassi de caracteres todos iguais não existe; veja o documento.",
        ),
        (clean_crv_number, "", "crv_vazio", "Informe o número do CRV."),
        (
            clean_crv_number,
            "2613531335",
            "crv_tamanho",
            "O número do CRV deve ter 12 dígitos; faltam 2.",
        ),
        (
            clean_security_code,
            "334053415281",
            "codigo_seguranca_tamanho",
            "O código de segurança do CRV deve ter 11 dígitos; sobra 1.",
        ),
    ],
)
def test_a_wrong_number_is_refused_with_a_sentence_that_helps(clean: Text, text: str, code: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean(text)
    assert (refused.value.code, str(refused.value)) == (code, message)


@pytest.mark.parametrize(
    ("typed", "renavam"),
    [
        ("324834098", "00324834098"),
        ("1187895234", "01187895234"),
        ("0032483409-8", "00324834098"),
        ("00324834098", "00324834098"),
    ],
)
def test_an_old_renavam_is_filled_with_zeros(typed: str, renavam: str) -> None:
    assert clean_renavam(typed) == renavam


@pytest.mark.parametrize(
    ("clean", "write", "values"),
    [
        (clean_renavam, format_renavam, some.renavams()),
        (clean_plate, format_plate, some.plates()),
        (clean_chassis, format_chassis, some.chassis()),
        (clean_crv_number, format_crv_number, some.crv_numbers()),
        (clean_security_code, format_security_code, some.security_codes()),
    ],
)
@given(data=st.data())
def test_numbers_survive_punctuation_and_formatting(
    clean: Text, write: Text, values: st.SearchStrategy[str], data: st.DataObject
) -> None:
    value, typed = data.draw(some.dirtied(values))
    assert clean(typed) == value
    assert clean(write(value)) == value


def test_only_old_plates_are_written_with_a_hyphen() -> None:
    assert format_plate("ABC1234") == "ABC-1234"
    assert format_plate("ABC1D23") == "ABC1D23"


@given(some.substituted(some.renavams().filter(lambda renavam: renavam[10] != "0")))
def test_one_wrong_digit_of_a_renavam_is_caught(pair: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        clean_renavam(pair[1])


@given(some.transposed(some.renavams().filter(lambda renavam: renavam[10] != "0"), places=10))
def test_two_exchanged_digits_of_a_renavam_are_caught(pair: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        clean_renavam(pair[1])


@given(st.one_of(st.text(), st.text(alphabet=some.DIGITS + "ABO.-/ ", min_size=6, max_size=20)))
def test_any_text_is_cleaned_or_refused_in_words(text: str) -> None:
    for clean in (clean_renavam, clean_plate, clean_chassis, clean_crv_number, clean_security_code):
        refused = refusal(clean, text)
        assert refused is None or is_helpful(refused)
