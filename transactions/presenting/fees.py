"""Fee slips as the page of a cancellation shows them: what to pay, until when, and what went wrong."""

import datetime as dt
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from billing.models import FeeSlip
from billing.states import OPEN, Fee
from brazil.arrecadacao import format_slip_line
from brazil.barcode import itf_svg
from documents.codes import qr_svg
from kernel import clock
from kernel.money import format_brl
from outbox.models import Message
from transactions.models import Order
from transactions.presenting.days import Deadline, deadline
from transactions.presenting.lists import Mark
from transactions.services.fees import WAITING, look_allowed_at
from transactions.states import State
from transactions.topics import FOLLOW, ISSUE_SLIP

MARKS = {
    Fee.ISSUED: ("active", "receipt"),
    Fee.EXPIRED: ("bad", "calendar-event"),
    Fee.PAID: ("active", "hourglass"),
    Fee.COMPENSATED: ("good", "check"),
    Fee.RECOGNISED: ("good", "circle-check"),
    Fee.PAID_SHORT: ("warn", "alert-triangle"),
    Fee.PAID_LATE: ("warn", "alert-triangle"),
}


@dataclass(frozen=True, slots=True)
class SlipCard:
    """One slip. `line` as it is printed; the two drawings only while it can be paid. `advice`: what to do, if any."""

    slip: FeeSlip
    mark: Mark
    clock: Deadline | None
    line: str
    barcode: SafeString | str
    qr: SafeString | str
    advice: str
    payable: bool


@dataclass(frozen=True, slots=True)
class FeePart:
    """The fee of a cancellation: the slip that counts, those before it, and what a person may ask for."""

    current: SlipCard | None
    past: list[SlipCard]
    issuing: bool
    may_ask_new: bool
    may_verify: bool
    verify_from: dt.datetime | None
    next_look: dt.datetime | None
    follows: bool


def fee_part(order: Order, slips: list[FeeSlip], messages: dict[str, Message]) -> FeePart | None:
    """None for an order without a fee."""
    waiting = State(order.state) in WAITING
    if not slips and not waiting:
        return None
    cards = [card_of(slip, current=n == 0 and waiting) for n, slip in enumerate(slips)]
    issuing = ISSUE_SLIP in messages
    follow = messages.get(FOLLOW)
    allowed = look_allowed_at(order) if follow and waiting else None
    later = allowed if allowed and allowed > clock.now() else None
    asleep = follow is not None and follow.state == "waiting" and follow.due_at > clock.now()
    unpaid = State(order.state) is State.AWAITING_FEE
    return FeePart(
        current=cards[0] if cards else None,
        past=cards[1:],
        issuing=issuing,
        may_ask_new=unpaid and not issuing and not any(Fee(slip.state) in OPEN for slip in slips),
        may_verify=waiting and later is None and (asleep or (follow is not None and follow.state == "parked")),
        verify_from=later if asleep else None,
        next_look=follow.due_at if follow is not None and asleep else None,
        follows=waiting and follow is not None,
    )


def card_of(slip: FeeSlip, *, current: bool) -> SlipCard:
    state = Fee(slip.state)
    payable = current and state is Fee.ISSUED
    tone, icon = MARKS[state]
    return SlipCard(
        slip,
        Mark(tone, icon, slip.state_label),
        deadline(slip.due_on) if state is Fee.ISSUED else None,
        format_slip_line(slip.line),
        # Safe: bars of 44 digits and a fixed label.
        mark_safe(itf_svg(slip.barcode)) if payable else "",  # noqa: S308  as said above
        qr_svg(slip.pix, label="QR code do PIX") if payable and slip.pix else "",
        advice_of(slip, current=current),
        payable,
    )


def advice_of(slip: FeeSlip, *, current: bool) -> str:
    """What to do about a slip in trouble; empty when there is nothing to do."""
    if slip.paid_in_duplicity and slip.duplicity_settled_at is None:
        return (
            f"Foram vistos {slip.payments} pagamentos, {format_brl(slip.paid_cents)} ao todo. Um basta: peça ao "
            "DETRAN a restituição do que foi pago a mais e marque aqui que já pediu."
        )
    if not current:
        return ""
    match Fee(slip.state):
        case Fee.EXPIRED:
            return "A guia venceu sem pagamento. Emita uma nova; a vencida não deve mais ser paga."
        case Fee.PAID_SHORT:
            return (
                f"Foram pagos {format_brl(slip.paid_cents)} de {format_brl(slip.value_cents)}, e o DETRAN não soma "
                "pagamentos. Emita uma nova guia e pague o valor inteiro; o que foi pago a menor se pede de volta."
            )
        case Fee.PAID_LATE:
            return (
                "O pagamento chegou depois do vencimento e não conta. Emita uma nova guia; o que foi pago em atraso "
                "se pede de volta ao DETRAN."
            )
    return ""
