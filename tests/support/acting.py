"""Acting in somebody's scope: `with acting_in(house): …`."""

from contextlib import AbstractContextManager

from accounts.models import User
from kernel.db.transactions import scoped
from kernel.scope import Scope
from tenants.models import Ecosystem, Establishment


def acting_in(house: Establishment) -> AbstractContextManager[Scope]:
    return scoped(ecosystem_id=house.ecosystem_id, establishment_id=house.pk)


def acting_across(ecosystem: Ecosystem) -> AbstractContextManager[Scope]:
    return scoped(ecosystem_id=ecosystem.pk)


def acting_as_machine() -> AbstractContextManager[Scope]:
    return scoped(system=True)


def looking_for_places(person: User) -> AbstractContextManager[Scope]:
    return scoped(user_id=person.pk)
