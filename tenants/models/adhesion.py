"""*Termo de Adesão*: versions of an ecosystem's term, and who accepted which, when and from where."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kernel.db.scoping import EcosystemRows, EstablishmentRows
from tenants.models.ecosystem import Ecosystem
from tenants.models.establishment import Establishment


class AdhesionTerm(EcosystemRows):
    """One version. The highest published version is in force; its text never changes (trigger)."""

    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    text = models.TextField(help_text="Markdown")
    text_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ecosystem", "version"], name="adhesion_term_version")]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class AdhesionAcceptance(EstablishmentRows):
    """`text_hash` is the SHA-256 of the very text that was on the screen. Never changed nor deleted (trigger)."""

    term = models.ForeignKey(AdhesionTerm, on_delete=models.PROTECT, related_name="acceptances")
    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_name = models.CharField(max_length=120)
    accepted_role = models.CharField(max_length=40)
    accepted_at = models.DateTimeField(default=timezone.now)
    ip = models.GenericIPAddressField()
    user_agent = models.CharField(max_length=300, blank=True)
    text_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term", "establishment"], name="one_acceptance_per_version"),
            models.CheckConstraint(condition=Q(text_hash__regex=r"^[0-9a-f]{64}$"), name="acceptance_hash_shape"),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} v{self.term_id}"
