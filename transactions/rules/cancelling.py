"""May this registered order be cancelled, what does it cost, and is the cancellation complete? Pure."""

import datetime as dt
from dataclasses import dataclass

from kernel.errors import Problem
from transactions.rules.agencies import CANCELLED_BY, SALE_INTENTION, Agency, Reason

LEAST_WORDS, MOST_WORDS = 10, 500


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be cancelled, as its page knows it."""

    kind: str
    is_registered: bool
    atpve_was_read: bool
    is_communicated: bool
    running_cancellation: str = ""


@dataclass(frozen=True, slots=True)
class CancellationFacts:
    reason: str
    justification: str
    has_signed_request: bool


def obstacles(target: Target, *, agency: Agency, today: dt.date) -> list[str]:
    """Why the cancellation is not possible now, in the user's words; empty when it is."""
    service = agency.service(CANCELLED_BY[target.kind], on=today)
    if service is None:
        return [f"O {agency.name} não recebe este cancelamento pelo portal; procure a unidade de atendimento."]
    if not target.is_registered:
        return ["Só se cancela o que o DETRAN registrou."]
    found = []
    if target.running_cancellation:
        found.append(f"Já há um cancelamento em andamento, o {target.running_cancellation}.")
    if target.kind == SALE_INTENTION:
        included = agency.service(SALE_INTENTION, on=today)
        if target.is_communicated:
            found.append("A venda já foi comunicada; cancele primeiro o comunicado de venda.")
        elif target.atpve_was_read and included is not None and included.reading_forbids_cancelling:
            found.append(f"A ATPV-e já foi obtida, e o {agency.name} não cancela depois disso.")
    return found


def reason_of(agency: Agency, kind: str, code: str, *, today: dt.date) -> Reason | None:
    service = agency.service(kind, on=today)
    return next((r for r in service.reasons if r.code == code), None) if service else None


def problems(facts: CancellationFacts, *, agency: Agency, kind: str, today: dt.date) -> list[Problem]:
    """What is missing before the cancellation may be sent, all at once."""
    found = reason_problems(facts, agency=agency, kind=kind, today=today)
    if not facts.has_signed_request:
        found.append(Problem("signed_request", "obrigatorio", "Envie a solicitação assinada, em PDF, JPG ou PNG."))
    return found


def reason_problems(facts: CancellationFacts, *, agency: Agency, kind: str, today: dt.date) -> list[Problem]:
    reason = reason_of(agency, kind, facts.reason, today=today)
    if reason is None:
        return [Problem("reason", "obrigatorio", "Escolha o motivo do cancelamento.")]
    words = len(facts.justification)
    if reason.explained and words < LEAST_WORDS:
        return [Problem("justification", "obrigatorio", f"Explique o motivo em ao menos {LEAST_WORDS} letras.")]
    if words > MOST_WORDS:
        return [Problem("justification", "texto_longo", f"Use até {MOST_WORDS} letras; há {words}.")]
    return []
