"""How a DETRAN judges cancellations, slips and payments: pure functions. Moments are text as `clock.written` makes it,
which sorts as time does; amounts are reais as the wire writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ACCEPTED = "ACEITO"
# Slips that allow no other; a duplicity while the case still waits for its fee means that an accepted one is clearing.
IN_THE_WAY = {"GU-001": ("EMITIDA",), "GU-002": ("PAGA", "PAGA_EM_DUPLICIDADE")}
SITUATION_AFTER = {
    "APOS_CONCLUSAO": "PAGA_EM_DUPLICIDADE",
    "EM_DUPLICIDADE": "PAGA_EM_DUPLICIDADE",
    "EM_ATRASO": "PAGA_EM_ATRASO",
    "A_MENOR": "PAGA_A_MENOR",
}


@dataclass(frozen=True, slots=True)
class IntentionFacts:
    """What the base knows of an intention somebody wants to cancel."""

    situacao: str
    integradora: str
    documento_vendedor: str
    was_read: bool


@dataclass(frozen=True, slots=True)
class CommunicationFacts:
    """What the base knows of a communication somebody wants to cancel. `owner` is the vehicle's of today."""

    situacao: str
    integradora: str
    documento_vendedor: str
    owner: str
    is_being_cancelled: bool


@dataclass(frozen=True, slots=True)
class Course:
    """When an accepted payment's consequences fall due; a step that isn't planned yet is None."""

    recognised: str | None
    processing: str | None
    concluded: str | None
    outcome: str | None

    def situation(self, now: str) -> str:
        """Return the situation of the cancellation at a moment."""
        if self.recognised is None or now < self.recognised:
            return "AGUARDANDO_TAXA"
        if self.processing is None or now < self.processing:
            return "TAXA_RECONHECIDA"
        return self.outcome or "EM_PROCESSAMENTO"


def intention_refusal(
    facts: IntentionFacts | None, *, integrator: str, requester: str, cancels_after_reading: bool
) -> str | None:
    """Return the code that refuses cancelling an intention, None when it is cancelled."""
    if facts is None:
        return "CI-001"
    judgements = (
        ("CI-002", facts.integradora != integrator),
        ("CI-003", facts.situacao == "CANCELADA"),
        ("CI-004", facts.situacao == "COMUNICADA"),
        ("CI-005", facts.was_read and not cancels_after_reading),
        ("CI-006", facts.documento_vendedor != requester),
    )
    return next((code for code, refused in judgements if refused), None)


def communication_refusal(facts: CommunicationFacts | None, *, integrator: str, requester: str) -> str | None:
    """Return the code that refuses a request to cancel a communication, None when it is taken."""
    if facts is None:
        return "CC-001"
    judgements = (
        ("CC-002", facts.integradora != integrator),
        ("CC-003", facts.situacao == "CANCELADO"),
        ("CC-004", facts.is_being_cancelled),
        ("CC-005", facts.documento_vendedor != requester),
        ("CC-006", facts.documento_vendedor != facts.owner),
    )
    return next((code for code, refused in judgements if refused), None)


def slip_refusal(*, case: str, slips: Sequence[str]) -> str | None:
    """Return the code that refuses another slip, given the situations of the case and of its slips."""
    judgements = (
        ("GU-003", case != "AGUARDANDO_TAXA"),
        *((code, any(slip in standing for slip in slips)) for code, standing in IN_THE_WAY.items()),
    )
    return next((code for code, refused in judgements if refused), None)


def denial(*, restrictions: frozenset[str], is_still_the_sellers: bool) -> str | None:
    """Return in words why a cancellation whose fee was recognised is denied all the same, None when it isn't."""
    if "JUDICIAL" in restrictions:
        return "Veículo com restrição judicial."
    return None if is_still_the_sellers else "Veículo já transferido."


def effect_of(*, value: str, at: str, due: str, asked: str, is_over: bool, is_settled: bool) -> str:
    """Return what a payment does.

    `value` and `at` are the payment's, `due` (a date) and `asked` the slip's; `is_settled` says that a payment was
    accepted before, `is_over` that the cancellation is concluded.
    """
    judgements = (
        ("APOS_CONCLUSAO", is_over),
        ("EM_DUPLICIDADE", is_settled),
        ("EM_ATRASO", at[:10] > due),
        ("A_MENOR", Decimal(value) < Decimal(asked)),
    )
    return next((effect for effect, holds in judgements if holds), ACCEPTED)


def slip_situation(effects: Sequence[str], *, due: str, now: str, cleared: str | None) -> str:
    """Return the situation of a slip at a moment.

    `effects` are its payments', in order of arrival; `cleared` is when the accepted one has cleared.
    """
    if not effects:
        return "EMITIDA" if now[:10] <= due else "VENCIDA"
    after = [SITUATION_AFTER.get(effect) for effect in effects]
    if "PAGA_EM_DUPLICIDADE" in after:
        return "PAGA_EM_DUPLICIDADE"
    if ACCEPTED in effects:
        return "COMPENSADA" if cleared is not None and cleared <= now else "PAGA"
    return SITUATION_AFTER[effects[-1]]
