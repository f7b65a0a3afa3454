"""The web server killed in the middle of a POST: no order or one, never half of one, and sending again is harmless."""

import re
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.test import Client

from tests.stack.stack import Stack, until
from tests.support.acting import acting_in
from tests.support.owner import owner_connection
from tests.support.people import Cast
from tests.transactions.making import typed, vehicle_of
from transactions.models import Draft, Order
from transactions.services.drafts import save_draft, start_draft

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Sender:
    """Somebody with a filled draft in front of them, who can send it as often as they like."""

    def __init__(self, stack: Stack, people: Cast) -> None:
        self.vehicle = vehicle_of(stack.sandbox, people.house)
        with acting_in(people.house):
            draft = start_draft(
                establishment=people.house, kind="sale_intention", agency_code="detran-mg", user_id=people.ana.pk
            )
            save_draft(draft_id=draft.pk, typed=typed(self.vehicle, seller=people.house.cnpj))
        self._people, self._draft = people, draft
        self._url = f"/minas/casa/rascunhos/{draft.token}/"
        client = Client()
        client.force_login(people.ana)
        self._http = httpx.Client(
            base_url=stack.address, cookies={"sessionid": client.cookies["sessionid"].value}, timeout=60
        )
        self._token = TOKEN.findall(self._http.get(self._url).text)[0]

    def send(self) -> httpx.Response:
        """Raises httpx.TransportError when the connection breaks."""
        return self._http.post(self._url, data={"csrfmiddlewaretoken": self._token, "action": "enviar"})

    def send_into_nothing(self) -> threading.Thread:
        """In the background; the answer must never come."""

        def send() -> None:
            with pytest.raises(httpx.TransportError):
                self.send()

        thread = threading.Thread(target=send)
        thread.start()
        return thread

    def orders(self) -> list[Order]:
        with acting_in(self._people.house):
            return list(Order.objects.filter(chassis=self.vehicle["chassi"]))

    def is_spent(self) -> bool:
        with acting_in(self._people.house):
            return Draft.objects.get(pk=self._draft.pk).order_id is not None

    def close(self) -> None:
        self._http.close()


@pytest.fixture
def sender(stack: Stack, people: Cast) -> Iterator[Sender]:
    sender = Sender(stack, people)
    yield sender
    sender.close()


def test_killed_before_the_commit_leaves_nothing(stack: Stack, sender: Sender) -> None:
    """A lock holds the POST between the order's row and its message's."""
    with owner_connection(stack.database, autocommit=False) as boss:
        boss.execute("LOCK TABLE outbox_message IN ACCESS EXCLUSIVE MODE")
        thread = sender.send_into_nothing()
        with owner_connection("postgres") as onlooker:
            until(lambda: blocked(onlooker, stack), what="a POST that waits for the lock")
        stack.kill("web")
        thread.join(10)
        boss.rollback()
    until(lambda: sender.orders() == [])
    assert not sender.is_spent()
    stack.start("web")
    assert sender.send().status_code == 302
    assert_one(stack, sender)


def test_killed_after_the_commit_leaves_one_order_however_often_it_is_sent(stack: Stack, sender: Sender) -> None:
    """A frozen Redis holds the POST at the doorbell, after the commit."""
    stack.signal("redis", signal.SIGSTOP)
    thread = sender.send_into_nothing()
    until(lambda: sender.orders())
    stack.kill("web")
    thread.join(10)
    stack.signal("redis", signal.SIGCONT)
    stack.start("web")
    (order,) = sender.orders()
    again = sender.send()
    assert (again.status_code, order.number in again.headers["location"]) == (302, True)
    assert_one(stack, sender)


def test_a_frozen_redis_delays_the_answer_by_seconds_only(stack: Stack, sender: Sender) -> None:
    stack.signal("redis", signal.SIGSTOP)
    started = time.monotonic()
    answer = sender.send()
    took = time.monotonic() - started
    stack.signal("redis", signal.SIGCONT)
    assert answer.status_code == 302
    assert took < 10  # each look at a Redis that does not answer gives up after a second
    assert_one(stack, sender)


def blocked(onlooker: Any, stack: Stack) -> bool:
    return bool(onlooker.execute(WAITING, [stack.database]).fetchone()[0])


def assert_one(stack: Stack, sender: Sender) -> None:
    until(lambda: [order.state for order in sender.orders()] == ["registered"], what="one registered order")
    assert len(stack.sandbox.ledger(chassis=sender.vehicle["chassi"])) == 1
