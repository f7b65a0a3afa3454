"""The life of a state fee: issued, paid, compensated, recognised, and what goes wrong on the way."""

from dataclasses import dataclass
from enum import StrEnum

from kernel.states import Machine


class Fee(StrEnum):
    ISSUED = "issued"
    EXPIRED = "expired"
    PAID = "paid"
    COMPENSATED = "compensated"
    RECOGNISED = "recognised"
    PAID_SHORT = "paid_short"
    PAID_LATE = "paid_late"


class Move(StrEnum):
    EXPIRE = "expire"
    PAY = "pay"
    COMPENSATE = "compensate"
    RECOGNISE = "recognise"
    FALL_SHORT = "fall_short"
    COME_LATE = "come_late"


FEE = Machine[Fee, Move](
    {
        (Fee.ISSUED, Move.EXPIRE): Fee.EXPIRED,
        (Fee.ISSUED, Move.PAY): Fee.PAID,
        (Fee.ISSUED, Move.FALL_SHORT): Fee.PAID_SHORT,
        (Fee.ISSUED, Move.COME_LATE): Fee.PAID_LATE,
        (Fee.EXPIRED, Move.COME_LATE): Fee.PAID_LATE,
        (Fee.EXPIRED, Move.PAY): Fee.PAID,
        (Fee.PAID_SHORT, Move.PAY): Fee.PAID,
        (Fee.PAID, Move.COMPENSATE): Fee.COMPENSATED,
        (Fee.PAID, Move.RECOGNISE): Fee.RECOGNISED,
        (Fee.COMPENSATED, Move.RECOGNISE): Fee.RECOGNISED,
    }
)
OPEN = frozenset({Fee.ISSUED, Fee.PAID, Fee.COMPENSATED})

PATHS = {
    "EMITIDA": (),
    "VENCIDA": (Move.EXPIRE,),
    "PAGA": (Move.PAY,),
    "COMPENSADA": (Move.PAY, Move.COMPENSATE),
    "PAGA_A_MENOR": (Move.FALL_SHORT,),
    "PAGA_EM_ATRASO": (Move.COME_LATE,),
    "PAGA_EM_DUPLICIDADE": (Move.PAY,),
}


@dataclass(frozen=True, slots=True)
class Report:
    """A slip as the agency sees it: its situation in the agency's word, every payment in integer cents, and whether
    the fee was recognised on account of it."""

    situation: str
    payments: tuple[int, ...]
    recognised: bool


def moves_to(report: Report, *, state: Fee) -> list[Move]:
    """The moves from `state` to what is reported, in order; moves already made are left out."""
    found = []
    for move in (*PATHS.get(report.situation, ()), *((Move.RECOGNISE,) if report.recognised else ())):
        if FEE.may(state, move):
            found.append(move)
            state = FEE.after(state, move)
    return found
