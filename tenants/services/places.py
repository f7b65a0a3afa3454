"""Making ecosystems, establishments and memberships. Who may ask for it is the caller's to judge."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import models

from accounts.models import User
from brazil.documents import clean_cnpj
from brazil.errors import Invalid
from brazil.places import clean_municipality, municipality, state_of_code
from journal import services as journal
from kernel.actor import Actor
from kernel.db.transactions import scoped, unit_of_work
from kernel.errors import Problem
from kernel.failpoints import reach
from tenants.errors import PlaceRefused
from tenants.models import Ecosystem, Establishment, Membership
from tenants.roles import ECOSYSTEM_WIDE, Role

SENTENCE = "O cadastro tem pendências."


def create_ecosystem(*, slug: str, name: str, actor: Actor, color: str = "#1f5fa8", domain: str = "") -> Ecosystem:
    """Raises PlaceRefused with one problem a field. Runs in its own scope, since no ecosystem's exists yet."""
    ecosystem = Ecosystem(
        slug=slug.strip(), name=name.strip(), color=color.strip().lower(), domain=domain.strip().lower() or None
    )
    with scoped(system=True):
        _refuse(_problems(ecosystem))
        ecosystem.save(force_insert=True)
        reach("tenants.places.create_ecosystem.ecosystem_saved")
        with scoped(ecosystem_id=ecosystem.pk):
            journal.record("ecosystem.created", subject_type="ecosystem", subject_id=ecosystem.pk, actor=actor)
            reach("tenants.places.create_ecosystem.recorded")
    reach("tenants.places.create_ecosystem.committed")
    return ecosystem


def create_establishment(
    *,
    ecosystem: Ecosystem,
    slug: str,
    name: str,
    legal_name: str,
    cnpj: str,
    city_code: str,
    actor: Actor,
    city: str = "",
    kind: str = "dealership",
    email: str = "",
    phone: str = "",
) -> Establishment:
    """In the ecosystem's scope. `city_code` is IBGE's, 7 digits; `city` is needed where we do not hold its name.

    Raises PlaceRefused with one problem a field.
    """
    problems: list[Problem] = []
    cnpj = _clean(problems, "cnpj", cnpj, clean_cnpj)
    city_code = _clean(problems, "city_code", city_code, clean_municipality)
    place, state = municipality(city_code), state_of_code(city_code[:2])
    establishment = Establishment(
        ecosystem=ecosystem,
        slug=slug.strip(),
        name=name.strip(),
        legal_name=legal_name.strip(),
        cnpj=cnpj,
        kind=kind,
        uf=state.uf if state else "",
        city=place.name if place else city.strip(),
        city_code=city_code,
        email=email.strip(),
        phone="".join(filter(str.isdigit, phone)),
    )
    with unit_of_work():
        said = {problem.field for problem in problems}
        problems += [problem for problem in _problems(establishment) if problem.field not in said]
        if Establishment.objects.filter(ecosystem=ecosystem, slug=establishment.slug).exists():
            problems.append(Problem("slug", "endereco_em_uso", "Já há um estabelecimento com este endereço."))
        if Establishment.objects.filter(ecosystem=ecosystem, cnpj=cnpj).exists():
            problems.append(Problem("cnpj", "cnpj_em_uso", "Já há um estabelecimento com este CNPJ no ecossistema."))
        _refuse(problems)
        establishment.save(force_insert=True)
        reach("tenants.places.create_establishment.establishment_saved")
        journal.record(
            "establishment.created",
            subject_type="establishment",
            subject_id=establishment.pk,
            actor=actor,
            establishment_id=establishment.pk,
            data={"cnpj": establishment.cnpj, "kind": kind},
        )
        reach("tenants.places.create_establishment.recorded")
    reach("tenants.places.create_establishment.committed")
    return establishment


def create_membership(
    *, user: User, ecosystem: Ecosystem, establishment: Establishment | None, role: Role, actor: Actor
) -> Membership:
    """A person's role, in the ecosystem's scope; the same again answers the one that is there.

    Raises PlaceRefused when the role does not fit the place, or the person has another role there.
    """
    if (role in ECOSYSTEM_WIDE) != (establishment is None):
        raise PlaceRefused("Este papel é de outro lugar: o do ecossistema não tem estabelecimento, os outros têm um.")
    with unit_of_work():
        given = Membership.objects.filter(user=user, ecosystem=ecosystem, establishment=establishment).first()
        if given is not None:
            if given.role != role.value:
                raise PlaceRefused(f"{user.name} já tem o papel {given.role_label} aqui.")
            return given
        membership = Membership(user=user, ecosystem=ecosystem, establishment=establishment, role=role.value)
        membership.save(force_insert=True)
        reach("tenants.places.create_membership.membership_saved")
        journal.record(
            "membership.created",
            subject_type="membership",
            subject_id=membership.pk,
            actor=actor,
            establishment_id=establishment.pk if establishment else None,
            data={"user_id": user.pk, "role": role.value},
        )
        reach("tenants.places.create_membership.recorded")
    reach("tenants.places.create_membership.committed")
    return membership


def _clean(problems: list[Problem], field: str, text: str, clean: Callable[[str], str]) -> str:
    try:
        return clean(text)
    except Invalid as e:
        problems.append(Problem(field, e.code, e.message))
        return text.strip()


def _problems(row: models.Model) -> list[Problem]:
    """Django's words for fields; what must be unique in an ecosystem is said in ours."""
    try:
        row.full_clean(validate_unique=row._meta.model is Ecosystem, validate_constraints=False)
    except ValidationError as e:
        return [
            Problem(field, str(error.code or "invalido"), " ".join(error.messages))
            for field, errors in e.error_dict.items()
            for error in errors
        ]
    return []


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise PlaceRefused(SENTENCE, problems=problems)
