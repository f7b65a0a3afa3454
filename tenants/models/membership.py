"""Which person works where, and as what."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kernel import scope
from kernel.db.scoping import Scoped
from tenants.models.ecosystem import Ecosystem
from tenants.models.establishment import Establishment
from tenants.roles import ECOSYSTEM_WIDE, LABELS, RIGHTS, Right, Role

ROLES = [(role.value, LABELS[role]) for role in Role]


class Membership(Scoped):
    """A role in one establishment, or in the whole ecosystem when `establishment` is empty."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True
    )
    role = models.CharField(max_length=20, choices=ROLES)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "ecosystem", "establishment"], name="one_role_per_place", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="membership_role"),
            models.CheckConstraint(
                condition=Q(role__in=sorted(role.value for role in ECOSYSTEM_WIDE), establishment__isnull=True)
                | (~Q(role__in=sorted(role.value for role in ECOSYSTEM_WIDE)) & Q(establishment__isnull=False)),
                name="membership_place_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    def has(self, right: Right) -> bool:
        return right in RIGHTS[Role(self.role)]

    @property
    def role_label(self) -> str:
        return LABELS[Role(self.role)]

    @classmethod
    def rows_of(cls, of: scope.Scope) -> Q:
        if of.system:
            return Q()
        if of.ecosystem_id is not None:
            mine = Q(ecosystem_id=of.ecosystem_id)
            return mine if of.establishment_id is None else mine & Q(establishment_id=of.establishment_id)
        if of.user_id is not None:
            return Q(user_id=of.user_id)
        return Q(pk__in=[])

    def belongs_to(self, of: scope.Scope) -> bool:
        return of.system or (
            self.ecosystem_id == of.ecosystem_id and of.establishment_id in (None, self.establishment_id)
        )
