"""Slips of *arrecadação* (guia, DAE, utility bills): the 44 digits of the barcode and the 48 that people type.

After FEBRABAN's "Layout Padrão de Arrecadação/Recebimento com Utilização do Código de Barras". The barcode:
1 product (always 8), 2 segment, 3 value identifier, 4 general check digit, 5-15 value in cents,
16-19 organisation (16-23 the CNPJ's root in segment 6), the rest free. The typed line: four blocks of 11 digits of the
barcode, each with a check digit of its own. The state issues the slip; this house only reads it.
"""

from dataclasses import dataclass

from brazil.errors import Invalid
from brazil.text import all_equal, difference, only_digits

BLOCKS = 4
SEGMENTS = {
    "1": "Prefeituras",
    "2": "Saneamento",
    "3": "Energia elétrica e gás",
    "4": "Telecomunicações",
    "5": "Órgãos governamentais",
    "6": "Carnês e assemelhados",
    "7": "Multas de trânsito",
    "9": "Uso exclusivo do banco",
}
_MODULUS_10 = ("6", "7")
_VALUE_IN_REAIS = ("6", "8")
_VALUE_IDENTIFIERS = ("6", "7", "8", "9")
_NAME, _CODE = "a linha digitável", "linha_digitavel"


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip says. `value_cents` is None when its value field holds a reference instead of reais."""

    line: str
    barcode: str
    segment: str
    organisation: str
    value_cents: int | None


def read_slip(text: str) -> Slip:
    """The slip behind a typed line or a scanned barcode; raises Invalid `linha_digitavel_*`."""
    line = clean_slip_line(text)
    barcode = _without_check_digits(line)
    organisation = barcode[15:23] if barcode[1] == "6" else barcode[15:19]
    return Slip(line, barcode, SEGMENTS[barcode[1]], organisation, _value_cents(barcode))


def clean_slip_line(text: str) -> str:
    """The 48 digits of a typed line, every check digit verified; the 44 of a scanned barcode are completed.

    One wrong digit is always noticed under modulus 10 (identifiers 6 and 7). Modulus 11 writes the remainders 0 and 1
    both as 0, so there it may hide, but only where the block's digit and the general one are both 0.
    Raises Invalid `linha_digitavel_*`, which names the blocks that do not fit.
    """
    digits = only_digits(text, name=_NAME, code=_CODE)
    if len(digits) == 44:
        return from_barcode(digits)
    if len(digits) != 48:
        raise Invalid(
            f"{_CODE}_tamanho",
            f"A linha digitável da guia tem 48 números, em 4 blocos de 12; {difference(len(digits), 48)}.",
        )
    _check_shape(digits)
    _check_blocks(digits)
    _check_general_digit(_without_check_digits(digits))
    return digits


def to_barcode(line: str) -> str:
    """The 44 digits of the barcode behind a typed line; raises Invalid `linha_digitavel_*`."""
    return _without_check_digits(clean_slip_line(line))


def from_barcode(barcode: str) -> str:
    """The 48 digits to type for a barcode's 44; raises Invalid `codigo_barras_*` or `linha_digitavel_*`."""
    digits = only_digits(barcode, name="o código de barras", code="codigo_barras")
    if len(digits) != 44:
        raise Invalid(
            "codigo_barras_tamanho",
            f"O código de barras da guia tem 44 números; {difference(len(digits), 44)}.",
        )
    _check_shape(digits)
    _check_general_digit(digits)
    blocks = (digits[start : start + 11] for start in range(0, 44, 11))
    return "".join(block + check_digit(block, identifier=digits[2]) for block in blocks)


def slip_value_cents(text: str) -> int | None:
    """The value in cents of a typed line or barcode; None when it carries a reference instead of reais.

    Raises Invalid as `clean_slip_line` does.
    """
    return read_slip(text).value_cents


def format_slip_line(line: str) -> str:
    """48 digits as they are printed, `85800000001-5 …`; anything that is not 48 long comes back as it is."""
    if len(line) != 48:
        return line
    return " ".join(_format_block(line, number) for number in range(1, BLOCKS + 1))


def check_digit(digits: str, *, identifier: str) -> str:
    """The check digit of a block or of the whole, by the modulus that the value identifier chooses."""
    return _modulus_10(digits) if identifier in _MODULUS_10 else _modulus_11(digits)


def _check_shape(digits: str) -> None:
    if all_equal(digits):
        raise Invalid(f"{_CODE}_repetida", "Uma guia de números todos iguais não existe; copie os da guia.")
    if digits[0] != "8":
        raise Invalid(
            f"{_CODE}_produto",
            f"Uma guia de arrecadação começa por 8; esta começa por {digits[0]}. Boleto bancário não é guia.",
        )
    if digits[1] not in SEGMENTS:
        raise Invalid(f"{_CODE}_segmento", f"O 2º número da guia não pode ser {digits[1]}; confira o 1º bloco.")
    if digits[2] not in _VALUE_IDENTIFIERS:
        raise Invalid(
            f"{_CODE}_identificador",
            f"O 3º número da guia deve ser 6, 7, 8 ou 9; aqui é {digits[2]}. Confira o 1º bloco.",
        )


def _check_blocks(line: str) -> None:
    identifier = line[2]
    wrong = [
        number
        for number in range(1, BLOCKS + 1)
        if check_digit(_block(line, number)[:11], identifier=identifier) != _block(line, number)[11]
    ]
    if len(wrong) == 1:
        [number] = wrong
        raise Invalid(
            f"{_CODE}_bloco",
            f"O {number}º bloco da linha digitável ({_format_block(line, number)}) não confere; confira seus números.",
        )
    if wrong:
        names = ", ".join(f"{number}º" for number in wrong[:-1]) + f" e {wrong[-1]}º"
        raise Invalid(f"{_CODE}_bloco", f"Os blocos {names} da linha digitável não conferem; copie a linha de novo.")


def _check_general_digit(barcode: str) -> None:
    if check_digit(barcode[:3] + barcode[4:], identifier=barcode[2]) != barcode[3]:
        raise Invalid(
            f"{_CODE}_geral",
            "O dígito verificador geral da guia (o 4º número) não confere; veja se há blocos trocados ou repetidos.",
        )


def _block(line: str, number: int) -> str:
    return line[12 * (number - 1) : 12 * number]


def _format_block(line: str, number: int) -> str:
    block = _block(line, number)
    return f"{block[:11]}-{block[11]}"


def _without_check_digits(line: str) -> str:
    return "".join(_block(line, number)[:11] for number in range(1, BLOCKS + 1))


def _value_cents(barcode: str) -> int | None:
    return int(barcode[4:15]) if barcode[2] in _VALUE_IN_REAIS else None


def _modulus_10(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (1 if place % 2 else 2)
        total += product // 10 + product % 10
    return str(-total % 10)


def _modulus_11(digits: str) -> str:
    total = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(digits)))
    rest = total % 11
    # Not the rule of boletos: there is no forced 1 here, remainders 0 and 1 are both written 0.
    return "0" if rest < 2 else str(11 - rest)
