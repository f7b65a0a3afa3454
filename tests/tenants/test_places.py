"""Making ecosystems, establishments and memberships."""

from typing import Any

import pytest

from journal.selectors import events_of
from kernel.actor import SYSTEM
from tenants import services
from tenants.errors import PlaceRefused
from tenants.models import Ecosystem, Establishment, Membership
from tenants.roles import Role
from tests.support.acting import acting_across
from tests.support.people import Cast, make_person

GOOD = {
    "slug": "loja-nova",
    "name": "Loja Nova",
    "legal_name": "Loja Nova Ltda",
    "cnpj": "99.063.531/0001-90",
    "city_code": "3106200",
}


def create(cast: Cast, **changed: Any) -> Establishment:
    with acting_across(cast.ecosystem):
        return services.create_establishment(ecosystem=cast.ecosystem, actor=SYSTEM, **{**GOOD, **changed})


def test_an_establishment_takes_its_state_and_city_from_the_ibge_code(cast: Cast) -> None:
    made = create(cast)
    assert (made.cnpj, made.uf, made.city) == ("99063531000190", "MG", "Belo Horizonte")
    with acting_across(cast.ecosystem):
        assert [event.verb for event in events_of("establishment", made.pk)] == ["establishment.created"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"cnpj": "99063531000191"}, "cnpj"),
        ({"cnpj": "11.111.111/1111-11"}, "cnpj"),
        ({"cnpj": "99791605000105"}, "cnpj"),
        ({"slug": "casa"}, "slug"),
        ({"slug": "Loja Nova"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"city_code": "9999999"}, "city_code"),
        ({"name": " "}, "name"),
        ({"kind": "circo"}, "kind"),
        ({"email": "x"}, "email"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(cast: Cast, changed: dict[str, str], field: str) -> None:
    with pytest.raises(PlaceRefused) as caught:
        create(cast, **changed)
    assert field in {problem.field for problem in caught.value.problems}
    with acting_across(cast.ecosystem):
        assert Establishment.objects.count() == 2


def test_everything_wrong_is_said_at_once(cast: Cast) -> None:
    with pytest.raises(PlaceRefused) as caught:
        create(cast, cnpj="1", slug="!", name="", city_code="x")
    assert {"cnpj", "slug", "name", "city_code"} <= {problem.field for problem in caught.value.problems}


@pytest.mark.parametrize("slug", ["minas", "Minas", "conta", "saude", "static", ""])
def test_an_ecosystems_address_is_its_own_and_none_of_ours(cast: Cast, slug: str) -> None:
    with pytest.raises(PlaceRefused) as caught:
        services.create_ecosystem(slug=slug, name="X", actor=SYSTEM)
    assert [problem.field for problem in caught.value.problems] == ["slug"]
    assert Ecosystem.objects.count() == 2


def test_a_membership_is_made_once_and_fits_its_place(cast: Cast) -> None:
    lia = make_person("Lia")
    given = {"user": lia, "ecosystem": cast.ecosystem, "actor": SYSTEM}
    with acting_across(cast.ecosystem):
        first = services.create_membership(**given, establishment=cast.house, role=Role.READER)
        assert services.create_membership(**given, establishment=cast.house, role=Role.READER) == first
        for place, role in ((cast.house, Role.MANAGER), (cast.house, Role.AUDITOR), (None, Role.OPERATOR)):
            with pytest.raises(PlaceRefused):
                services.create_membership(**given, establishment=place, role=role)
        assert Membership.objects.filter(user=lia).count() == 1
