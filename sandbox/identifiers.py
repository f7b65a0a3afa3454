"""Which strings are a CPF, CNPJ, Renavam, plate, chassis or IBGE code, by the agencies' own reading."""

import re

from stdnum.br import cnpj, cpf

PLATE = re.compile(r"[A-Z]{3}[0-9][A-Z0-9][0-9]{2}")
CHASSIS = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
RENAVAM_WEIGHTS = (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
STATES_BY_IBGE = {
    "11": "RO", "12": "AC", "13": "AM", "14": "RR", "15": "PA", "16": "AP", "17": "TO",
    "21": "MA", "22": "PI", "23": "CE", "24": "RN", "25": "PB", "26": "PE", "27": "AL", "28": "SE", "29": "BA",
    "31": "MG", "32": "ES", "33": "RJ", "35": "SP",
    "41": "PR", "42": "SC", "43": "RS",
    "50": "MS", "51": "MT", "52": "GO", "53": "DF",
}  # fmt: skip


def is_digits(text: str, length: int) -> bool:
    """Say whether `text` is exactly `length` ASCII digits."""
    return len(text) == length and text.isascii() and text.isdigit()


def has_person_format(text: str) -> bool:
    """Say whether `text` is written as a CPF (11 digits) or a CNPJ (12 letters or digits and 2 digits)."""
    return is_digits(text, 11) or re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", text) is not None


def is_person(text: str) -> bool:
    """Say whether the check digits of a CPF or CNPJ hold; one character repeated is nobody's number."""
    if len(set(text)) == 1:
        return False
    return bool(cpf.is_valid(text) if len(text) == 11 else cnpj.is_valid(text))


def is_renavam(text: str) -> bool:
    """Say whether the check digit of 11 digits holds."""
    total = sum(int(digit) * weight for digit, weight in zip(text, RENAVAM_WEIGHTS, strict=False))
    return text != "0" * 11 and int(text[10]) == total * 10 % 11 % 10


def is_plate(text: str) -> bool:
    """Say whether `text` is a plate, AAA9999 or AAA9A99."""
    return PLATE.fullmatch(text) is not None


def is_chassis(text: str) -> bool:
    """Say whether `text` is a chassis: 17 characters without I, O and Q."""
    return CHASSIS.fullmatch(text) is not None


def is_municipality(text: str) -> bool:
    """Say whether seven digits begin with the IBGE code of a state."""
    return text[:2] in STATES_BY_IBGE
