"""Single values out of nfelib's bindings, where every field may be missing and codes are enums or text."""

import datetime as dt
import re
from decimal import Decimal
from enum import Enum

from brazil.nfe.errors import NfeProblem

_AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,10})?", re.ASCII)


def plain(value: object) -> str:
    """A bound value as stripped text; "" when it is missing."""
    if isinstance(value, Enum):
        value = value.value
    return "" if value is None else str(value).strip()


def optional(group: object, name: str) -> str | None:
    """The text of `group.name`, None when the group or the text is missing."""
    return plain(getattr(group, name, None)) or None


def needed(group: object, name: str) -> str:
    """The text of `group.name`; raises NfeProblem `nfe_incompleta` when it is missing."""
    found = optional(group, name)
    if found is None:
        raise NfeProblem("nfe_incompleta", f"Falta na NF-e o campo {name}; peça o XML original ao emitente.")
    return found


def cents(group: object, name: str) -> int:
    """The amount `group.name` in cents, 0 when missing; raises NfeProblem `nfe_incompleta` when it is none."""
    text = optional(group, name)
    if text is None:
        return 0
    if not _AMOUNT.fullmatch(text):
        raise NfeProblem("nfe_incompleta", f"O valor do campo {name} da NF-e não é um valor em reais.")
    return int((Decimal(text) * 100).quantize(Decimal(1)))


def moment(group: object, name: str) -> dt.datetime:
    """The aware date and time `group.name`; raises NfeProblem `nfe_incompleta` when it is none."""
    text = needed(group, name)
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as wrong:
        raise NfeProblem("nfe_incompleta", f"O campo {name} da NF-e não é uma data com hora.") from wrong
    if found.tzinfo is None:
        raise NfeProblem("nfe_incompleta", f"O campo {name} da NF-e não diz o fuso horário.")
    return found
