"""The codes on a fee slip: its number, FEBRABAN's arrecadação (bar code and typeable line), the PIX BR Code."""

import datetime as dt

from sandbox.settings import FeePlan

PRODUCT = "8"
GOVERNMENT = "5"
REAIS_MODULO_10 = "6"
SERVICE = "0001"


def modulo_10(digits: str) -> str:
    """Return FEBRABAN's modulo-10 check digit: weights 2, 1, 2 … from the right, digits of the products added."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 - place % 2)
        total += product // 10 + product % 10
    return str(-total % 10)


def slip_number(*, ibge_code: str, year: int, sequence: int) -> str:
    """Return state, two-digit year, eight-digit sequence and a modulo-11 check digit: 13 digits."""
    digits = f"{ibge_code}{year % 100:02d}{sequence:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=True))
    return digits + str(total * 10 % 11 % 10)


def bar_code(*, febraban_number: str, value: str, due: dt.date, number: str) -> str:
    """Return the 44 digits of an arrecadação slip; `value` in reais with two decimals."""
    head = PRODUCT + GOVERNMENT + REAIS_MODULO_10
    rest = f"{value.replace('.', ''):0>11}{febraban_number}{due:%Y%m%d}{number}{SERVICE}"
    return head + modulo_10(head + rest) + rest


def typeable_line(code: str) -> str:
    """Return the 48 digits of a bar code's typeable line: four blocks of 11, each with its check digit."""
    blocks = [code[start : start + 11] for start in range(0, 44, 11)]
    return "".join(block + modulo_10(block) for block in blocks)


def br_code(plan: FeePlan, *, value: str, number: str) -> str:
    """Return the static BR Code (EMV) that pays `value` to the plan's payee, the slip's number in its txid."""
    account = _field("00", "br.gov.bcb.pix") + _field("01", plan.pix_key)
    payload = "".join(
        (
            _field("00", "01"),
            _field("26", account),
            _field("52", "0000"),
            _field("53", "986"),
            _field("54", value),
            _field("58", "BR"),
            _field("59", plan.payee),
            _field("60", plan.city),
            _field("62", _field("05", f"GU{number}")),
            "6304",
        )
    )
    return payload + crc16(payload)


def crc16(text: str) -> str:
    """Return CRC-16/CCITT-FALSE of ASCII text as four hex digits, as the last field of a BR Code carries it."""
    register = 0xFFFF
    for byte in text.encode("ascii"):
        register ^= byte << 8
        for _ in range(8):
            register = register << 1 ^ (0x1021 if register & 0x8000 else 0)
        register &= 0xFFFF
    return f"{register:04X}"


def _field(name: str, value: str) -> str:
    return f"{name}{len(value):02d}{value}"
