"""State fee slips: kept as issued, followed as reported."""

import datetime as dt
from dataclasses import dataclass

from billing.models import OPEN_VALUES, FeeSlip
from billing.states import FEE, Fee, Report, moves_to
from journal import services as journal
from kernel import clock, scope
from kernel.actor import SYSTEM, Actor
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach

SUBJECT = "fee_slip"


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip as an agency hands it out. `value_cents` integer cents, `issued_at` aware."""

    number: str
    line: str
    barcode: str
    pix: str
    value_cents: int
    due_on: dt.date
    issued_at: dt.datetime


def keep_slip(slip: Slip, *, agency: str, subject_type: str, subject_id: int) -> FeeSlip:
    """Keeps an issued slip in the scope in force; the same number again answers the row that is there."""
    of = scope.required()
    if of.ecosystem_id is None or of.establishment_id is None:
        raise scope.ScopeMissing("A fee slip belongs to an establishment: enter its scope.")
    with unit_of_work():
        known = FeeSlip.objects.filter(agency=agency, number=slip.number).first()
        if known is not None:
            return known
        row = FeeSlip(
            ecosystem_id=of.ecosystem_id,
            establishment_id=of.establishment_id,
            subject_type=subject_type,
            subject_id=subject_id,
            agency=agency,
            number=slip.number,
            line=slip.line,
            barcode=slip.barcode,
            pix=slip.pix,
            value_cents=slip.value_cents,
            due_on=slip.due_on,
            issued_at=slip.issued_at,
        )
        row.save(force_insert=True)
        reach("billing.keep_slip.row_saved")
        _record(row, "issued", actor=SYSTEM, data={"value_cents": row.value_cents, "due_on": row.due_on})
        reach("billing.keep_slip.recorded")
    reach("billing.keep_slip.committed")
    return row


def report_slip(slip_id: int, report: Report) -> FeeSlip:
    """Brings a slip to what the agency reports, one event per change. Repeated reports change nothing."""
    with unit_of_work():
        slip = FeeSlip.objects.select_for_update().get(pk=slip_id)
        made = moves_to(report, state=Fee(slip.state))
        for move in made:
            slip.state = FEE.after(Fee(slip.state), move).value
            _record(slip, slip.state, actor=SYSTEM)
            reach("billing.report_slip.recorded")
        paid, many = sum(report.payments), len(report.payments)
        doubled = many > 1 and many > slip.payments
        if made or (paid, many) != (slip.paid_cents, slip.payments):
            slip.paid_cents, slip.payments = paid, many
            slip.save(update_fields=["state", "paid_cents", "payments", "updated_at"])
            reach("billing.report_slip.slip_saved")
        if doubled:
            _record(slip, "paid_in_duplicity", actor=SYSTEM, data={"paid_cents": paid, "payments": many})
            reach("billing.report_slip.duplicity_recorded")
    reach("billing.report_slip.committed")
    return slip


def settle_duplicity(slip_id: int, *, actor: Actor) -> None:
    """A person has asked for the refund of what was paid too much: the worklist lets go of it."""
    with unit_of_work():
        slip = FeeSlip.objects.select_for_update().get(pk=slip_id)
        if slip.paid_in_duplicity and slip.duplicity_settled_at is None:
            slip.duplicity_settled_at = clock.now()
            slip.save(update_fields=["duplicity_settled_at", "updated_at"])
            reach("billing.settle_duplicity.slip_saved")
            _record(slip, "duplicity_settled", actor=actor)
            reach("billing.settle_duplicity.recorded")
    reach("billing.settle_duplicity.committed")


def open_slip(subject_type: str, subject_id: int) -> FeeSlip | None:
    return FeeSlip.objects.filter(subject_type=subject_type, subject_id=subject_id, state__in=OPEN_VALUES).first()


def _record(slip: FeeSlip, verb: str, *, actor: Actor, data: dict[str, object] | None = None) -> None:
    journal.record(
        f"fee_slip.{verb}",
        subject_type=SUBJECT,
        subject_id=slip.pk,
        actor=actor,
        data={"number": slip.number, "subject": f"{slip.subject_type}:{slip.subject_id}", **(data or {})},
    )
