"""State machines as data: what is absent from the table is forbidden."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from kernel.errors import DomainError

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class ForbiddenMove(DomainError):
    code = "transicao_proibida"
    status = 409


class Machine(Generic[S, A]):
    def __init__(self, table: Mapping[tuple[S, A], S]) -> None:
        self.table = dict(table)

    def may(self, state: S, action: A) -> bool:
        return (state, action) in self.table

    def after(self, state: S, action: A) -> S:
        """The state after `action`. Raises ForbiddenMove when the table has no such line."""
        try:
            return self.table[state, action]
        except KeyError:
            raise ForbiddenMove(f"Não é possível fazer isto agora ({action} a partir de {state}).") from None

    def final(self, states: type[S]) -> frozenset[S]:
        """The states that no action leaves."""
        return frozenset(states) - {state for state, _ in self.table}
