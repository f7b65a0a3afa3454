"""State fees. Our own services' charges are another matter and are never mixed with these."""

from django.db import models
from django.db.models import Q

from billing.states import OPEN, Fee
from kernel.db.scoping import EstablishmentRows
from tenants.models import Ecosystem, Establishment

LABELS = {
    Fee.ISSUED: "Aguardando pagamento",
    Fee.EXPIRED: "Vencida",
    Fee.PAID: "Paga, aguardando compensação",
    Fee.COMPENSATED: "Compensada",
    Fee.RECOGNISED: "Reconhecida pelo órgão",
    Fee.PAID_SHORT: "Paga a menor",
    Fee.PAID_LATE: "Paga depois do vencimento",
}
OPEN_VALUES = sorted(state.value for state in OPEN)


class FeeSlip(EstablishmentRows):
    """A slip (*guia*) as the agency issued it, for a subject of another room.

    `value_cents` and `paid_cents` in integer cents; `due_on` a calendar day. `payments` counts what the agency saw:
    more than one is a payment in duplicity, whatever the state. At most one slip of a subject is open.
    """

    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    agency = models.CharField(max_length=20)
    number = models.CharField(max_length=40)
    line = models.CharField(max_length=48)
    barcode = models.CharField(max_length=44)
    pix = models.TextField(blank=True)
    value_cents = models.BigIntegerField()
    due_on = models.DateField()
    issued_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=[(s.value, LABELS[s]) for s in Fee], default=Fee.ISSUED.value)
    paid_cents = models.BigIntegerField(default=0)
    payments = models.PositiveIntegerField(default=0)
    duplicity_settled_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="one_slip_per_number"),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(state__in=OPEN_VALUES),
                name="one_open_slip",
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in Fee]), name="slip_state"),
            models.CheckConstraint(condition=Q(value_cents__gt=0), name="slip_value"),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="slip_subject"),
            models.Index(fields=["establishment", "state", "due_on"], name="slip_worklist"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> str:
        return LABELS[Fee(self.state)]

    @property
    def paid_in_duplicity(self) -> bool:
        return self.payments > 1
