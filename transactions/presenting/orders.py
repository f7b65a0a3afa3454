"""An order as its page shows it: what happens now, and what can be done."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from journal.models import Event
from kernel import clock
from tenants.access import Place
from transactions.models import Order
from transactions.presenting.days import Deadline, of_order, to_communicate
from transactions.presenting.fees import fee_part
from transactions.presenting.life import Life
from transactions.presenting.lists import mark_of
from transactions.presenting.offers import offer_of
from transactions.presenting.sentences import SENTENCES
from transactions.presenting.verbs import data_of, words_of
from transactions.rules.agencies import Agency, Service, agency
from transactions.rules.explanations import explain
from transactions.states import State
from transactions.topics import FETCH_ATPVE, FOLLOW, ISSUE_SLIP, SEND


@dataclass(frozen=True, slots=True)
class Happening:
    event: Event
    words: str
    data: str


def history(life: Life) -> list[Happening]:
    """Who did what when: the order's events and those of its documents, oldest first."""
    events = list(life.events)
    if life.documents:
        ids = [document.pk for document in life.documents]
        events += list(Event.objects.filter(Q(subject_type="document", subject_id__in=ids)).order_by("id"))
    return [Happening(e, words_of(e), data_of(e.data)) for e in sorted(events, key=lambda e: e.pk)]


@dataclass(frozen=True, slots=True)
class Now:
    """What happens now: one sentence, on whom it waits, since when, and when the portal looks again."""

    sentence: str
    waits_on: str
    since: dt.datetime | None = None
    next_look: dt.datetime | None = None


def now_of(life: Life) -> Now:
    order, where = life.order, agency(life.order.agency).name
    message = next((life.messages[topic] for topic in (SEND, ISSUE_SLIP, FOLLOW) if topic in life.messages), None)
    look = message.due_at if message and message.state == "waiting" and message.due_at > clock.now() else None
    if life.fetching:
        fetch = life.messages[FETCH_ATPVE]
        later = fetch.due_at if fetch.state == "waiting" and fetch.due_at > clock.now() else None
        return Now(f"Buscando a ATPV-e no {where}.", where, order.atpve_asked_at, later)
    sentence, waits_on = SENTENCES[State(order.state)](order, where, life)
    return Now(sentence, waits_on, order.updated_at, look)


@dataclass(frozen=True, slots=True)
class Actions:
    """The buttons of an order page: what its state allows and this person's role permits."""

    ask_atpve: bool
    open_atpve: bool
    communicate: bool
    correct: bool
    withdraw: bool
    ask_again: bool
    close: bool


def actions_of(life: Life, place: Place) -> Actions:
    order, state = life.order, State(life.order.state)
    mine = place.may_submit
    registered = order.is_intention and state is State.REGISTERED
    going = any(c.is_live or c.protocol for c in life.communications)
    in_force = mine and registered and life.cancelling is None
    return Actions(
        ask_atpve=in_force and order.atpve_id is None and order.atpve_asked_at is None,
        open_atpve=order.atpve_id is not None and place.sees_personal_data,
        communicate=in_force and not going,
        correct=mine and state is State.REFUSED and not life.corrections and not order.is_cancellation,
        withdraw=mine and state is State.QUEUED,
        ask_again=place.may_decide and state is State.PARKED,
        close=place.may_decide and state is State.PARKED,
    )


def service_for(order: Order) -> Service | None:
    return agency(order.agency).service(order.kind, on=clock.today())


def deadline_of(life: Life) -> tuple[str, Deadline | None]:
    """The clock that runs, and what it is for."""
    order = life.order
    if order.is_intention:
        done = any(c.protocol for c in life.communications)
        running = order.state == State.REGISTERED.value and not done
        return "Prazo para comunicar a venda", to_communicate(order) if running else None
    return "Prazo do comunicado", of_order(order)


def live_part(life: Life, place: Place) -> dict[str, Any]:
    """The context of the part of the page that renews itself."""
    label, term = deadline_of(life)
    where: Agency = agency(life.order.agency)
    return {
        "order": life.order,
        "agency": where,
        "mark": mark_of(life.order),
        "now": now_of(life),
        "actions": actions_of(life, place),
        "life": life,
        "visits": life.visits,
        "history": history(life),
        "explanation": explain(life.order.agency_code) if life.order.agency_words else None,
        "offer": offer_of(life.order) if place.may_submit else None,
        "fee": fee_part(life.order, life.slips, life.messages),
        "deadline": term,
        "deadline_label": label,
    }
