"""Valid numbers drawn at random, for this and other rooms' property tests. None is meant to belong to anybody."""

import string
from typing import Any

from hypothesis import strategies as st
from stdnum.br import cnpj as stdnum_cnpj
from stdnum.br import cpf as stdnum_cpf

from brazil.text import all_equal
from brazil.vehicles import renavam_check_digit

DIGITS = string.digits
LETTERS = string.ascii_uppercase
CHASSIS_CHARACTERS = "".join(c for c in LETTERS + DIGITS if c not in "IOQ")


def _text(alphabet: str, length: int) -> st.SearchStrategy[str]:
    return st.text(alphabet=alphabet, min_size=length, max_size=length)


def _with_cpf_digits(base: str) -> str:
    return base + stdnum_cpf._calc_check_digits(base)


def _with_cnpj_digits(base: str) -> str:
    return base + stdnum_cnpj.calc_check_digits(base)


def cpfs() -> st.SearchStrategy[str]:
    return _text(DIGITS, 9).map(_with_cpf_digits).filter(lambda cpf: not all_equal(cpf))


def numeric_cnpjs() -> st.SearchStrategy[str]:
    return _text(DIGITS, 12).filter(lambda base: int(base) > 0).map(_with_cnpj_digits)


def alphanumeric_cnpjs() -> st.SearchStrategy[str]:
    has_letter = _text(LETTERS + DIGITS, 12).filter(lambda base: not base.isdigit())
    return has_letter.map(_with_cnpj_digits)


def cnpjs() -> st.SearchStrategy[str]:
    return st.one_of(numeric_cnpjs(), alphanumeric_cnpjs())


def renavams() -> st.SearchStrategy[str]:
    with_digit = _text(DIGITS, 10).map(lambda base: base + renavam_check_digit(base))
    return with_digit.filter(lambda renavam: not all_equal(renavam))


def old_plates() -> st.SearchStrategy[str]:
    return st.from_regex(r"[A-Z]{3}[0-9]{4}", fullmatch=True)


def mercosul_plates() -> st.SearchStrategy[str]:
    return st.from_regex(r"[A-Z]{3}[0-9][A-Z][0-9]{2}", fullmatch=True)


def plates() -> st.SearchStrategy[str]:
    return st.one_of(old_plates(), mercosul_plates())


def chassis() -> st.SearchStrategy[str]:
    return _text(CHASSIS_CHARACTERS, 17).filter(lambda text: not all_equal(text))


def crv_numbers() -> st.SearchStrategy[str]:
    return _text(DIGITS, 12)


def security_codes() -> st.SearchStrategy[str]:
    return _text(DIGITS, 11)


def ceps() -> st.SearchStrategy[str]:
    return _text(DIGITS, 8).filter(lambda cep: not cep.startswith("000"))


@st.composite
def dirtied(draw: Any, clean: st.SearchStrategy[str]) -> tuple[str, str]:
    """A clean value and the same value as people type it: lower case here and there, separators anywhere."""
    value = draw(clean)
    pieces = []
    for character in value:
        pieces.append(draw(st.sampled_from(["", "", "", " ", ".", "-", "/", "–", "\u00a0", "\n"])))
        pieces.append(character.lower() if draw(st.booleans()) else character)
    return value, "".join(pieces) + draw(st.sampled_from(["", " ", "\r\n", "\ufeff"]))


@st.composite
def substituted(draw: Any, clean: st.SearchStrategy[str], *, alphabet: str = DIGITS) -> tuple[str, str]:
    """A clean value and the same value with exactly one character replaced by another of `alphabet`."""
    value = draw(clean)
    place = draw(st.integers(0, len(value) - 1))
    other = draw(st.sampled_from(alphabet).filter(lambda c: c != value[place]))
    return value, value[:place] + other + value[place + 1 :]


@st.composite
def transposed(draw: Any, clean: st.SearchStrategy[str], *, places: int) -> tuple[str, str]:
    """A clean value and the same value with two different neighbours among the first `places` exchanged."""
    value = draw(clean.filter(lambda text: not all_equal(text[:places])))
    swaps = [i for i in range(places - 1) if value[i] != value[i + 1]]
    i = draw(st.sampled_from(swaps))
    return value, value[:i] + value[i + 1] + value[i] + value[i + 2 :]
