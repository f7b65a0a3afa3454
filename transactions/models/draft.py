"""An order being typed: raw text as typed, saved by itself, so that nothing is lost."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from documents.models import Document
from kernel.db.scoping import EstablishmentRows
from tenants.models import Ecosystem, Establishment
from transactions.models.order import Order
from transactions.rules.agencies import KINDS


class Draft(EstablishmentRows):
    """`data` maps field names to what was typed, good or bad. Once `order` is set the draft is spent: sending it
    again, by a double click, the back button or another tab, leads to that same order."""

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=[(kind, kind) for kind in KINDS])
    agency = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    nfe = models.JSONField(null=True)
    scan = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    intention = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=12, unique=True, null=True)
    cancels = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="cancellation_drafts")
    request = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    signed_request = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    signed_check = models.JSONField(null=True)
    corrects = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="draft")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="draft_kind")]
        indexes = [
            models.Index(fields=["establishment", "-id"], name="draft_open", condition=Q(order__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.token)
