"""CPF and CNPJ: what is accepted, how each mistake is told, and what the check digits do promise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brazil.documents import (
    Document,
    clean_cnpj,
    clean_cpf,
    clean_document,
    format_cnpj,
    format_cpf,
    format_document,
)
from brazil.errors import Invalid
from tests.brazil import strategies as some
from tests.brazil.refusals import is_helpful, refusal

# The law's modulus 11 writes both remainders 0 and 1 as the digit 0, so a mistake may hide behind a first check
# digit 0 and nowhere else: the properties below are told for the other numbers, and the blind spot has its own test.


@pytest.mark.req("AT-04")
@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "cpf_vazio", "Informe o CPF."),
        (" .-", "cpf_vazio", "Informe o CPF."),
        ("111.111.111-11", "cpf_repetido", "Um CPF com todos os dígitos iguais não existe; veja o documento."),
        ("000.000.000-00", "cpf_repetido", "Um CPF com todos os dígitos iguais não existe; veja o documento."),
        ("123456789", "cpf_tamanho", "O CPF deve ter 11 dígitos; faltam 2."),
        ("5412434096", "cpf_tamanho", "O CPF deve ter 11 dígitos; falta 1."),
        ("541243409660", "cpf_tamanho", "O CPF deve ter 11 dígitos; sobra 1."),
        ("541.243.409-6O", "cpf_caracteres", "O CPF só tem números; tire “O”."),
        ("５４１２４３４０９６６", "cpf_caracteres", "O CPF só tem números; tire “５”."),
        ("541\x00243", "cpf_caracteres", "O CPF só tem números; tire um caractere invisível."),
        (
            "541.243.409-67",
            "cpf_digito",
            "Os dígitos verificadores do CPF não conferem; confira se algum número foi trocado.",
        ),
    ],
)
def test_a_wrong_cpf_is_refused_with_a_sentence_that_helps(text: str, code: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_cpf(text)
    assert (refused.value.code, str(refused.value)) == (code, message)


@pytest.mark.req("AT-04")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "cnpj_vazio"),
        ("99.063.531/0001-9", "cnpj_tamanho"),
        ("99.063.531/0001-900", "cnpj_tamanho"),
        ("99.063.531/0001-91", "cnpj_digito"),
        ("00.000.000/0000-00", "cnpj_repetido"),
        ("12.ABC.345/01DE-3S", "cnpj_verificador"),
        ("12.ABC.345/01DE-36", "cnpj_digito"),
        ("12.ABÇ.345/01DE-35", "cnpj_caracteres"),
        ("12ABC34501dı35", "cnpj_caracteres"),
        ("99_063_531_0001_90", "cnpj_caracteres"),
    ],
)
def test_a_wrong_cnpj_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_cnpj(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.ABC.345/01DE-35", "12ABC34501DE35"),  # the example of the Receita Federal
        ("r48tgmm5000113", "R48TGMM5000113"),
        ("99.063.531/0001–90", "99063531000190"),
    ],
)
def test_both_kinds_of_cnpj_are_taken(text: str, number: str) -> None:
    assert clean_cnpj(text) == number
    assert clean_document(text) == Document("CNPJ", number)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "documento_vazio"),
        ("5412434096", "documento_tamanho"),
        ("123456789012", "documento_tamanho"),
        ("541243409#", "documento_caracteres"),
        ("54124340967", "cpf_digito"),
        ("99063531000191", "cnpj_digito"),
    ],
)
def test_a_document_of_neither_kind_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_document(text)
    assert refused.value.code == code


def test_a_blind_spot_of_the_law_is_known_and_kept() -> None:
    assert clean_cpf("00123457505") == "00123457505"
    assert clean_cpf("10123457505") == "10123457505"


@given(some.dirtied(some.cpfs()))
def test_a_cpf_is_read_through_any_punctuation(pair: tuple[str, str]) -> None:
    value, typed = pair
    assert clean_cpf(typed) == value
    assert clean_document(typed) == Document("CPF", value)


@given(some.dirtied(some.cnpjs()))
def test_a_cnpj_is_read_through_any_punctuation_and_case(pair: tuple[str, str]) -> None:
    value, typed = pair
    assert clean_cnpj(typed) == value
    assert clean_document(typed) == Document("CNPJ", value)


@given(some.cpfs(), some.cnpjs())
def test_formatting_and_cleaning_are_inverse(cpf: str, cnpj: str) -> None:
    assert clean_cpf(format_cpf(cpf)) == cpf
    assert clean_cnpj(format_cnpj(cnpj)) == cnpj
    assert format_document(cpf) == format_cpf(cpf)
    assert format_document(cnpj) == format_cnpj(cnpj)


@given(st.text())
def test_formatting_what_is_formatted_changes_nothing(text: str) -> None:
    for write in (format_cpf, format_cnpj):
        assert write(write(text)) == write(text)


@given(some.substituted(some.cpfs().filter(lambda cpf: cpf[9] != "0")))
def test_one_wrong_digit_of_a_cpf_is_caught(pair: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        clean_cpf(pair[1])


@given(some.substituted(some.numeric_cnpjs().filter(lambda cnpj: cnpj[12] != "0")))
def test_one_wrong_digit_of_a_cnpj_is_caught(pair: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        clean_cnpj(pair[1])


@given(some.transposed(some.cpfs().filter(lambda cpf: cpf[9] != "0"), places=9))
def test_two_exchanged_digits_of_a_cpf_are_caught(pair: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        clean_cpf(pair[1])


@given(some.transposed(some.numeric_cnpjs().filter(lambda cnpj: cnpj[12] != "0"), places=12))
def test_two_exchanged_digits_of_a_cnpj_are_caught(pair: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        clean_cnpj(pair[1])


@given(st.one_of(st.text(), st.text(alphabet=some.DIGITS + "ABO.-/ ", min_size=9, max_size=20)))
def test_any_text_is_cleaned_or_refused_in_words(text: str) -> None:
    for clean in (clean_cpf, clean_cnpj, clean_document):
        refused = refusal(clean, text)
        assert refused is None or is_helpful(refused)
