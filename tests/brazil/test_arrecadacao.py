"""Slips of arrecadação: real lines, check digits by a second hand, and what the two moduli promise."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from brazil.arrecadacao import (
    SEGMENTS,
    check_digit,
    clean_slip_line,
    format_slip_line,
    from_barcode,
    read_slip,
    slip_value_cents,
    to_barcode,
)
from brazil.errors import Invalid
from tests.brazil import strategies as some
from tests.brazil.refusals import is_helpful, refusal

TELECOM = "846700000017435900240209024050002435842210108119"
TAX = "858900004609524601791605607593050865831483000010"
pytestmark = pytest.mark.req("AT-08")


def oracle(digits: str, identifier: str) -> str:
    """FEBRABAN's two rules written a second time, left to right and by table."""
    if identifier in "67":
        doubled = "0246813579"
        flags = [(len(digits) - i) % 2 for i in range(len(digits))]
        total = sum(int(doubled[int(d)]) if odd else int(d) for d, odd in zip(digits, flags, strict=True))
        return str((10 - total % 10) % 10)
    weights = "4329876543298765432987654329876543298765432"[-len(digits) :]
    rest = sum(int(d) * int(w) for d, w in zip(digits, weights, strict=True)) % 11
    return {0: "0", 1: "0", 10: "1"}.get(rest) or str(11 - rest)


@st.composite
def barcodes(draw: st.DrawFn, identifiers: str = "6789") -> str:
    segment, identifier = draw(st.sampled_from(sorted(SEGMENTS))), draw(st.sampled_from(identifiers))
    rest = draw(st.text(alphabet=some.DIGITS, min_size=40, max_size=40))
    head = f"8{segment}{identifier}"
    return head + oracle(head + rest, identifier) + rest


def lines(identifiers: str = "6789") -> st.SearchStrategy[str]:
    return barcodes(identifiers).map(from_barcode)


def test_real_slips_are_read() -> None:
    slip = read_slip("84670000001-7 43590024020-9 02405000243-5 84221010811-9")
    assert (slip.line, slip.barcode) == (TELECOM, "84670000001435900240200240500024384221010811")
    assert (slip.segment, slip.organisation, slip.value_cents) == ("Telecomunicações", "0024", 143_59)
    tax = read_slip(TAX)
    assert (tax.segment, tax.organisation, tax.value_cents) == ("Órgãos governamentais", "0179", 46_052_46)


def test_the_manuals_example_of_both_moduli() -> None:
    assert check_digit("01230067896", identifier="6") == "3"
    assert check_digit("01230067896", identifier="8") == "0"


def test_a_scanned_barcode_is_taken_for_its_line() -> None:
    assert clean_slip_line(to_barcode(TELECOM)) == TELECOM


def test_a_line_is_written_as_it_is_printed() -> None:
    assert format_slip_line(TELECOM) == "84670000001-7 43590024020-9 02405000243-5 84221010811-9"
    assert format_slip_line("123") == "123"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "linha_digitavel_vazio", "Informe a linha digitável."),
        (
            TELECOM[:-1],
            "linha_digitavel_tamanho",
            "A linha digitável da guia tem 48 números, em 4 blocos de 12; falta 1.",
        ),
        (
            TELECOM.replace("4359", "4358"),
            "linha_digitavel_bloco",
            "O 2º bloco da linha digitável (43580024020-9) não confere; confira seus números.",
        ),
        (
            TELECOM[:12] + TELECOM[12:].replace("0240", "0241"),
            "linha_digitavel_bloco",
            "Os blocos 2º e 3º da linha digitável não conferem; copie a linha de novo.",
        ),
        (
            TELECOM[:12] + TELECOM[24:36] + TELECOM[12:24] + TELECOM[36:],
            "linha_digitavel_geral",
            "O dígito verificador geral da guia (o 4º número) não confere; veja se há blocos trocados ou repetidos.",
        ),
        (
            "3" + TELECOM[1:],
            "linha_digitavel_produto",
            "Uma guia de arrecadação começa por 8; esta começa por 3. Boleto bancário não é guia.",
        ),
        (
            "88" + TELECOM[2:],
            "linha_digitavel_segmento",
            "O 2º número da guia não pode ser 8; confira o 1º bloco.",
        ),
        (
            "845" + TELECOM[3:],
            "linha_digitavel_identificador",
            "O 3º número da guia deve ser 6, 7, 8 ou 9; aqui é 5. Confira o 1º bloco.",
        ),
        ("8" * 48, "linha_digitavel_repetida", "Uma guia de números todos iguais não existe; copie os da guia."),
        (TELECOM[:-1] + "O", "linha_digitavel_caracteres", "A linha digitável só tem números; tire “O”."),
    ],
)
def test_a_wrong_line_is_refused_with_a_sentence_that_helps(text: str, code: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_slip_line(text)
    assert (refused.value.code, refused.value.message) == (code, message)


@given(st.text(alphabet=some.DIGITS, min_size=1, max_size=43), st.sampled_from("6789"))
def test_check_digits_agree_with_a_second_hand(digits: str, identifier: str) -> None:
    assert check_digit(digits, identifier=identifier) == oracle(digits, identifier)


@given(barcodes())
def test_barcode_and_line_lead_to_each_other(barcode: str) -> None:
    line = from_barcode(barcode)
    assert (len(line), to_barcode(line)) == (48, barcode)
    assert clean_slip_line(format_slip_line(line)) == line


@given(barcodes())
def test_the_value_is_read_only_where_it_is_one(barcode: str) -> None:
    value = slip_value_cents(barcode)
    assert value == (int(barcode[4:15]) if barcode[2] in "68" else None)


@given(some.dirtied(lines()))
def test_a_line_is_read_through_any_punctuation(pair: tuple[str, str]) -> None:
    assert clean_slip_line(pair[1]) == pair[0]


@given(some.substituted(lines("67")))
def test_modulus_10_catches_every_wrong_digit(pair: tuple[str, str]) -> None:
    right, wrong = pair
    assume(wrong[2] in "67" or wrong[2] == right[2])  # a change of modulus has its own test
    assert refusal(clean_slip_line, wrong) is not None


@given(some.substituted(lines("89")))
def test_modulus_11_catches_every_wrong_digit_unless_both_check_digits_are_0(pair: tuple[str, str]) -> None:
    right, wrong = pair
    place = next(i for i in range(48) if right[i] != wrong[i])
    assume(place != 2 or wrong[2] in "89")
    block_digit = right[place // 12 * 12 + 11]
    if place % 12 == 11 or place == 3 or block_digit != "0" or right[3] != "0":
        assert refusal(clean_slip_line, wrong) is not None


@given(some.transposed(lines("89"), places=11))
def test_modulus_11_catches_two_exchanged_digits_as_far_as_it_promises(pair: tuple[str, str]) -> None:
    right, wrong = pair
    assume(wrong[:3] == right[:3] and wrong[3] == right[3])
    if right[11] != "0":
        assert refusal(clean_slip_line, wrong) is not None


@given(st.one_of(st.text(), st.text(alphabet=some.DIGITS + "8.- ", min_size=40, max_size=60)))
def test_any_text_is_cleaned_or_refused_in_words(text: str) -> None:
    for clean in (clean_slip_line, to_barcode, from_barcode, read_slip):
        refused = refusal(clean, text)
        assert refused is None or is_helpful(refused)
