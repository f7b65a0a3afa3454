"""The life of an order. Everything absent from the table is forbidden."""

from enum import StrEnum

from kernel.states import Machine


class State(StrEnum):
    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    UNCONFIRMED = "unconfirmed"
    PARKED = "parked"
    REGISTERED = "registered"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Action(StrEnum):
    TAKE_OFF = "take_off"
    RETURN = "return"
    DOUBT = "doubt"
    ACCEPT = "accept"
    REFUSE = "refuse"
    PARK = "park"
    RELEASE = "release"
    WITHDRAW = "withdraw"


ORDER = Machine[State, Action](
    {
        (State.QUEUED, Action.TAKE_OFF): State.IN_FLIGHT,
        (State.QUEUED, Action.WITHDRAW): State.CANCELLED,
        (State.QUEUED, Action.PARK): State.PARKED,
        (State.IN_FLIGHT, Action.RETURN): State.QUEUED,
        (State.IN_FLIGHT, Action.DOUBT): State.UNCONFIRMED,
        (State.IN_FLIGHT, Action.ACCEPT): State.REGISTERED,
        (State.IN_FLIGHT, Action.REFUSE): State.REFUSED,
        (State.IN_FLIGHT, Action.PARK): State.PARKED,
        (State.UNCONFIRMED, Action.ACCEPT): State.REGISTERED,
        (State.UNCONFIRMED, Action.REFUSE): State.REFUSED,
        (State.UNCONFIRMED, Action.TAKE_OFF): State.IN_FLIGHT,
        (State.UNCONFIRMED, Action.PARK): State.PARKED,
        (State.PARKED, Action.RELEASE): State.UNCONFIRMED,
    }
)
LIVE = frozenset({State.QUEUED, State.IN_FLIGHT, State.UNCONFIRMED, State.PARKED})


class Tab(StrEnum):
    """The lists of the portal (AT-09, AT-14); a refused order waits for correction in a list of its own."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"


TABS = {
    State.QUEUED: Tab.PENDING,
    State.IN_FLIGHT: Tab.PENDING,
    State.UNCONFIRMED: Tab.PENDING,
    State.PARKED: Tab.PENDING,
    State.REGISTERED: Tab.APPROVED,
    State.REFUSED: Tab.REFUSED,
    State.CANCELLED: Tab.CANCELLED,
}
