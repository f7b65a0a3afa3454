"""Submitting: everything is left or nothing, once."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from journal.selectors import check_chain, events_of
from kernel import clock
from kernel.actor import Actor
from kernel.errors import DomainError
from kernel.states import ForbiddenMove
from outbox.models import Message
from tenants.models import AdhesionAcceptance, Establishment
from tests.sandbox.specimens import vehicle
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast, make_term
from tests.transactions.making import ANA, fresh, message_of, submit, typed
from transactions.errors import AdhesionMissing, AlreadyRegistered, NotNow, OrderAlreadyLive, OrderNotSubmittable
from transactions.models import Draft, Order, Party
from transactions.rules.agencies import KINDS, SALE_COMMUNICATION, SALE_INTENTION
from transactions.rules.reading import read_order
from transactions.selectors import parties_of
from transactions.services import settle
from transactions.services import submit as submitting
from transactions.services.drafts import submit_draft
from transactions.services.numbers import new_number
from transactions.services.submit import submit_order

# Term, acceptance, live twin, standing registration; order, parties, message, event; two savepoints. One more is a
# decision: the round trips are what submitting costs.
QUERIES = 11


def left(house: Establishment) -> tuple[int, int, int, int]:
    """Orders, parties, messages, events."""
    with acting_in(house):
        return (
            Order.objects.count(),
            Party.objects.count(),
            Message.objects.count(),
            check_chain(f"establishment:{house.pk}").length,
        )


def a_sale(house: Establishment, **changes: str) -> dict[str, str]:
    return typed(vehicle(), seller=house.cnpj, **changes)


def settle_as(order: Order, protocol: str) -> None:
    with acting_in(order.establishment):
        settle.take_off(order_id=order.pk)
        settle.accept_order(
            order_id=order.pk, protocol=protocol, atpve_number="1" * 15, code="000", words="Sim.", adopted=False
        )


@pytest.mark.req("AT-05")
def test_an_order_is_left_with_its_parties_its_message_and_its_event(cast: Cast) -> None:
    words = a_sale(cast.house)
    order = submit(cast.house, words)
    assert left(cast.house) == (1, 2, 1, 1)
    order = fresh(order)
    assert (order.state, order.tab, order.kind, order.agency) == ("queued", "pending", SALE_INTENTION, "detran-mg")
    assert (order.plate, order.price_cents, order.due_on) == (words["plate"], 9_690_000, None)
    with acting_in(cast.house):
        seller, buyer = parties_of(order)
        (event,) = events_of("order", order.pk)
        assert check_chain(f"establishment:{cast.house.pk}").intact
    assert (seller.document, buyer.name) == (cast.house.cnpj, words["buyer_name"])
    message = message_of(order)
    assert (message.lane, message.payload) == ("detran-mg", {"order_id": order.pk, "agency": "detran-mg"})
    assert (message.state, message.urgent_by, message.establishment_id) == ("waiting", None, cast.house.pk)
    assert (event.verb, event.actor_name) == ("sale_intention.submitted", "Ana")
    assert event.data == {"agency": "detran-mg", "number": order.number}
    assert words["buyer_document"] not in str(event.data) + str(message.payload)


def test_a_communication_is_urgent_until_the_end_of_its_last_legal_day(cast: Cast) -> None:
    words = a_sale(cast.house, origin="atpve", atpve_number="1" * 15, sale_date="2026-11-01")
    order = fresh(submit(cast.house, words, kind=SALE_COMMUNICATION))
    assert order.due_on == dt.date(2026, 12, 31)
    assert message_of(order).urgent_by == dt.datetime(2027, 1, 1, 2, 59, 59, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"price": "0"}, {"price"}),
        ({"buyer_name": "", "crv_number": "", "price": "0"}, {"buyer_name", "crv_number", "price"}),
    ],
)
def test_a_bad_order_leaves_nothing(cast: Cast, changes: dict[str, str], fields: set[str]) -> None:
    with pytest.raises(OrderNotSubmittable) as caught:
        submit(cast.house, a_sale(cast.house, **changes))
    assert {problem.field for problem in caught.value.problems} == fields
    assert left(cast.house) == (0, 0, 0, 0)


def test_without_the_term_accepted_nothing_is_left(cast: Cast) -> None:
    make_term(cast.ecosystem, version=2)
    with pytest.raises(AdhesionMissing) as caught:
        submit(cast.house, a_sale(cast.house))
    assert caught.value.status == 403
    assert left(cast.house) == (0, 0, 0, 0)
    with acting_in(cast.house):
        assert AdhesionAcceptance.objects.exists(), "the old one does not count"


def test_a_second_order_of_one_s_own_is_told_the_first_one_s_number(cast: Cast) -> None:
    words = a_sale(cast.house)
    first = submit(cast.house, words)
    with pytest.raises(OrderAlreadyLive, match=first.number) as caught:
        submit(cast.house, words)
    assert (caught.value.number, caught.value.status) == (first.number, 409)
    assert left(cast.house) == (1, 2, 1, 1)


@pytest.mark.parametrize("other", ["sister", "rival_house"])
def test_another_s_live_order_stands_in_the_way_without_a_name(cast: Cast, other: str) -> None:
    words = a_sale(cast.house)
    first = submit(cast.house, words)
    house = getattr(cast, other)
    with pytest.raises(OrderAlreadyLive) as caught:
        submit(house, {**words, "seller_document": house.cnpj})
    assert caught.value.number == ""
    said = " ".join([caught.value.message, *(p.message for p in caught.value.problems)])
    for secret in (first.number, cast.house.name, cast.house.cnpj, cast.ecosystem.name):
        assert secret not in said
    assert left(house) == (0, 0, 0, 0)


def test_a_refused_or_withdrawn_order_makes_room(cast: Cast) -> None:
    words = a_sale(cast.house)
    first = submit(cast.house, words)
    with acting_in(cast.house):
        settle.withdraw_order(order_id=first.pk, actor=ANA)
    second = submit(cast.house, words)
    with acting_in(cast.house):
        settle.take_off(order_id=second.pk)
        settle.refuse_order(order_id=second.pk, code="IV-007", words="Furto.", fields=(("placa", "errada"),))
    assert submit(cast.house, words).state == "queued"
    assert fresh(second).agency_words == "Furto.\nplaca: errada"


def test_a_standing_registration_is_not_asked_for_again(cast: Cast) -> None:
    words = a_sale(cast.house)
    first = submit(cast.house, words)
    settle_as(first, "P1")
    with pytest.raises(AlreadyRegistered, match=first.number):
        submit(cast.house, words)
    assert left(cast.house) == (1, 2, 1, 3)


@pytest.mark.req("AT-10")
def test_one_sale_is_communicated_once_but_a_vehicle_that_came_back_is_sold_again(cast: Cast) -> None:
    words = a_sale(cast.house, origin="atpve", atpve_number="1" * 15)
    first = submit(cast.house, words, kind=SALE_COMMUNICATION)
    with acting_in(cast.house):
        settle.take_off(order_id=first.pk)
        settle.accept_order(order_id=first.pk, protocol="P1", atpve_number="", code="000", words="", adopted=False)
    with pytest.raises(AlreadyRegistered, match=first.number):
        submit(cast.house, words, kind=SALE_COMMUNICATION)
    again = submit(cast.house, {**words, "atpve_number": "2" * 15}, kind=SALE_COMMUNICATION)
    assert (again.state, fresh(first).atpve_number) == ("queued", "1" * 15)


def test_a_number_that_is_taken_is_drawn_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = submit(cast.house, a_sale(cast.house)).number
    drawn = iter([taken, taken, "IV-22222222"])
    monkeypatch.setattr(submitting, "new_number", lambda kind: next(drawn))
    assert submit(cast.house, a_sale(cast.house)).number == "IV-22222222"
    assert left(cast.house) == (2, 4, 2, 2)


def test_numbers_are_short_speakable_and_never_the_same() -> None:
    numbers = [new_number(kind) for kind in KINDS for _ in range(2500)]
    assert len(set(numbers)) == 10_000
    assert all(len(number) == 11 and not set(number[3:]) & set("01ILO") for number in numbers)
    assert {number[:3] for number in numbers} == {"IV-", "CV-", "CI-", "CC-"}


def test_submitting_asks_the_database_so_often_and_no_more(cast: Cast, django_assert_num_queries: Any) -> None:
    facts, _ = read_order(SALE_INTENTION, a_sale(cast.house))
    with acting_in(cast.house), django_assert_num_queries(QUERIES):
        submit_order(establishment=cast.house, agency_code="detran-mg", facts=facts, actor=ANA)


def test_a_draft_is_sent_once_however_often_it_is_sent(cast: Cast) -> None:
    words = a_sale(cast.house)
    facts, _ = read_order(SALE_INTENTION, words)
    place = {"ecosystem_id": cast.ecosystem.pk, "establishment_id": cast.house.pk}
    with acting_in(cast.house):
        draft = Draft(**place, kind=SALE_INTENTION, agency="detran-mg", data=words)
        draft.save()
        sent = [
            submit_draft(
                draft_id=draft.pk,
                establishment=cast.house,
                facts=facts,
                actor=Actor("user", str(cast.ana.pk), "Ana"),
                user_id=cast.ana.pk,
                request_id="",
            ).pk
            for _ in range(3)
        ]
        assert len(set(sent)) == 1
        draft.refresh_from_db()
        assert (draft.order_id, draft.data) == (sent[0], {})
    assert left(cast.house) == (1, 2, 1, 1)


def test_a_draft_that_is_refused_keeps_what_was_typed(cast: Cast) -> None:
    words = a_sale(cast.house, price="0")
    facts, _ = read_order(SALE_INTENTION, words)
    place = {"ecosystem_id": cast.ecosystem.pk, "establishment_id": cast.house.pk}
    with acting_in(cast.house):
        draft = Draft(**place, kind=SALE_INTENTION, agency="detran-mg", data=words)
        draft.save()
    with acting_in(cast.house), pytest.raises(OrderNotSubmittable):
        submit_draft(
            draft_id=draft.pk, establishment=cast.house, facts=facts, actor=ANA, user_id=cast.ana.pk, request_id=""
        )
    with acting_in(cast.house):
        draft.refresh_from_db()
    assert (draft.order_id, draft.data) == (None, words)


@pytest.mark.parametrize("act", [settle.ask_again, settle.withdraw_order])
def test_what_cannot_be_done_now_is_refused_in_words(cast: Cast, act: Any) -> None:
    order = submit(cast.house, a_sale(cast.house))
    settle_as(order, "P1")
    before = left(cast.house)
    with acting_in(cast.house), pytest.raises(NotNow) as caught:
        act(order_id=order.pk, actor=ANA)
    assert (caught.value.status, isinstance(caught.value, DomainError)) == (409, True)
    assert left(cast.house) == before


def test_an_answer_to_what_was_never_sent_is_forbidden(cast: Cast) -> None:
    order = submit(cast.house, a_sale(cast.house))
    with acting_in(cast.house), pytest.raises(ForbiddenMove):
        settle.refuse_order(order_id=order.pk, code="X", words="x")
    assert (fresh(order).state, fresh(order).agency_words) == ("queued", "")


def test_nobody_touches_another_s_order(cast: Cast) -> None:
    order = submit(cast.house, a_sale(cast.house))
    for act in (settle.withdraw_order, settle.ask_again):
        with acting_in(cast.rival_house), pytest.raises(Order.DoesNotExist):
            act(order_id=order.pk, actor=ANA)
    with acting_as_machine():
        assert Message.objects.get(subject_id=order.pk).state == "waiting"


def test_the_day_of_the_sale_is_judged_in_sao_paulo(cast: Cast) -> None:
    with time_machine.travel("2026-11-22T02:30:00Z", tick=False):
        assert clock.today() == dt.date(2026, 11, 21)
        with pytest.raises(OrderNotSubmittable):
            submit(cast.house, a_sale(cast.house, sale_date="2026-11-22"))
        assert submit(cast.house, a_sale(cast.house, sale_date="2026-11-21")).state == "queued"
