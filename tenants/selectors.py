"""Reading who is where."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from tenants.models import AdhesionAcceptance, AdhesionTerm, Establishment, Membership
from tenants.roles import RIGHTS, Right


def term_in_force() -> AdhesionTerm | None:
    """The ecosystem's highest version, or None when it has published none."""
    return AdhesionTerm.objects.order_by("-version").first()


def acceptance_of(term: AdhesionTerm, establishment: Establishment) -> AdhesionAcceptance | None:
    return AdhesionAcceptance.objects.filter(term=term, establishment=establishment).first()


def adhesion_is_due(establishment: Establishment) -> bool:
    """True while the establishment has not accepted the version in force; without a published term nobody enters."""
    acceptances = AdhesionAcceptance.objects.filter(term=OuterRef("pk"), establishment=establishment)
    newest = AdhesionTerm.objects.order_by("-version").values_list(Exists(acceptances), flat=True)
    return newest.first() is not True


def acceptances_of(establishment: Establishment) -> QuerySet[AdhesionAcceptance]:
    """Newest version first, each with its term."""
    return (
        AdhesionAcceptance.objects.filter(establishment=establishment).select_related("term").order_by("-term__version")
    )


def people_with(right: Right, establishment: Establishment) -> list[str]:
    """Names of the people whose role in the establishment itself carries the right."""
    roles = [role.value for role, rights in RIGHTS.items() if right in rights]
    found = Membership.objects.filter(establishment=establishment, active=True, role__in=roles, user__is_active=True)
    return list(found.order_by("user__name").values_list("user__name", flat=True))


def users_with(right: Right, establishment_id: int) -> list[User]:
    """The people whose role in the establishment itself carries the right."""
    roles = [role.value for role, rights in RIGHTS.items() if right in rights]
    found = Membership.objects.filter(establishment_id=establishment_id, active=True, role__in=roles)
    return [member.user for member in found.filter(user__is_active=True).select_related("user").order_by("user_id")]


def memberships_of(user_id: int) -> QuerySet[Membership]:
    """Where a person works. To be read in `scoped(user_id=…)`."""
    return (
        Membership.objects.filter(user_id=user_id, active=True, ecosystem__active=True)
        .select_related("ecosystem", "establishment")
        .order_by("ecosystem__name", "establishment__name")
    )
