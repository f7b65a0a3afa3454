"""The numbers of a vehicle and of its papers: Renavam, plate, chassis, CRV number, security code."""

import re

from brazil.errors import Invalid
from brazil.text import all_equal, difference, exact_digits, only_digits, quoted, squeeze

_RENAVAM_WEIGHTS = (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
_OLD_PLATE = re.compile(r"[A-Z]{3}[0-9]{4}")
_MERCOSUL_PLATE = re.compile(r"[A-Z]{3}[0-9][A-Z][0-9]{2}")
_FOREIGN = re.compile(r"[^0-9A-Z]")
_NOT_IN_CHASSIS = re.compile(r"[IOQ]")


def clean_renavam(text: str) -> str:
    """The 11 digits of a Renavam; 9 or 10 (old, or zeros eaten by a spreadsheet) are filled on the left.

    Raises Invalid `renavam_*`.
    """
    digits = only_digits(text, name="o Renavam", code="renavam")
    if not 9 <= len(digits) <= 11:
        raise Invalid(
            "renavam_tamanho",
            f"O Renavam tem 11 dígitos (9 nos documentos antigos); {difference(len(digits), 11)}.",
        )
    digits = digits.zfill(11)
    if all_equal(digits):
        raise Invalid("renavam_repetido", "Um Renavam de dígitos todos iguais não existe; veja o documento.")
    if digits[10] != renavam_check_digit(digits[:10]):
        raise Invalid(
            "renavam_digito",
            "O dígito verificador do Renavam não confere; confira se algum número foi trocado.",
        )
    return digits


def renavam_check_digit(base: str) -> str:
    """The eleventh digit for the first ten: modulus 11 with the weights 3298765432, where 10 becomes 0."""
    total = sum(int(digit) * weight for digit, weight in zip(base, _RENAVAM_WEIGHTS, strict=True))
    return str(total * 10 % 11 % 10)


def clean_plate(text: str) -> str:
    """The 7 characters of a plate without hyphen, `ABC1234` or `ABC1D23`; raises Invalid `placa_*`."""
    bare = squeeze(text)
    if not bare:
        raise Invalid("placa_vazia", "Informe a placa.")
    if foreign := _FOREIGN.search(bare):
        raise Invalid("placa_caracteres", f"A placa só tem letras e números; tire {quoted(foreign.group())}.")
    if len(bare) != 7:
        raise Invalid("placa_tamanho", f"A placa tem 7 letras e números, como ABC1D23; {difference(len(bare), 7)}.")
    if not (_OLD_PLATE.fullmatch(bare) or _MERCOSUL_PLATE.fullmatch(bare)):
        raise Invalid(
            "placa_formato",
            "Esta placa não segue nem o padrão antigo (ABC1234) nem o Mercosul (ABC1D23).",
        )
    return bare


def clean_chassis(text: str) -> str:
    """The 17 characters of a chassis (VIN); raises Invalid `chassi_*`.

    Position 9 is no check digit in Brazil: none is asked for. The shorter ones of before 1986 are refused.
    """
    bare = squeeze(text)
    if not bare:
        raise Invalid("chassi_vazio", "Informe o chassi.")
    if foreign := _FOREIGN.search(bare):
        raise Invalid("chassi_caracteres", f"O chassi só tem letras e números; tire {quoted(foreign.group())}.")
    if _NOT_IN_CHASSIS.search(bare):
        raise Invalid(
            "chassi_letras",
            "O chassi não usa as letras I, O e Q; troque por 1 e 0 se foi erro de leitura.",
        )
    if len(bare) != 17:
        raise Invalid("chassi_tamanho", f"O chassi deve ter 17 caracteres; {difference(len(bare), 17)}.")
    if all_equal(bare):
        raise Invalid("chassi_repetido", "Um chassi de caracteres todos iguais não existe; veja o documento.")
    return bare


def clean_crv_number(text: str) -> str:
    """The 12 digits of a CRV (or ATPV-e) number; no check digit is publicly known. Raises Invalid `crv_*`."""
    return exact_digits(text, name="o número do CRV", code="crv", length=12)


def clean_security_code(text: str) -> str:
    """The 11 digits of the CRV's security code; raises Invalid `codigo_seguranca_*`."""
    return exact_digits(text, name="o código de segurança do CRV", code="codigo_seguranca", length=11)


def format_plate(plate: str) -> str:
    """`ABC1234` as `ABC-1234`; Mercosul plates carry no hyphen and stay `ABC1D23`."""
    return f"{plate[:3]}-{plate[3:]}" if _OLD_PLATE.fullmatch(plate) else plate


def format_renavam(renavam: str) -> str:
    """`00324834098` as `0032483409-8`; anything that is not 11 long comes back as it is."""
    return f"{renavam[:10]}-{renavam[10]}" if len(renavam) == 11 else renavam


def format_chassis(chassis: str) -> str:
    """`9BRABF0EEKZ683200` in groups that can be read aloud: `9BR ABF0EE KZ683200` (maker, model, serial)."""
    return f"{chassis[:3]} {chassis[3:9]} {chassis[9:]}" if len(chassis) == 17 else chassis


def format_crv_number(number: str) -> str:
    """`261353133532` in groups of four: `2613 5313 3532`."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def format_security_code(code: str) -> str:
    """`33405341528` as `334 0534 1528`; anything that is not 11 long comes back as it is."""
    return f"{code[:3]} {code[3:7]} {code[7:]}" if len(code) == 11 else code
