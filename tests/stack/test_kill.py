"""Processes killed at the worst moments. The sandbox's ledger is the oracle, never our tables."""

import signal
import time
from typing import Any

import pytest

from journal.selectors import events_of
from outbox.models import Attempt
from tests.stack.stack import Stack, until
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast
from tests.transactions.making import fresh, message_of, submit, typed, vehicle_of
from transactions.models import Order

INCLUDE = "incluir_intencao"


@pytest.fixture
def vehicle(stack: Stack, people: Cast) -> dict[str, Any]:
    return vehicle_of(stack.sandbox, people.house)


def send(people: Cast, vehicle: dict[str, Any]) -> Order:
    return submit(people.house, typed(vehicle, seller=people.house.cnpj))


def state(order: Order) -> str:
    return fresh(order).state


def registered(order: Order) -> bool:
    return state(order) == "registered"


def verbs(order: Order) -> list[str]:
    with acting_in(order.establishment):
        return [event.verb.partition(".")[2] for event in events_of("order", order.pk)]


def outcomes(order: Order) -> list[str]:
    with acting_as_machine():
        return [
            a.outcome
            for a in Attempt.objects.filter(message__subject_type="order", message__subject_id=order.pk).order_by(
                "number"
            )
        ]


def sendings(stack: Stack, order: Order) -> int:
    return len(stack.sandbox.visits(chassis=order.chassis, operation=INCLUDE))


def effects(stack: Stack, order: Order) -> int:
    return len(stack.sandbox.ledger(chassis=order.chassis))


@pytest.mark.req("AT-05")
def test_an_order_is_registered_within_a_second_by_the_doorbell(
    stack: Stack, people: Cast, vehicle: dict[str, Any]
) -> None:
    stack.kill("beat")
    order = send(people, vehicle)
    until(lambda: registered(order), seconds=5)
    assert (effects(stack, order), outcomes(order)) == (1, ["answered"])


def test_a_worker_killed_between_the_detran_s_commit_and_ours_leaves_one_registration(
    stack: Stack, people: Cast, vehicle: dict[str, Any]
) -> None:
    stack.sandbox.fault("latencia_depois", operation=INCLUDE, chassis=vehicle["chassi"], times=1, seconds=10)
    order = send(people, vehicle)
    until(lambda: effects(stack, order))
    stack.kill("worker")
    assert (state(order), message_of(order).state) == ("in_flight", "leased")
    stack.start("worker")
    until(lambda: registered(order))
    assert (effects(stack, order), sendings(stack, order)) == (1, 1)
    assert fresh(order).protocol == stack.sandbox.ledger(chassis=order.chassis)[0]["protocolo"]
    assert outcomes(order) == ["unknown", "answered"]
    assert verbs(order) == ["submitted", "sending", "unconfirmed", "adopted"]


def test_a_worker_killed_before_the_detran_commits_waits_the_late_commit_out(
    stack: Stack, people: Cast, vehicle: dict[str, Any]
) -> None:
    stack.sandbox.fault("latencia", operation=INCLUDE, chassis=vehicle["chassi"], times=1, seconds=1.5)
    order = send(people, vehicle)
    until(lambda: sendings(stack, order))
    stack.kill("worker")
    assert effects(stack, order) == 0
    stack.start("worker")
    until(lambda: registered(order))
    assert (effects(stack, order), sendings(stack, order)) == (1, 1)
    assert verbs(order)[-1] == "adopted"


def test_a_worker_killed_while_the_order_is_queued_sends_it_once_when_it_is_back(
    stack: Stack, people: Cast, vehicle: dict[str, Any]
) -> None:
    stack.kill("worker")
    order = send(people, vehicle)
    time.sleep(1)  # several drains ring for it meanwhile
    assert (state(order), sendings(stack, order)) == ("queued", 0)
    stack.start("worker")
    until(lambda: registered(order))
    assert (effects(stack, order), sendings(stack, order)) == (1, 1)


def test_a_worker_told_to_end_finishes_its_call_without_doubt(
    stack: Stack, people: Cast, vehicle: dict[str, Any]
) -> None:
    stack.sandbox.fault("latencia_depois", operation=INCLUDE, chassis=vehicle["chassi"], times=1, seconds=0.8)
    order = send(people, vehicle)
    until(lambda: effects(stack, order))
    assert stack.stop("worker") == 0
    assert (state(order), outcomes(order)) == ("registered", ["answered"])
    assert "unconfirmed" not in verbs(order)


def test_two_workers_make_one_visit_for_each_order(stack: Stack, people: Cast) -> None:
    stack.start("worker2")
    orders = [send(people, vehicle_of(stack.sandbox, people.house)) for _ in range(12)]
    until(lambda: all(registered(order) for order in orders))
    assert [(effects(stack, order), sendings(stack, order)) for order in orders] == [(1, 1)] * 12


def test_orders_are_taken_while_redis_is_down_and_sent_when_it_is_back_empty(
    stack: Stack, people: Cast, vehicle: dict[str, Any]
) -> None:
    stack.kill("redis")
    started = time.monotonic()
    order = send(people, vehicle)
    assert time.monotonic() - started < 3
    time.sleep(1)
    assert (state(order), sendings(stack, order)) == ("queued", 0)
    stack.start("redis")
    until(lambda: registered(order), seconds=30)
    assert (effects(stack, order), sendings(stack, order)) == (1, 1)


def test_a_redis_that_lost_everything_loses_no_order(stack: Stack, people: Cast, vehicle: dict[str, Any]) -> None:
    stack.kill("worker")
    order = send(people, vehicle)
    with stack.redis() as redis:
        until(lambda: redis.llen("celery"))
        redis.flushall()
    stack.start("worker")
    until(lambda: registered(order))
    assert (effects(stack, order), sendings(stack, order)) == (1, 1)


def test_without_beat_a_doubt_waits_and_is_cleared_when_beat_is_back(
    stack: Stack, people: Cast, vehicle: dict[str, Any]
) -> None:
    stack.sandbox.fault("perdida_depois", operation=INCLUDE, chassis=vehicle["chassi"], times=1)
    stack.kill("beat")
    order = send(people, vehicle)
    until(lambda: state(order) == "unconfirmed")
    time.sleep(2)
    assert state(order) == "unconfirmed"
    stack.start("beat")
    until(lambda: registered(order))
    assert (effects(stack, order), sendings(stack, order)) == (1, 1)


def test_a_worker_that_stood_still_beyond_its_lease_settles_nothing(
    stack: Stack, people: Cast, vehicle: dict[str, Any]
) -> None:
    """SIGSTOP and SIGCONT: a machine that froze, while another one took its work over."""
    stack.sandbox.fault("latencia_depois", operation=INCLUDE, chassis=vehicle["chassi"], times=1, seconds=0.5)
    order = send(people, vehicle)
    until(lambda: effects(stack, order))
    stack.signal("worker", signal.SIGSTOP)
    stack.start("worker2")
    until(lambda: registered(order))
    stack.signal("worker", signal.SIGCONT)
    time.sleep(1)
    assert (effects(stack, order), sendings(stack, order)) == (1, 1)
    assert (state(order), outcomes(order)) == ("registered", ["unknown", "answered"])
