"""A machine does what its table says, for every pair there is."""

import itertools
from enum import StrEnum

import pytest

from kernel.errors import DomainError
from kernel.states import ForbiddenMove, Machine


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    OUT = "out"


class Act(StrEnum):
    CHANGE = "change"
    BREAK = "break"


TABLE = {
    (Light.RED, Act.CHANGE): Light.GREEN,
    (Light.GREEN, Act.CHANGE): Light.RED,
    (Light.RED, Act.BREAK): Light.OUT,
}
MACHINE = Machine[Light, Act](TABLE)


@pytest.mark.parametrize(("state", "action"), list(itertools.product(Light, Act)))
def test_what_is_absent_from_the_table_is_forbidden(state: Light, action: Act) -> None:
    assert MACHINE.may(state, action) == ((state, action) in TABLE)
    if (state, action) in TABLE:
        assert MACHINE.after(state, action) is TABLE[state, action]
        return
    with pytest.raises(ForbiddenMove) as caught:
        MACHINE.after(state, action)
    assert (caught.value.status, caught.value.code) == (409, "transicao_proibida")


def test_a_forbidden_move_is_said_as_a_refusal_of_the_domain() -> None:
    assert issubclass(ForbiddenMove, DomainError)


def test_a_state_that_nothing_leaves_is_final() -> None:
    assert MACHINE.final(Light) == {Light.OUT}


def test_the_table_cannot_be_changed_from_outside() -> None:
    table = dict(TABLE)
    machine = Machine[Light, Act](table)
    table[Light.OUT, Act.CHANGE] = Light.RED
    assert not machine.may(Light.OUT, Act.CHANGE)
