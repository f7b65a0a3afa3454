"""The access key of an NF-e: 44 characters, letters possible in the CNPJ since July 2026.

Source: Manual de Orientação do Contribuinte 7.0, 2.2.6.1, and NT 2025.001 for letters (a character's value is
its ASCII code less 48).
"""

import re
from dataclasses import dataclass

from brazil.nfe.errors import NfeProblem
from brazil.places import state_of_code
from brazil.text import difference, squeeze

_SHAPE = re.compile(r"[0-9]{6}[0-9A-Z]{12}[0-9]{26}")


@dataclass(frozen=True, slots=True)
class KeyFields:
    """What the key says about its note. `issuer` is 14 long, a CPF filled with zeros on the left."""

    state_code: str
    year_month: str
    issuer: str
    model: str
    series: int
    number: int
    emission: str
    random_code: str


def clean_nfe_key(text: str) -> str:
    """The 44 characters of a key with a right check digit; raises NfeProblem `nfe_chave_invalida`."""
    key = squeeze(text)
    if len(key) != 44:
        raise _refused(f"A chave da NF-e tem 44 caracteres; {difference(len(key), 44)}.")
    if not _SHAPE.fullmatch(key):
        raise _refused("A chave da NF-e tem caracteres fora do lugar; confira com o DANFE.")
    if state_of_code(key[:2]) is None:
        raise _refused(f"A chave da NF-e começa por {key[:2]}, que não é de nenhuma UF.")
    if key[43] != key_check_digit(key[:43]):
        raise _refused("O dígito verificador da chave da NF-e não confere; confira com o DANFE.")
    return key


def key_check_digit(base: str) -> str:
    """The 44th character for the first 43: modulus 11, weights 2 to 9 from the right, remainders 0 and 1 give 0."""
    total = sum((ord(character) - 48) * (2 + place % 8) for place, character in enumerate(reversed(base)))
    digit = 11 - total % 11
    return "0" if digit > 9 else str(digit)


def key_fields(key: str) -> KeyFields:
    """The fields of a clean key."""
    return KeyFields(
        state_code=key[:2],
        year_month=key[2:6],
        issuer=key[6:20],
        model=key[20:22],
        series=int(key[22:25]),
        number=int(key[25:34]),
        emission=key[34],
        random_code=key[35:43],
    )


def format_nfe_key(key: str) -> str:
    """The key in groups of four, as the DANFE prints it."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def _refused(message: str) -> NfeProblem:
    return NfeProblem("nfe_chave_invalida", message)
