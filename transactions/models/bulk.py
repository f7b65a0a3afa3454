"""Several vehicles in one file, and what became of each line."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from documents.models import Document
from kernel.db.scoping import EstablishmentRows
from tenants.models import Ecosystem, Establishment
from transactions.models.order import Order
from transactions.rules.agencies import SALE_COMMUNICATION, SALE_INTENTION
from transactions.states import FileState, LineState

IN_BULK = (SALE_INTENTION, SALE_COMMUNICATION)


class BulkFile(EstablishmentRows):
    """The same content for the same kind is one file, whoever sends it again. `notes` are remarks about the whole of
    it; `words` say why it could not be read. `state` is written by `services._move` alone."""

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=[(kind, kind) for kind in IN_BULK])
    agency = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    filename = models.CharField(max_length=160)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in FileState], default=FileState.CHECKING.value
    )
    words = models.CharField(max_length=300, blank=True)
    notes = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["establishment", "kind", "sha256"], name="bulk_file_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in FileState]), name="bulk_file_state"),
            models.CheckConstraint(condition=Q(kind__in=list(IN_BULK)), name="bulk_file_kind"),
        ]
        indexes = [models.Index(fields=["establishment", "-id"], name="bulk_file_list")]

    def __str__(self) -> str:
        return self.filename


class BulkLine(EstablishmentRows):
    """`data` is what the line says, as typed, emptied once the order holds it. `source` is the file inside a zip.

    `problems`: field, label, value, code and message of each. Within a file a chassis is good once only.
    """

    file = models.ForeignKey(BulkFile, on_delete=models.CASCADE, related_name="lines")
    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in LineState])
    plate = models.CharField(max_length=20, blank=True)
    chassis = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="bulk_line")
    blocked_by = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="bulk_line_number"),
            models.UniqueConstraint(
                fields=["file", "chassis"], condition=~Q(state=LineState.BAD.value), name="bulk_line_once"
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in LineState]), name="bulk_line_state"),
            models.CheckConstraint(
                condition=Q(state=LineState.SENT.value, order__isnull=False)
                | Q(~Q(state=LineState.SENT.value), order__isnull=True),
                name="bulk_line_sent_has_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.number}"
