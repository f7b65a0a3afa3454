"""Transactions that know for whom they run, and the guard that keeps the outside out of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from kernel import scope

SETTINGS = ("app.ecosystem_id", "app.establishment_id", "app.user_id", "app.system")

_floor = 0
_in_unit: ContextVar[bool] = ContextVar("in_unit", default=False)


def _values(of: scope.Scope | None) -> list[str]:
    if of is None:
        return ["", "", "", ""]
    return ["" if value is None else str(value) for value in (of.ecosystem_id, of.establishment_id, of.user_id)] + [
        "on" if of.system else ""
    ]


def _bind(of: scope.Scope | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, true), set_config(%s, %s, true),"
            " set_config(%s, %s, true), set_config(%s, %s, true)",
            [part for pair in zip(SETTINGS, _values(of), strict=True) for part in pair],
        )


@contextmanager
def scoped(
    *,
    ecosystem_id: int | None = None,
    establishment_id: int | None = None,
    user_id: int | None = None,
    system: bool = False,
) -> Iterator[scope.Scope]:
    """Both walls and a transaction: commits at the end, rolls back on any exception.

    The database's half is set for this transaction only (`set_config(…, true)`): a session-level setting would
    leak through pooled connections. Nested in another scope it is a savepoint and puts the outer scope back.
    """
    before, nested = scope.current(), connection.in_atomic_block
    wanted = scope.Scope(ecosystem_id, establishment_id, user_id, system)
    with transaction.atomic(), scope.entered(wanted):
        _bind(wanted)
        yield wanted
        # Reached only on success: a failed savepoint rolls its settings back by itself, and so does the end of a
        # transaction, for which they were set.
        if nested:
            _bind(before)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """A transaction for the scope in force; inside another one a savepoint of it. Services run in it.

    A unit inside a unit is a part of it: when it fails, so does the whole. Raises ScopeMissing outside any scope.
    """
    of = scope.required()
    outermost = len(connection.atomic_blocks) <= _floor
    part = _in_unit.get()
    token = _in_unit.set(True)
    try:
        with transaction.atomic(savepoint=not part):
            if outermost:
                _bind(of)
            yield
    finally:
        _in_unit.reset(token)


def assert_no_open_transaction() -> None:
    """Raises when called inside a transaction: the outside is never waited for while locks are held."""
    if len(connection.atomic_blocks) > _floor:
        raise RuntimeError("An outside call was attempted inside a database transaction.")


@contextmanager
def transaction_floor(depth: int) -> Iterator[None]:
    """For tests whose fixture already holds `depth` transactions open."""
    global _floor
    before, _floor = _floor, depth
    try:
        yield
    finally:
        _floor = before
