"""Files the house keeps: content-addressed, encrypted at rest, with a date until which they must stay."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kernel.db.scoping import EstablishmentRows


class Document(EstablishmentRows):
    """`sha256` of the clear content names the sealed blob; the same content is stored once per ecosystem."""

    ecosystem_id = models.BigIntegerField()
    establishment_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="bytes")
    media_type = models.CharField(max_length=60)
    filename = models.CharField(max_length=160)
    keep_until = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind", "sha256"], name="document_once_per_subject"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_hash_shape"),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),
        ]
        indexes = [models.Index(fields=["ecosystem_id", "establishment_id", "id"], name="document_tenant")]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"
