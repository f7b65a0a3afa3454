"""What a person means by the text in the search box of a list."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from brazil.documents import clean_cpf
from brazil.errors import Invalid
from brazil.text import squeeze
from brazil.vehicles import clean_chassis, clean_plate, clean_renavam

NUMBER = re.compile(r"(IV|CV|CI|CC)[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{8}")
PERSON = re.compile(r"[0-9]{11}|[0-9A-Z]{12}[0-9]{2}")
ASK = "Busque por placa, chassi, Renavam, CPF, CNPJ ou número do pedido, por inteiro."


@dataclass(frozen=True, slots=True)
class Meant:
    """`text` is a plate, chassis, Renavam or order number; `document` a CPF or CNPJ, which no address may show.

    One number in eleven that is a CPF could be a Renavam as well: then both are set, and either will do.
    """

    text: str = ""
    document: str = ""


def meant_by(typed: str) -> Meant | None:
    """None when it is nothing one can search by. Eleven digits that are no Renavam count as a CPF, right or wrong."""
    bare = squeeze(typed)[:40]
    if NUMBER.fullmatch(bare):
        return Meant(text=f"{bare[:2]}-{bare[2:]}")
    text = next((found for clean in (clean_plate, clean_chassis, clean_renavam) if (found := _try(clean, bare))), "")
    if not PERSON.fullmatch(bare):
        return Meant(text=text) if text else None
    if not text:
        return Meant(document=bare)
    return Meant(text=text, document=bare if _try(clean_cpf, bare) else "")


def _try(clean: Callable[[str], str], bare: str) -> str:
    try:
        return clean(bare)
    except Invalid:
        return ""
