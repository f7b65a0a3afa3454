"""Places and files of a story's own: a house that nobody else uses, and the NF-e of a vehicle that the DETRAN knows."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from playwright.sync_api import BrowserContext

from accounts.models import User
from tenants.models import Establishment
from tenants.roles import Role
from tests.brazil.nfe_signing import USED_CAR, edited
from tests.stack.stack import Stack
from tests.support.acting import acting_in
from tests.support.people import make_acceptance, make_ecosystem, make_house, make_member, make_term
from tests.transactions.making import typed, vehicle_of
from transactions.models import Draft, Order
from transactions.services.drafts import save_draft, start_draft

SELLER_OF_THE_SAMPLE = "99791605000105"
CAR_OF_THE_SAMPLE = ("QNT9095", "00324834098", "9BRABF0EEKZ683200")


@dataclass(frozen=True)
class Home:
    """A house with one person in it; `url` is its home page."""

    house: Establishment
    person: User

    @property
    def url(self) -> str:
        return f"/{self.house.ecosystem.slug}/{self.house.slug}/"


def a_home(*, person: User, accepted: bool = True, role: Role = Role.MANAGER) -> Home:
    """A new ecosystem with its term and one house, whose CNPJ is that of the sample NF-e's seller.

    The person keeps what memberships they have, so they enter by this ecosystem's own address.
    """
    token = secrets.token_hex(4)
    ecosystem = make_ecosystem(f"rede-{token}", name=f"Rede Exemplo {token}")
    house = make_house(ecosystem, "matriz", cnpj=SELLER_OF_THE_SAMPLE)
    make_member(person, house, role)
    term = make_term(ecosystem)
    if accepted:
        make_acceptance(term, house, person)
    return Home(house, person)


def enter(context: BrowserContext, stack: Stack, person: User) -> None:
    """Signed in without the pages that do it."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": stack.address}])


def nfe_of(stack: Stack, house: Establishment, folder: Path) -> tuple[Path, dict[str, Any]]:
    """An NF-e of sale as a file, and its vehicle, which the DETRAN's base knows as the house's."""
    vehicle = vehicle_of(stack.sandbox, house)
    names = ("placa", "renavam", "chassi")
    changes = [(old, str(vehicle[name])) for name, old in zip(names, CAR_OF_THE_SAMPLE, strict=True)]
    path = folder / "nfe.xml"
    path.write_bytes(edited(USED_CAR, *changes))
    return path, vehicle


def a_filled_draft(stack: Stack, home: Home, **changes: str) -> tuple[Draft, dict[str, Any]]:
    """A draft that can be sent as it stands, and its vehicle."""
    vehicle = vehicle_of(stack.sandbox, home.house)
    with acting_in(home.house):
        draft = start_draft(
            establishment=home.house, kind="sale_intention", agency_code="detran-mg", user_id=home.person.pk
        )
        save_draft(draft_id=draft.pk, typed=typed(vehicle, seller=home.house.cnpj, **changes))
    return draft, vehicle


def orders_of(home: Home) -> list[Order]:
    with acting_in(home.house):
        return list(Order.objects.order_by("pk"))
