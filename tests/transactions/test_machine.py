"""An order's life in any order: what people click, what the outbox calls, early, late and twice.

The normal run takes a few hundred steps. HYPOTHESIS_PROFILE=long takes thousands.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from journal.selectors import check_chain, events_of
from kernel.states import ForbiddenMove
from outbox.models import Message
from outbox.states import State as MessageState
from tests.sandbox.specimens import vehicle
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast
from tests.transactions.making import ANA, submit, typed
from transactions.errors import AlreadyRegistered, NotNow, OrderAlreadyLive
from transactions.models import Order
from transactions.models.order import IN_WORK
from transactions.services import settle
from transactions.states import ORDER, TABS, Action, State

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
PROFILE = settings(
    max_examples=200 if LONG else 16,
    stateful_step_count=80 if LONG else 30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
MOVED_BY = {
    "sending": Action.TAKE_OFF,
    "absent_sending_again": Action.TAKE_OFF,
    "registered": Action.ACCEPT,
    "adopted": Action.ACCEPT,
    "refused": Action.REFUSE,
    "unconfirmed": Action.DOUBT,
    "not_sent": Action.RETURN,
    "parked": Action.PARK,
    "released": Action.RELEASE,
    "withdrawn": Action.WITHDRAW,
}
steps = 0


class Lives(RuleBasedStateMachine):
    """Three vehicles, two houses; each step is a service, in its scope, as a page or a handler calls it."""

    cast: Cast
    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self._undone = transaction.atomic()
        self._undone.__enter__()
        self.vehicles = [vehicle() for _ in range(3)]
        self.made: list[Order] = []
        self.protocols = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)

    @rule(target=orders, which=st.integers(0, 2), at_home=st.booleans())
    def submits(self, which: int, at_home: bool) -> Any:
        house = self.cast.house if at_home else self.cast.rival_house
        try:
            order = submit(house, typed(self.vehicles[which], seller=house.cnpj))
        except (OrderAlreadyLive, AlreadyRegistered):
            return multiple()
        self.made.append(order)
        return order

    def _do(self, order: Order, act: Callable[..., Any], **named: Any) -> Any:
        """A refusal changes nothing and is one of two."""
        before = self._row(order)
        try:
            with acting_in(order.establishment):
                return act(order_id=order.pk, **named)
        except (ForbiddenMove, NotNow):
            assert self._row(order) == before
            return None

    def _row(self, order: Order) -> dict[str, Any]:
        with acting_in(order.establishment):
            return Order.objects.values().get(pk=order.pk)

    def _state(self, order: Order) -> State:
        return State(self._row(order)["state"])

    @rule(order=orders, end=st.sampled_from(["yes", "no", "not sent", "lost", "dies", "dies"]), slept=st.booleans())
    def is_visited(self, order: Order, end: str, slept: bool) -> None:
        """As the handler does it. `slept`: another worker took the order and died in between."""
        for _ in range(2 if slept else 1):
            flight = self._take_off(order)
            if flight is not None and flight.sent_before:
                self._do(order, settle.resend)
        self._end(order, end)

    @rule(order=orders, act=st.sampled_from(["take off", "resend", "yes", "no", "not sent", "lost"]))
    def is_called_at_a_wrong_time(self, order: Order, act: str) -> None:
        """A part of a visit alone: early, late or again."""
        if act == "take off":
            self._take_off(order)
        elif act == "resend":
            self._do(order, settle.resend)
        else:
            self._end(order, act)

    def _take_off(self, order: Order) -> settle.Flight | None:
        before = self._state(order)
        flight: settle.Flight | None = self._do(order, settle.take_off)
        assert (flight is None) == (before not in settle.FLYING)
        assert flight is None or flight.sent_before == (before is not State.QUEUED), "what may have been sent is asked"
        return flight

    def _end(self, order: Order, end: str) -> None:
        if end == "yes":
            self.protocols += 1
            said = {"atpve_number": "1" * 15, "code": "000", "words": "Sim.", "adopted": False}
            self._do(order, settle.accept_order, protocol=f"P{self.protocols}", **said)
        elif end == "no":
            self._do(order, settle.refuse_order, code="IV-007", words="Não.", fields=(("placa", "x"),))
        elif end == "not sent":
            self._do(order, settle.return_order)
        elif end == "lost":
            self._do(order, settle.doubt_order)

    @rule(order=orders)
    def is_parked_by_the_outbox(self, order: Order) -> None:
        """As the outbox does it: its message and the order in one transaction."""
        with acting_as_machine():
            message = Message.objects.get(subject_id=order.pk)
            if message.state == MessageState.WAITING.value:
                Message.objects.filter(pk=message.pk).update(state=MessageState.PARKED.value)
        before = self._row(order)
        with acting_in(order.establishment):
            settle.park_order(order_id=order.pk, why="Sem resposta.")
        assert self._row(order) == before or State(before["state"]) in settle.FLYING

    @rule(order=orders)
    def is_asked_about_again(self, order: Order) -> None:
        with acting_as_machine():
            was = Message.objects.get(subject_id=order.pk).state
        released = self._do(order, settle.ask_again, actor=ANA)
        with acting_as_machine():
            now = Message.objects.get(subject_id=order.pk).state
        assert now == (MessageState.WAITING.value if released else was)
        assert not released or was == MessageState.PARKED.value

    @rule(order=orders)
    def is_withdrawn(self, order: Order) -> None:
        self._do(order, settle.withdraw_order, actor=ANA)

    @rule(order=orders)
    def is_looked_at_by_a_stranger(self, order: Order) -> None:
        stranger = self.cast.sister
        for act in (settle.take_off, settle.doubt_order, settle.resend):
            with acting_in(stranger), pytest.raises(Order.DoesNotExist):
                act(order_id=order.pk)

    @invariant()
    def counts(self) -> None:
        global steps
        steps += 1

    @invariant()
    def every_order_is_whole(self) -> None:
        live: set[str] = set()
        for order in self.made:
            row = self._row(order)
            assert row["tab"] == TABS[State(row["state"])].value
            assert (row["state"] == State.REGISTERED.value) == bool(row["protocol"])
            assert (row["registered_at"] is not None) == bool(row["protocol"])
            if row["state"] in IN_WORK:
                assert row["chassis"] not in live, "one live order of a vehicle, whoever sends it"
                live.add(row["chassis"])

    @invariant()
    def history_tells_the_state_and_only_allowed_moves(self) -> None:
        for order in self.made:
            with acting_in(order.establishment):
                events = list(events_of("order", order.pk))
            first, *moves = [(event.verb.partition(".")[2], event.data) for event in events]
            assert first[0] == "submitted"
            assert "submitted" not in [verb for verb, _ in moves]
            state = State.QUEUED
            verbs = [verb for verb, _ in moves]
            if "unconfirmed" in verbs:
                assert "not_sent" not in verbs[verbs.index("unconfirmed") :], "once doubted, always asked about first"
            for verb, data in moves:
                assert data["from"] == state.value
                state = ORDER.after(state, MOVED_BY[verb])
                assert data["to"] == state.value
            assert self._state(order) is state

    @invariant()
    def every_order_has_one_message(self) -> None:
        with acting_as_machine():
            subjects = list(Message.objects.order_by("subject_id").values_list("subject_id", flat=True))
        assert subjects == sorted(order.pk for order in self.made)

    @invariant()
    def the_journal_is_intact(self) -> None:
        for house in (self.cast.house, self.cast.rival_house):
            with acting_in(house):
                assert check_chain(f"establishment:{house.pk}").intact


@pytest.fixture
def lives(cast: Cast) -> Iterator[type[Lives]]:
    Lives.cast = cast
    yield Lives
    del Lives.cast


@pytest.mark.req("AT-05")
def test_an_order_s_life_holds_in_any_order_of_events(lives: type[Lives]) -> None:
    global steps
    steps = 0
    run_state_machine_as_test(lives, settings=PROFILE)
    assert steps >= 300
