"""The life of a message and the ends of a visit."""

from enum import StrEnum

from kernel.states import Machine


class State(StrEnum):
    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    PARKED = "parked"


class Action(StrEnum):
    CLAIM = "claim"
    FINISH = "finish"
    RETRY = "retry"
    PARK = "park"
    RELEASE = "release"


MESSAGE = Machine[State, Action](
    {
        (State.WAITING, Action.CLAIM): State.LEASED,
        (State.LEASED, Action.FINISH): State.DONE,
        (State.LEASED, Action.RETRY): State.WAITING,
        (State.LEASED, Action.PARK): State.PARKED,
        (State.PARKED, Action.RELEASE): State.WAITING,
    }
)


class Lane(StrEnum):
    """Whether whom a lane visits answers."""

    UP = "up"
    DOWN = "down"


class Outcome(StrEnum):
    """How a visit ended; the first four are the promise's, `flying` is a visit that has not ended."""

    FLYING = "flying"
    ANSWERED = "answered"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
