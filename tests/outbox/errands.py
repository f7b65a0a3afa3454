"""A topic whose handler does what the test says, and remembers every visit."""

import time
from collections.abc import Callable
from typing import Any

from kernel import scope
from outbox import registry, services
from outbox.models import Attempt, Message
from outbox.registry import Job, Policy, Visit
from tenants.models import Establishment
from tests.support.acting import acting_as_machine, acting_in

TOPIC = "errands.run"


class Errands:
    def __init__(self) -> None:
        self.act: Callable[[Job], Visit] = lambda job: Visit()
        self.policy = Policy()
        self.told: list[str] = []
        self.give_up: Callable[[Job, str], None] = lambda job, why: self.told.append(why)
        self.jobs: list[Job] = []
        self.scopes: list[scope.Scope | None] = []
        registry.handles(TOPIC, policy=lambda job: self.policy, give_up=lambda job, why: self.give_up(job, why))(
            self._handle
        )

    def _handle(self, job: Job) -> Visit:
        self.jobs.append(job)
        self.scopes.append(scope.current())
        return self.act(job)

    def fails_with(self, error: BaseException) -> None:
        def act(job: Job) -> Visit:
            raise error

        self.act = act


def leave(house: Establishment, topic: str = TOPIC, **named: Any) -> Message:
    with acting_in(house):
        return services.enqueue(topic, **{"lane": "rua", "payload": {}, **named})


def fresh(message: Message) -> Message:
    with acting_as_machine():
        return Message.objects.get(pk=message.pk)


def attempts(message: Message) -> list[Attempt]:
    with acting_as_machine():
        return list(Attempt.objects.filter(message_id=message.pk).order_by("number"))


def outcomes(message: Message) -> list[str]:
    return [attempt.outcome for attempt in attempts(message)]


def change(message: Message, **fields: Any) -> None:
    with acting_as_machine():
        Message.objects.filter(pk=message.pk).update(**fields)


def deliver_when_due(message: Message, *, patience: float = 10.0) -> Visit:
    limit = time.monotonic() + patience
    while (visit := services.deliver(message.pk)) is None:
        assert time.monotonic() < limit, f"message is {fresh(message).state} and was not delivered"
        time.sleep(0.02)
    return visit
