"""Reading who is where."""

from django.db.models import QuerySet

from tenants.models import AdhesionAcceptance, AdhesionTerm, Establishment, Membership


def term_in_force() -> AdhesionTerm | None:
    """The ecosystem's highest version, or None when it has published none."""
    return AdhesionTerm.objects.order_by("-version").first()


def acceptance_of(term: AdhesionTerm, establishment: Establishment) -> AdhesionAcceptance | None:
    return AdhesionAcceptance.objects.filter(term=term, establishment=establishment).first()


def adhesion_is_due(establishment: Establishment) -> bool:
    """True while the establishment has not accepted the version in force; without a published term nobody enters."""
    term = term_in_force()
    return term is None or acceptance_of(term, establishment) is None


def memberships_of(user_id: int) -> QuerySet[Membership]:
    """Where a person works. To be read in `scoped(user_id=…)`."""
    return (
        Membership.objects.filter(user_id=user_id, active=True, ecosystem__active=True)
        .select_related("ecosystem", "establishment")
        .order_by("ecosystem__name", "establishment__name")
    )
