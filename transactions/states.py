"""The life of an order. Everything absent from the table is forbidden."""

from enum import StrEnum

from kernel.states import Machine


class State(StrEnum):
    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    UNCONFIRMED = "unconfirmed"
    PARKED = "parked"
    AWAITING_FEE = "awaiting_fee"
    PROCESSING = "processing"
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
    CLOSE = "close"
    DEMAND_FEE = "demand_fee"
    RECOGNISE_FEE = "recognise_fee"
    CONCLUDE = "conclude"
    REJECT = "reject"
    CANCEL = "cancel"


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
        (State.PARKED, Action.CLOSE): State.CANCELLED,
        (State.IN_FLIGHT, Action.DEMAND_FEE): State.AWAITING_FEE,
        (State.UNCONFIRMED, Action.DEMAND_FEE): State.AWAITING_FEE,
        (State.AWAITING_FEE, Action.RECOGNISE_FEE): State.PROCESSING,
        (State.AWAITING_FEE, Action.CONCLUDE): State.REGISTERED,
        (State.AWAITING_FEE, Action.REJECT): State.REFUSED,
        (State.PROCESSING, Action.CONCLUDE): State.REGISTERED,
        (State.PROCESSING, Action.REJECT): State.REFUSED,
        (State.REGISTERED, Action.CANCEL): State.CANCELLED,
    }
)
IN_TRANSIT = frozenset({State.QUEUED, State.IN_FLIGHT, State.UNCONFIRMED, State.PARKED})
LIVE = IN_TRANSIT | {State.AWAITING_FEE, State.PROCESSING}


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
    State.AWAITING_FEE: Tab.PENDING,
    State.PROCESSING: Tab.PENDING,
    State.REGISTERED: Tab.APPROVED,
    State.REFUSED: Tab.REFUSED,
    State.CANCELLED: Tab.CANCELLED,
}


class FileState(StrEnum):
    """A file with several vehicles: read and judged, then sent line by line once a person said so."""

    CHECKING = "checking"
    UNREADABLE = "unreadable"
    CHECKED = "checked"
    SENDING = "sending"
    DONE = "done"


class FileAction(StrEnum):
    JUDGE = "judge"
    SPOIL = "spoil"
    CONFIRM = "confirm"
    FINISH = "finish"


FILE = Machine[FileState, FileAction](
    {
        (FileState.CHECKING, FileAction.JUDGE): FileState.CHECKED,
        (FileState.CHECKING, FileAction.SPOIL): FileState.UNREADABLE,
        (FileState.CHECKED, FileAction.CONFIRM): FileState.SENDING,
        (FileState.SENDING, FileAction.FINISH): FileState.DONE,
        (FileState.DONE, FileAction.CONFIRM): FileState.SENDING,
    }
)


class LineState(StrEnum):
    GOOD = "good"
    BAD = "bad"
    SENT = "sent"
    FAILED = "failed"


class LineAction(StrEnum):
    SEND = "send"
    FAIL = "fail"
    RETRY = "retry"


LINE = Machine[LineState, LineAction](
    {
        (LineState.GOOD, LineAction.SEND): LineState.SENT,
        (LineState.GOOD, LineAction.FAIL): LineState.FAILED,
        (LineState.FAILED, LineAction.RETRY): LineState.GOOD,
    }
)
