"""The life of a state fee: issued, paid, compensated, recognised, and what goes wrong on the way."""

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
