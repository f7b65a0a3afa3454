"""The cast. One ecosystem with two houses, and a rival ecosystem with one.

Ana operates the house, Rui only reads in it, Gil manages it and may accept the term. Bia operates the sister house of
the same ecosystem. Adm and Aud are the whole ecosystem's. Eva manages the rival's house. Zé has no membership.
"""

import hashlib
from dataclasses import dataclass

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from kernel import clock
from tenants.models import AdhesionAcceptance, AdhesionTerm, Ecosystem, Establishment, Membership
from tenants.roles import LABELS, Role
from tests.support.acting import acting_across

PASSWORD = "uma-senha-de-teste-longa"
TERM = "# Termo de Adesão\n\nA loja adere ao ecossistema."


def make_person(name: str, *, email: str = "", password: str | None = PASSWORD) -> User:
    """With a verified address. With no password only `force_login` signs the person in."""
    person = User.objects.create_user(email or f"{name.lower()}@exemplo.com.br", password, name=name)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def make_ecosystem(slug: str, *, name: str = "") -> Ecosystem:
    return Ecosystem.objects.create(slug=slug, name=name or slug.replace("-", " ").title())


def make_house(ecosystem: Ecosystem, slug: str, *, cnpj: str, uf: str = "MG") -> Establishment:
    house = Establishment(
        ecosystem=ecosystem,
        slug=slug,
        name=slug.replace("-", " ").title(),
        legal_name=f"{slug.replace('-', ' ').title()} Ltda",
        cnpj=cnpj,
        kind="dealership",
        uf=uf,
        city="Uberlândia",
        city_code="3170206",
    )
    with acting_across(ecosystem):
        house.save(force_insert=True)
    return house


def make_member(person: User, place: Establishment | Ecosystem, role: Role) -> Membership:
    house = place if isinstance(place, Establishment) else None
    ecosystem = house.ecosystem if house else place
    assert isinstance(ecosystem, Ecosystem)
    member = Membership(user=person, ecosystem=ecosystem, establishment=house, role=role.value)
    with acting_across(ecosystem):
        member.save(force_insert=True)
    return member


def make_term(ecosystem: Ecosystem, *, version: int = 1, text: str = TERM) -> AdhesionTerm:
    term = AdhesionTerm(
        ecosystem=ecosystem,
        version=version,
        title="Termo de Adesão",
        text=text,
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
    )
    with acting_across(ecosystem):
        term.save(force_insert=True)
    return term


def make_acceptance(term: AdhesionTerm, house: Establishment, person: User) -> AdhesionAcceptance:
    acceptance = AdhesionAcceptance(
        term=term,
        ecosystem_id=house.ecosystem_id,
        establishment=house,
        accepted_by=person,
        accepted_name=person.name,
        accepted_role=LABELS[Role.MANAGER],
        accepted_at=clock.now(),
        ip="127.0.0.1",
        text_hash=term.text_hash,
    )
    with acting_across(house.ecosystem):
        acceptance.save(force_insert=True)
    return acceptance


@dataclass(frozen=True)
class Cast:
    ecosystem: Ecosystem
    house: Establishment
    sister: Establishment
    rival_ecosystem: Ecosystem
    rival_house: Establishment
    term: AdhesionTerm
    rival_term: AdhesionTerm
    ana: User
    rui: User
    gil: User
    bia: User
    adm: User
    aud: User
    eva: User
    ze: User


def make_cast(*, password: str | None = PASSWORD) -> Cast:
    """Everybody, with both terms accepted by all three houses."""
    minas = make_ecosystem("minas", name="Ecossistema Minas")
    house = make_house(minas, "casa", cnpj="99791605000105")
    sister = make_house(minas, "irma", cnpj="99836143000103")
    rivals = make_ecosystem("rivais", name="Ecossistema Rival")
    rival_house = make_house(rivals, "rival", cnpj="99063531000190")
    names = ("Ana", "Rui", "Gil", "Bia", "Adm", "Aud", "Eva", "Ze")
    people = {name: make_person(name, password=password) for name in names}
    make_member(people["Ana"], house, Role.OPERATOR)
    make_member(people["Rui"], house, Role.READER)
    make_member(people["Gil"], house, Role.MANAGER)
    make_member(people["Bia"], sister, Role.OPERATOR)
    make_member(people["Adm"], minas, Role.ECOSYSTEM_ADMIN)
    make_member(people["Aud"], minas, Role.AUDITOR)
    make_member(people["Eva"], rival_house, Role.MANAGER)
    term, rival_term = make_term(minas), make_term(rivals)
    make_acceptance(term, house, people["Gil"])
    make_acceptance(term, sister, people["Gil"])
    make_acceptance(rival_term, rival_house, people["Eva"])
    named = {name.lower(): person for name, person in people.items()}
    return Cast(minas, house, sister, rivals, rival_house, term, rival_term, **named)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def committed_cast(committed_db: None) -> Cast:
    return make_cast()
