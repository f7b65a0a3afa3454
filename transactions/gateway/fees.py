"""The fee slip of a cancellation, and how far the cancellation has come."""

from dataclasses import dataclass
from decimal import Decimal

from billing.services import Slip
from billing.states import Report
from kernel.db.transactions import assert_no_open_transaction
from transactions.clients.detran import schemas
from transactions.gateway.common import client_of
from transactions.models import Order

RECOGNISED = frozenset({"TAXA_RECONHECIDA", "EM_PROCESSAMENTO", "CANCELADO"})
OPEN = frozenset({"EMITIDA", "PAGA", "COMPENSADA"})


@dataclass(frozen=True, slots=True)
class Progress:
    """`situation` in the agency's word; `reason` when it turned the cancellation down."""

    situation: str
    reason: str

    @property
    def fee_recognised(self) -> bool:
        return self.situation in RECOGNISED


def issue_slip(order: Order, *, request_id: str) -> Slip:
    """Has a slip issued. Raises Refused, NotSent, OutcomeUnknown."""
    assert_no_open_transaction()
    return _slip(client_of(order, request_id).issue_slip(order.protocol))


def slips(order: Order, *, request_id: str) -> list[tuple[Slip, Report]]:
    """Every slip of a cancellation with what the agency saw of its payment, oldest first."""
    assert_no_open_transaction()
    listing = client_of(order, request_id).slips(order.protocol)
    return [(_slip(item), _report(item)) for item in listing.items]


def progress(order: Order, *, request_id: str) -> Progress:
    assert_no_open_transaction()
    said = client_of(order, request_id).communication_cancellation(order.protocol)
    return Progress(said.situation, said.reason or "")


def _cents(value: Decimal) -> int:
    return int((value * 100).to_integral_exact())


def _slip(item: schemas.Slip) -> Slip:
    return Slip(
        number=item.number,
        line=item.line,
        barcode=item.barcode,
        pix=item.pix,
        value_cents=_cents(item.value),
        due_on=item.due_on,
        issued_at=item.issued_at,
    )


def _report(item: schemas.Slip) -> Report:
    return Report(item.situation, tuple(_cents(payment.value) for payment in item.payments), recognised=False)
