"""The order's table of moves, pair by pair, and its picture."""

import itertools

import pytest
from django.core.management import CommandError, call_command

from kernel.states import ForbiddenMove
from transactions.management.commands import draw_states
from transactions.models.order import IN_WORK, STATE_LABELS
from transactions.states import LIVE, ORDER, TABS, Action, State, Tab

QUEUED, FLYING, DOUBTFUL, PARKED = State.QUEUED, State.IN_FLIGHT, State.UNCONFIRMED, State.PARKED
REGISTERED, REFUSED, CANCELLED = State.REGISTERED, State.REFUSED, State.CANCELLED
UNPAID, PROCESSING = State.AWAITING_FEE, State.PROCESSING
# Written down a second time on purpose: a move is added here too, by somebody who thought about it.
MOVES = {
    (QUEUED, Action.TAKE_OFF): FLYING,
    (QUEUED, Action.WITHDRAW): CANCELLED,
    (QUEUED, Action.PARK): PARKED,
    (FLYING, Action.RETURN): QUEUED,
    (FLYING, Action.DOUBT): DOUBTFUL,
    (FLYING, Action.ACCEPT): REGISTERED,
    (FLYING, Action.REFUSE): REFUSED,
    (FLYING, Action.PARK): PARKED,
    (DOUBTFUL, Action.TAKE_OFF): FLYING,
    (DOUBTFUL, Action.ACCEPT): REGISTERED,
    (DOUBTFUL, Action.REFUSE): REFUSED,
    (DOUBTFUL, Action.PARK): PARKED,
    (PARKED, Action.RELEASE): DOUBTFUL,
    (PARKED, Action.CLOSE): CANCELLED,
    (FLYING, Action.DEMAND_FEE): UNPAID,
    (DOUBTFUL, Action.DEMAND_FEE): UNPAID,
    (UNPAID, Action.RECOGNISE_FEE): PROCESSING,
    (UNPAID, Action.CONCLUDE): REGISTERED,
    (UNPAID, Action.REJECT): REFUSED,
    (PROCESSING, Action.CONCLUDE): REGISTERED,
    (PROCESSING, Action.REJECT): REFUSED,
    (REGISTERED, Action.CANCEL): CANCELLED,
}


@pytest.mark.parametrize(("state", "action"), list(itertools.product(State, Action)))
def test_every_pair_moves_as_written_or_not_at_all(state: State, action: Action) -> None:
    if (state, action) in MOVES:
        assert ORDER.after(state, action) is MOVES[state, action]
    else:
        with pytest.raises(ForbiddenMove):
            ORDER.after(state, action)


def test_only_what_is_settled_is_final_and_not_live() -> None:
    assert ORDER.final(State) == {REFUSED, CANCELLED}
    assert frozenset(State) - ORDER.final(State) - {REGISTERED} == LIVE, "what is registered may still be cancelled"
    assert sorted(LIVE) == IN_WORK


def test_every_state_has_its_list_and_its_name() -> None:
    assert set(TABS) == set(STATE_LABELS) == set(State)
    assert set(TABS.values()) == set(Tab)
    assert {state for state, tab in TABS.items() if tab is Tab.PENDING} == LIVE


def test_the_picture_is_current() -> None:
    call_command("draw_states", "--check")


def test_the_picture_shows_every_move_and_its_end() -> None:
    drawn = draw_states.drawing()
    assert all(f"    {before} --> {after}: {action}" in drawn for (before, action), after in MOVES.items())
    assert drawn.count(" --> ") == len(MOVES) + 1 + 2


def test_a_picture_that_is_not_current_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw_states, "START", State.PARKED)
    with pytest.raises(CommandError, match="draw_states"):
        call_command("draw_states", "--check")
