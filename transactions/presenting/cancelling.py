"""The request of a cancellation on its way to be sent: written out, signed, checked."""

from dataclasses import dataclass
from typing import Any

from brazil.masks import mask_document
from kernel import clock
from transactions.models import Draft
from transactions.presenting.offers import offer_of
from transactions.presenting.steps import DONE, FAILED, NOW, TODO, Step
from transactions.rules.agencies import agency
from transactions.rules.cancelling import reason_of
from transactions.services.cancel import obstacles


@dataclass(frozen=True, slots=True)
class Signer:
    """A digital signature found in the signed copy. `tone` is a status' tone."""

    name: str
    tone: str
    words: str


def _signers(check: dict[str, Any], *, sees: bool) -> list[Signer]:
    return [_signer(one, sees=sees) for one in check.get("signatures", [])]


def _signer(one: dict[str, Any], *, sees: bool) -> Signer:
    document = one.get("cnpj") or one.get("cpf") or ""
    name = str(one.get("name") or "Assinatura sem nome")
    if document:
        name += f" ({document if sees else mask_document(document)})"
    if not one.get("intact"):
        return Signer(name, "bad", "A assinatura não confere com o documento")
    if one.get("changes") == "forbidden":
        return Signer(name, "bad", "O documento foi alterado depois de assinado")
    return Signer(name, "good", "Assinatura digital íntegra")


def request_page(draft: Draft, *, sees: bool) -> dict[str, Any]:
    """The context of the page of a request: its three steps, and what may be done now."""
    where, check = agency(draft.agency), draft.signed_check or {}
    target = draft.cancels
    if target is None:
        raise ValueError(f"{draft.number} cancels nothing.")
    reason = reason_of(where, draft.kind, str(draft.data.get("reason", "")), today=clock.today())
    copied, checked = draft.signed_request is not None, draft.signed_check is not None
    against = obstacles(target)
    ready = bool(check.get("matches")) and not against
    return {
        "draft": draft,
        "target": target,
        "agency": where,
        "offer": offer_of(target),
        "reason": reason,
        "steps": _steps(draft, where.name, ready=ready),
        "moving": draft.request is None or (copied and not checked),
        "checking": copied and not checked,
        "matches": bool(check.get("matches")),
        "check_words": str(check.get("words", "")),
        "signers": _signers(check, sees=sees),
        "against": against,
        "ready": ready,
        "version": f"{draft.request_id}-{draft.signed_request_id}-{checked}",
    }


def _steps(draft: Draft, where: str, *, ready: bool) -> list[Step]:
    written = draft.request is not None
    first = Step(
        "Solicitação gerada" if written else "Gerando a solicitação",
        DONE if written else NOW,
        draft.request.created_at if draft.request else None,
    )
    copied, check = draft.signed_request, draft.signed_check
    if check is not None and not check.get("matches"):
        second = Step("Cópia assinada não serve", FAILED)
    elif check is not None:
        second = Step("Cópia assinada conferida", DONE, copied.created_at if copied else None)
    else:
        second = Step("Conferindo a cópia assinada" if copied else "Cópia assinada", NOW if written else TODO)
    return [first, second, Step(f"Enviar ao {where}", NOW if ready else TODO)]
