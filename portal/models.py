"""What people are told without having asked."""

from django.conf import settings
from django.db import models

from kernel.db.scoping import EstablishmentRows
from tenants.models import Ecosystem, Establishment

DEADLINE, AGENCY_DOWN, AGENCY_UP = "deadline", "agency_down", "agency_up"
KINDS = {DEADLINE: "Prazo legal", AGENCY_DOWN: "Órgão fora do ar", AGENCY_UP: "Órgão de volta"}


class Notice(EstablishmentRows):
    """One thing told to one person, once: `mark` names what was told, and no notice of it is made twice.

    `link` is a path of our own. No personal data stands in `text`.
    """

    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=list(KINDS.items()))
    text = models.CharField(max_length=300)
    link = models.CharField(max_length=200)
    mark = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=list(KINDS)), name="notice_kind"),
            models.UniqueConstraint(fields=["establishment", "user", "kind", "mark"], name="one_notice_per_mark"),
        ]
        indexes = [
            models.Index(fields=["establishment", "user", "-id"], name="notice_list"),
            models.Index(
                fields=["establishment", "user"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mark}"

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    @property
    def icon(self) -> str:
        return {DEADLINE: "calendar-event", AGENCY_DOWN: "alert-triangle", AGENCY_UP: "circle-check"}[self.kind]
