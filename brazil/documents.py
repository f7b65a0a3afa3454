"""CPF and CNPJ, the numeric and the alphanumeric one (IN RFB 2.229/2024, in use since July 2026).

Check digits come from python-stdnum; what it lets pass is refused here: repeated digits in a CPF, digits that
are not ASCII. The check digits have blind spots by law, not by mistake: see `tests/brazil/test_documents.py`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from stdnum.br import cnpj as stdnum_cnpj
from stdnum.br import cpf as stdnum_cpf

from brazil.errors import Invalid
from brazil.text import all_equal, difference, exact_digits, quoted, squeeze

Kind = Literal["CPF", "CNPJ"]

_FOREIGN = re.compile(r"[^0-9A-Z]")


@dataclass(frozen=True, slots=True)
class Document:
    """A person's or a company's number, clean, and which of the two it is."""

    kind: Kind
    number: str


def clean_cpf(text: str) -> str:
    """The 11 digits of a CPF; raises Invalid `cpf_*`."""
    digits = exact_digits(text, name="o CPF", code="cpf", length=11)
    if all_equal(digits):
        raise Invalid("cpf_repetido", "Um CPF com todos os dígitos iguais não existe; veja o documento.")
    if not stdnum_cpf.is_valid(digits):
        raise Invalid(
            "cpf_digito",
            "Os dígitos verificadores do CPF não conferem; confira se algum número foi trocado.",
        )
    return digits


def clean_cnpj(text: str) -> str:
    """The 14 characters of a CNPJ, letters in upper case, never to be kept as a number. Raises `cnpj_*`."""
    bare = squeeze(text)
    if not bare:
        raise Invalid("cnpj_vazio", "Informe o CNPJ.")
    if foreign := _FOREIGN.search(bare):
        raise Invalid("cnpj_caracteres", f"O CNPJ só tem letras e números; tire {quoted(foreign.group())}.")
    if len(bare) != 14:
        raise Invalid("cnpj_tamanho", f"O CNPJ deve ter 14 caracteres; {difference(len(bare), 14)}.")
    if not bare[12:].isdigit():
        raise Invalid("cnpj_verificador", "Os dois últimos caracteres do CNPJ são sempre números; confira o final.")
    if all_equal(bare):
        raise Invalid("cnpj_repetido", "Um CNPJ com todos os dígitos iguais não existe; veja o cartão.")
    if not stdnum_cnpj.is_valid(bare):
        raise Invalid(
            "cnpj_digito",
            "Os dígitos verificadores do CNPJ não conferem; confira se algum número foi trocado.",
        )
    return bare


def clean_document(text: str) -> Document:
    """A CPF or a CNPJ, told apart by length; raises Invalid `documento_*`, `cpf_*` or `cnpj_*`."""
    bare = squeeze(text)
    if not bare:
        raise Invalid("documento_vazio", "Informe o CPF ou o CNPJ.")
    if len(bare) == 11 and bare.isdigit():
        return Document("CPF", clean_cpf(bare))
    if len(bare) == 14:
        return Document("CNPJ", clean_cnpj(bare))
    if foreign := _FOREIGN.search(bare):
        raise Invalid(
            "documento_caracteres",
            f"CPF e CNPJ só têm números, e o CNPJ novo também letras; tire {quoted(foreign.group())}.",
        )
    raise Invalid(
        "documento_tamanho",
        f"Um CPF tem 11 dígitos e um CNPJ tem 14 caracteres; aqui há {len(bare)}.",
    )


def format_cpf(cpf: str) -> str:
    """`12345678909` as `123.456.789-09`; anything that is not 11 long comes back as it is."""
    if len(cpf) != 11:
        return cpf
    return f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"


def format_cnpj(cnpj: str) -> str:
    """`12ABC34501DE35` as `12.ABC.345/01DE-35`; anything that is not 14 long comes back as it is."""
    if len(cnpj) != 14:
        return cnpj
    return f"{cnpj[:2]}.{cnpj[2:5]}.{cnpj[5:8]}/{cnpj[8:12]}-{cnpj[12:]}"


def format_document(number: str) -> str:
    """A clean CPF or CNPJ as it is written on paper."""
    return format_cpf(number) if len(number) == 11 else format_cnpj(number)
