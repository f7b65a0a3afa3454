"""The demonstration's two ecosystems, by the services that real ones go through. Run again, it keeps what is there."""

from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from kernel.actor import SYSTEM
from kernel.db.transactions import scoped
from portal.demo.logins import (
    CARS,
    ECOSYSTEM,
    MANAGER,
    MOTORCYCLES,
    PASSWORD,
    PEOPLE,
    RIVAL,
    RIVAL_MANAGER,
    RIVALS_HOUSE,
    Person,
)
from tenants import selectors, services
from tenants.models import Ecosystem, Establishment, Membership

TERM = Path(__file__).with_name("term.md")
TITLE = "Termo de Adesão"


@dataclass(frozen=True, slots=True)
class House:
    slug: str
    name: str
    legal_name: str
    cnpj: str
    city_code: str
    manager: str


HOUSES = {
    ECOSYSTEM: (
        House(
            CARS, "Seminovos Exemplo de Minas", "Seminovos Exemplo de Minas Ltda", "99791605000105", "3170206", MANAGER
        ),
        House(
            MOTORCYCLES,
            "Duas Rodas Fictícias",
            "Duas Rodas Fictícias Motos Ltda",
            "99836143000103",
            "3136702",
            MANAGER,
        ),
    ),
    RIVAL: (
        House(
            RIVALS_HOUSE,
            "Pátio da Serra",
            "Pátio da Serra Veículos Ltda",
            "99063531000190",
            "3106200",
            RIVAL_MANAGER,
        ),
    ),
}
BRANDS = {ECOSYSTEM: ("Ecossistema Minas Digital", "#1a6b4f"), RIVAL: ("Ecossistema Serra Verde", "#7a3e9d")}


def seed() -> None:
    """Ecosystems, establishments, people with verified addresses, terms, and the managers' acceptances."""
    for slug, (name, color) in BRANDS.items():
        ecosystem = Ecosystem.objects.filter(slug=slug).first() or services.create_ecosystem(
            slug=slug, name=name, color=color, actor=SYSTEM
        )
        with scoped(ecosystem_id=ecosystem.pk):
            _publish(ecosystem)
            houses = {house.slug: _house(ecosystem, house) for house in HOUSES[slug]}
        for person in PEOPLE:
            if person.ecosystem == slug:
                _person(ecosystem, houses, person)
        for house in HOUSES[slug]:
            _accept(houses[house.slug], User.objects.get(email=house.manager))


def _publish(ecosystem: Ecosystem) -> None:
    if selectors.term_in_force() is None:
        text = TERM.read_text(encoding="utf-8").replace(BRANDS[ECOSYSTEM][0], ecosystem.name)
        services.publish_term(ecosystem=ecosystem, title=TITLE, text=text, actor=SYSTEM)


def _house(ecosystem: Ecosystem, house: House) -> Establishment:
    return Establishment.objects.filter(slug=house.slug).first() or services.create_establishment(
        ecosystem=ecosystem,
        slug=house.slug,
        name=house.name,
        legal_name=house.legal_name,
        cnpj=house.cnpj,
        city_code=house.city_code,
        email=f"contato@{house.slug}.example",
        actor=SYSTEM,
    )


def _person(ecosystem: Ecosystem, houses: dict[str, Establishment], person: Person) -> None:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        with transaction.atomic():
            user = User.objects.create_user(person.email, PASSWORD, name=person.name)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    with scoped(ecosystem_id=ecosystem.pk):
        if Membership.objects.filter(user=user).exists():
            return
        places: list[Establishment | None] = [houses[slug] for slug in person.places] or [None]
        for place in places:
            services.create_membership(
                user=user, ecosystem=ecosystem, establishment=place, role=person.role, actor=SYSTEM
            )


def _accept(house: Establishment, manager: User) -> None:
    """The first version only: later ones are for people to accept, in the demonstration too."""
    with scoped(ecosystem_id=house.ecosystem_id, establishment_id=house.pk):
        term = selectors.term_in_force()
        membership = Membership.objects.filter(user=manager, establishment=house).first()
        if term is None or membership is None or selectors.acceptances_of(house).exists():
            return
        services.accept_term(
            establishment=house,
            user=manager,
            membership=membership,
            shown_version=term.version,
            shown_hash=term.text_hash,
            ip="127.0.0.1",
            user_agent="manage.py seed_demo",
        )
