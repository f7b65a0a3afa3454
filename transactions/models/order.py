"""An order to a DETRAN: what is asked, and what the DETRAN made of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from documents.models import Document
from kernel.db.scoping import EstablishmentRows
from tenants.models import Ecosystem, Establishment
from transactions.rules.agencies import (
    CANCELS,
    COMMUNICATION_CANCELLATION,
    INTENTION_CANCELLATION,
    KINDS,
    SALE_COMMUNICATION,
    SALE_INTENTION,
)
from transactions.states import LIVE, TABS, State, Tab

KIND_LABELS = {
    SALE_INTENTION: "Intenção de venda",
    SALE_COMMUNICATION: "Comunicado de venda",
    INTENTION_CANCELLATION: "Cancelamento de intenção de venda",
    COMMUNICATION_CANCELLATION: "Cancelamento de comunicado de venda",
}
STATE_LABELS = {
    State.QUEUED: "Na fila",
    State.IN_FLIGHT: "Em envio",
    State.UNCONFIRMED: "Aguardando confirmação",
    State.PARKED: "Precisa de decisão",
    State.AWAITING_FEE: "Aguardando taxa",
    State.PROCESSING: "Em processamento",
    State.REGISTERED: "Registrado",
    State.REFUSED: "Recusado",
    State.CANCELLED: "Cancelado",
}
IN_WORK = sorted(state.value for state in LIVE)


class Order(EstablishmentRows):
    """`number` is our reference, also at the agency. `state` and `tab` are written by `services._move` alone.

    `price_cents` is integer cents; `due_on` the last day of the legal term, if one runs. Agency code and words are
    kept word for word. At most one live order per agency, kind and chassis exists, whoever sends it.
    """

    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=30, choices=[(kind, KIND_LABELS[kind]) for kind in KINDS])
    agency = models.CharField(max_length=20)
    state = models.CharField(
        max_length=12, choices=[(s.value, STATE_LABELS[s]) for s in State], default=State.QUEUED.value
    )
    tab = models.CharField(
        max_length=10, choices=[(t.value, t.value) for t in Tab], default=Tab.PENDING.value, editable=False
    )

    plate = models.CharField(max_length=7)
    renavam = models.CharField(max_length=11)
    chassis = models.CharField(max_length=17)
    crv_number = models.CharField(max_length=12, blank=True)
    crv_security_code = models.CharField(max_length=11, blank=True)
    brand_model = models.CharField(max_length=80, blank=True)
    mileage = models.PositiveIntegerField(null=True)
    sale_date = models.DateField()
    price_cents = models.BigIntegerField()
    sale_city = models.CharField(max_length=80, blank=True)
    sale_city_code = models.CharField(max_length=7)

    origin = models.CharField(max_length=12, blank=True)
    intention = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="communications")
    atpv_number = models.CharField(max_length=12, blank=True)
    atpv_security_code = models.CharField(max_length=11, blank=True)
    scan = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")

    protocol = models.CharField(max_length=40, blank=True)
    atpve_number = models.CharField(max_length=15, blank=True)
    agency_code = models.CharField(max_length=40, blank=True)
    agency_words = models.TextField(blank=True)
    registered_at = models.DateTimeField(null=True)
    atpve = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    atpve_asked_at = models.DateTimeField(null=True)

    due_on = models.DateField(null=True)
    cancels = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="cancellations")
    reason = models.CharField(max_length=30, blank=True)
    justification = models.CharField(max_length=500, blank=True)
    signed_request = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="order_kind"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="order_state"),
            models.CheckConstraint(
                condition=~Q(state=State.REGISTERED.value) | ~Q(protocol=""), name="registered_has_protocol"
            ),
            models.CheckConstraint(
                condition=Q(
                    *[Q(state=s.value, tab=t.value) for s, t in TABS.items()],
                    _connector=Q.OR,
                ),
                name="order_tab_fits_state",
            ),
            models.CheckConstraint(condition=Q(price_cents__gt=0), name="order_price"),
            models.CheckConstraint(
                condition=Q(kind__in=list(CANCELS), cancels__isnull=False, signed_request__isnull=False)
                | Q(~Q(kind__in=list(CANCELS)), cancels__isnull=True),
                name="cancellation_has_target_and_request",
            ),
            models.UniqueConstraint(
                fields=["agency", "kind", "chassis"],
                condition=Q(state__in=IN_WORK),
                name="one_live_order",
            ),
            models.UniqueConstraint(
                fields=["agency", "kind", "protocol"], condition=~Q(protocol=""), name="one_order_per_protocol"
            ),
        ]
        indexes = [
            models.Index(fields=["establishment", "kind", "tab", "-id"], name="order_list"),
            models.Index(fields=["establishment", "plate"], name="order_plate"),
            models.Index(fields=["establishment", "chassis"], name="order_chassis"),
            models.Index(fields=["establishment", "renavam"], name="order_renavam"),
            models.Index(fields=["establishment", "tab", "due_on"], name="order_due"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.kind]

    @property
    def state_label(self) -> str:
        if self.is_cancellation and self.state == State.REGISTERED.value:
            return "Concluído"
        return STATE_LABELS[State(self.state)]

    @property
    def is_intention(self) -> bool:
        return self.kind == SALE_INTENTION

    @property
    def is_cancellation(self) -> bool:
        return self.kind in CANCELS

    @property
    def is_live(self) -> bool:
        return State(self.state) in LIVE

    @property
    def lane(self) -> str:
        """Whom the outbox visits for this order."""
        return self.agency
