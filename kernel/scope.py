"""For whom the running code works. Nothing of a tenant is read or written without it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class ScopeMissing(RuntimeError):
    """Tenant data was touched before anybody said for whom. Always a programming error."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows are visible.

    `ecosystem_id` alone: the whole ecosystem. With `establishment_id`: that establishment only.
    `user_id` alone: that person's own memberships, to choose where to go.
    `system`: the house's own machinery (the outbox that serves all tenants), never a person.
    """

    ecosystem_id: int | None = None
    establishment_id: int | None = None
    user_id: int | None = None
    system: bool = False


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope | None:
    return _current.get()


def required() -> Scope:
    """The scope in force. Raises ScopeMissing outside any."""
    scope = _current.get()
    if scope is None:
        raise ScopeMissing("No scope: say for whom with kernel.db.transactions.scoped().")
    return scope


@contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """Python's half of entering a scope; `kernel.db.transactions.scoped` adds the database's half."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)
