"""A dealership, manufacturer, despachante or financial agent within an ecosystem: the inner tenant."""

from django.db import models
from django.db.models import Q

from kernel import scope
from kernel.db.scoping import Scoped
from tenants.models.ecosystem import SLUG, Ecosystem

KINDS = [
    ("dealership", "Concessionária ou revenda"),
    ("manufacturer", "Montadora"),
    ("despachante", "Despachante"),
    ("financial_agent", "Agente financeiro"),
]


class Establishment(Scoped):
    """`cnpj` without punctuation, 14 positions, letters allowed since July 2026 (IN RFB 2.229/2024)."""

    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    slug = models.CharField(max_length=40, validators=[SLUG])
    name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=160)
    cnpj = models.CharField(max_length=14)
    kind = models.CharField(max_length=20, choices=KINDS)
    uf = models.CharField(max_length=2)
    city = models.CharField(max_length=80)
    city_code = models.CharField(max_length=7)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=11, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ecosystem", "slug"], name="establishment_slug"),
            models.UniqueConstraint(fields=["ecosystem", "cnpj"], name="establishment_cnpj"),
            models.UniqueConstraint(fields=["ecosystem", "id"], name="establishment_of_ecosystem"),
            models.CheckConstraint(condition=Q(kind__in=[kind for kind, _ in KINDS]), name="establishment_kind"),
            models.CheckConstraint(condition=Q(cnpj__regex=r"^[0-9A-Z]{12}[0-9]{2}$"), name="establishment_cnpj_shape"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def rows_of(cls, of: scope.Scope) -> Q:
        if of.system:
            return Q()
        if of.ecosystem_id is not None:
            mine = Q(ecosystem_id=of.ecosystem_id)
            return mine if of.establishment_id is None else mine & Q(pk=of.establishment_id)
        if of.user_id is not None:
            return Q(memberships__user_id=of.user_id)
        return Q(pk__in=[])

    def belongs_to(self, of: scope.Scope) -> bool:
        return of.system or (self.ecosystem_id == of.ecosystem_id and of.establishment_id in (None, self.pk))
