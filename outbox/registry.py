"""Which handler serves which topic, and what a handler answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from outbox.states import Outcome


@dataclass(frozen=True, slots=True)
class Policy:
    """How a topic is retried. Seconds.

    `lease`: after it a visit counts as lost, so it must exceed the longest call. `quarantine`: how long to wait
    after a doubtful end before asking, since agencies commit late. `most_doubts`: doubtful visits before a
    person decides. `backoff_*`: growth of the wait after visits that were certainly not executed. `most_failures`:
    visits in a row that got no answer before the lane is left alone but for one probe per period, which grows from
    `probe_first` to `probe_most`; None for lanes without such a circuit.
    """

    lease: float = 90.0
    quarantine: float = 60.0
    most_doubts: int = 6
    backoff_first: float = 5.0
    backoff_most: float = 900.0
    most_failures: int | None = None
    probe_first: float = 5.0
    probe_most: float = 300.0


@dataclass(frozen=True, slots=True)
class Job:
    """What a handler gets: ids, and how many visits ended in doubt before this one. `probe`: the lane is down, and
    this visit finds out whether it still is."""

    message_id: int
    topic: str
    payload: dict[str, Any]
    visit: int
    doubts: int
    request_id: str
    probe: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """What a handler answers. `again_in` seconds asks for another visit; `park` hands it to a person.

    `called` is False when nobody outside was asked. `turned_away`: somebody was there and would not hear us (401, 403,
    429, a refusal we cannot read). Neither says whether the lane answers.
    """

    outcome: Outcome = Outcome.ANSWERED
    code: str = ""
    words: str = ""
    explanation: str = ""
    asked_first: bool = False
    again_in: float | None = None
    park: bool = False
    called: bool = True
    turned_away: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    handle: Callable[[Job], Visit]
    policy: Callable[[Job], Policy] = field(default=lambda job: Policy())
    give_up: Callable[[Job, str], None] | None = None


Handler = TypeVar("Handler", bound=Callable[[Job], Visit])
_topics: dict[str, Topic] = {}


def handles(
    name: str,
    *,
    policy: Callable[[Job], Policy] | None = None,
    give_up: Callable[[Job, str], None] | None = None,
) -> Callable[[Handler], Handler]:
    """Registers a handler. `give_up(job, why)` is told in the parking transaction that a person must decide."""

    def register(handle: Handler) -> Handler:
        if name in _topics and _topics[name].handle is not handle:
            raise RuntimeError(f"Topic {name} has two handlers.")
        _topics[name] = Topic(name, handle, policy or (lambda job: Policy()), give_up)
        return handle

    return register


def topic(name: str) -> Topic:
    """Raises KeyError for a topic that nobody handles: the message stays and its failure is seen."""
    return _topics[name]


def names() -> frozenset[str]:
    return frozenset(_topics)
