"""The main job from end to end, by the real services, workers and agency: an NF-e becomes an ATPV-e and a communicated
sale. What a person would type by hand is the CRV's numbers only."""

import datetime as dt
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from accounts.models import User
from brazil.nfe import read_nfe
from brazil.vehicles import format_plate
from kernel import clock
from kernel.db.transactions import scoped
from kernel.scope import Scope
from tenants.models import Ecosystem, Establishment
from transactions.errors import OrderNotSubmittable
from transactions.models import Draft, Order
from transactions.rules.agencies import SALE_COMMUNICATION, SALE_INTENTION, agency_of
from transactions.rules.from_nfe import typed_from_nfe
from transactions.rules.reading import read_order
from transactions.selectors import order_with_parties, registered_order_of
from transactions.services.atpve import ask_for_atpve
from transactions.services.drafts import save_draft, start_draft, submit_draft
from transactions.states import State

FOLDER = Path(__file__).parent / "nfe"
PATIENCE = 120.0
OLD = dt.timedelta(days=30)
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Story:
    """One vehicle of the demonstration; the CRV's numbers are printed on a document that no NF-e carries."""

    title: str
    nfe: str
    establishment: str
    crv_number: str
    crv_security_code: str


STORIES = (
    Story("Carro", "carro.xml", "seminovos-exemplo", "261884325575", "23917790470"),
    Story("Moto", "moto.xml", "duas-rodas", "018954210153", "24635651038"),
)


class WalkFailed(Exception):
    """The demonstration did not arrive; says where it stopped."""


def walk(story: Story, *, ecosystem: Ecosystem, user: User, say: Say) -> None:
    """Prints each step by `say`. A vehicle that was walked before is left as it is. Raises WalkFailed."""
    with scoped(ecosystem_id=ecosystem.pk):
        house = Establishment.objects.select_related("ecosystem").get(slug=story.establishment)
    nfe = read_nfe((FOLDER / story.nfe).read_bytes())
    vehicle = nfe.vehicles[0]
    title = f"{story.title} {format_plate(vehicle.plate or '')}"
    with _in(house):
        done = Order.objects.filter(
            chassis=vehicle.chassis, kind=SALE_COMMUNICATION, state=State.REGISTERED.value
        ).first()
        intention = registered_order_of(SALE_INTENTION, chassis=vehicle.chassis or "")
    if done is not None:
        say(f"{title}: já percorrido em uma demonstração anterior, pedido {done.number}.")
        return
    say(f"{title}: NF-e {nfe.number} lida, valor da venda e comprador preenchidos.")
    if intention is None:
        typed = typed_from_nfe(nfe, vehicle) | {
            "crv_number": story.crv_number,
            "crv_security_code": story.crv_security_code,
        }
        if clock.today() - dt.date.fromisoformat(typed["sale_date"]) > OLD:
            typed["sale_date"] = clock.today().isoformat()
        intention = _send(house, user, SALE_INTENTION, typed, None)
        say(f"{title}: intenção de venda {intention.number} enviada.")
        intention = _until(house, intention, lambda order: order.protocol != "")
    say(f"{title}: DETRAN registrou, protocolo {intention.protocol}, ATPV-e {intention.atpve_number}.")
    with _in(house):
        ask_for_atpve(order_id=intention.pk, actor=user.as_actor())
    intention = _until(house, intention, lambda order: order.atpve_id is not None)
    say(f"{title}: ATPV-e recebida e guardada (PDF).")
    sold = _send(house, user, SALE_COMMUNICATION, {}, intention)
    say(f"{title}: comunicado de venda {sold.number} enviado.")
    sold = _until(house, sold, lambda order: order.protocol != "")
    say(f"{title}: venda comunicada, protocolo {sold.protocol}.")


def _in(house: Establishment) -> AbstractContextManager[Scope]:
    return scoped(ecosystem_id=house.ecosystem_id, establishment_id=house.pk)


def _send(house: Establishment, user: User, kind: str, typed: dict[str, str], intention: Order | None) -> Order:
    agency = agency_of(house.uf)
    if agency is None:
        raise WalkFailed(f"Não há DETRAN cadastrado para {house.uf}.")
    with _in(house):
        draft = start_draft(
            establishment=house, kind=kind, agency_code=agency.code, user_id=user.pk, intention=intention
        )
        draft = save_draft(draft_id=draft.pk, typed=typed)
        return _submit(house, user, draft)


def _submit(house: Establishment, user: User, draft: Draft) -> Order:
    facts, problems = read_order(draft.kind, draft.data)
    try:
        if problems:
            raise OrderNotSubmittable(problems)
        return submit_draft(
            draft_id=draft.pk, establishment=house, facts=facts, actor=user.as_actor(), user_id=user.pk, request_id=""
        )
    except OrderNotSubmittable as e:
        said = "; ".join(f"{problem.field}: {problem.message}" for problem in e.problems)
        raise WalkFailed(said) from e


def _until(house: Establishment, order: Order, arrived: Callable[[Order], bool]) -> Order:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        with _in(house):
            order = order_with_parties(order.number).get()
        if arrived(order):
            return order
        if order.state in (State.REFUSED.value, State.PARKED.value):
            raise WalkFailed(f"Pedido {order.number}: {order.state_label}. {order.agency_code} {order.agency_words}")
        time.sleep(0.3)
    raise WalkFailed(f"Pedido {order.number} não chegou ao fim em {PATIENCE:.0f} s; o worker está de pé?")
