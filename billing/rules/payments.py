"""What an agency's report about a slip means for the fee. Pure."""

from dataclasses import dataclass

from billing.states import FEE, Fee, Move

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
    """A slip as the agency sees it: its situation in the agency's word, and every payment in cents."""

    situation: str
    payments: tuple[int, ...]
    recognised: bool


def moves(state: Fee, report: Report) -> list[Move]:
    """The moves from `state` to what is reported, in order; moves already made are left out."""
    wanted = [*PATHS.get(report.situation, ()), *([Move.RECOGNISE] if report.recognised else [])]
    found = []
    for move in wanted:
        if FEE.may(state, move):
            found.append(move)
            state = FEE.after(state, move)
    return found
