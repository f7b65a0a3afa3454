"""Entering and leaving scopes: nothing leaks to the next transaction, the next thread or the scope around."""

import threading

import pytest
from django.db import connection, transaction

from kernel import scope
from kernel.db.transactions import assert_no_open_transaction, scoped, unit_of_work
from kernel.scope import Scope, ScopeMissing
from tenants.models import Establishment
from tests.support.acting import acting_across, acting_in
from tests.support.people import Cast

pytestmark = pytest.mark.req("AT-14")


def bound() -> list[str]:
    """What the database believes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT "
            + ", ".join(
                f"coalesce(current_setting('app.{name}', true), '')"
                for name in ("ecosystem_id", "establishment_id", "user_id", "system")
            )
        )
        return list(cursor.fetchone())


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


NOTHING = ["", "", "", ""]


def test_a_scope_does_not_leak_to_the_next_transaction_of_the_connection(committed_cast: Cast) -> None:
    before = backend()
    with acting_in(committed_cast.house):
        assert bound() == [str(committed_cast.ecosystem.pk), str(committed_cast.house.pk), "", ""]
    assert backend() == before
    assert bound() == NOTHING
    with transaction.atomic():
        assert bound() == NOTHING
    assert scope.current() is None


def test_a_unit_of_work_binds_for_its_own_transaction_only(committed_cast: Cast) -> None:
    with scope.entered(Scope(committed_cast.ecosystem.pk, committed_cast.house.pk)):
        with unit_of_work():
            assert bound()[:2] == [str(committed_cast.ecosystem.pk), str(committed_cast.house.pk)]
            with unit_of_work():
                assert Establishment.objects.count() == 1
        assert bound() == NOTHING


def fail_inside(house: Establishment) -> None:
    with acting_in(house):
        raise ZeroDivisionError


def test_a_failed_scope_leaves_nothing_behind(committed_cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_inside(committed_cast.house)
    assert bound() == NOTHING
    assert scope.current() is None


def test_an_inner_scope_puts_the_outer_one_back(committed_cast: Cast) -> None:
    cast = committed_cast
    with acting_across(cast.ecosystem):
        outer = bound()
        with acting_in(cast.sister):
            assert [house.slug for house in Establishment.objects.all()] == ["irma"]
        assert bound() == outer
        with pytest.raises(ZeroDivisionError):
            fail_inside(cast.house)
        assert bound() == outer
        assert Establishment.objects.count() == 2


def test_a_scope_inside_another_ecosystems_does_not_add_up(cast: Cast) -> None:
    with acting_in(cast.house), acting_in(cast.rival_house):
        assert [house.slug for house in Establishment.objects.all()] == ["rival"]


def test_another_thread_has_no_scope(committed_cast: Cast) -> None:
    found: list[object] = []
    with acting_in(committed_cast.house):
        thread = threading.Thread(target=lambda: found.append(scope.current()))
        thread.start()
        thread.join()
    assert found == [None]


def test_work_needs_a_scope(db: None) -> None:
    with pytest.raises(ScopeMissing), unit_of_work():
        raise AssertionError


def test_the_outside_is_not_called_inside_a_scope(committed_cast: Cast) -> None:
    assert_no_open_transaction()
    with acting_in(committed_cast.house), pytest.raises(RuntimeError, match="outside call"):
        assert_no_open_transaction()


def test_the_rows_of_a_query_made_in_one_scope_are_not_shown_by_another(cast: Cast) -> None:
    with acting_in(cast.rival_house):
        theirs = Establishment.objects.all()
    with acting_in(cast.house):
        assert list(theirs) == []
    with scoped(system=True):
        assert [house.slug for house in theirs.all()] == ["rival"]
