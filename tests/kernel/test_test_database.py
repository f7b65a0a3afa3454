"""The ground of all other tests: who we are in the database, and that nothing stays behind."""

from django.conf import settings
from django.db import connection

from accounts.models import User
from kernel.db.transactions import assert_no_open_transaction
from tenants.models import Establishment
from tests.support.acting import acting_in
from tests.support.database import in_threads
from tests.support.people import Cast, make_person


def test_tests_run_as_the_role_of_the_application(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        role, database = cursor.fetchone()
    assert role == settings.DATABASE_APP_ROLE
    assert database.startswith("test_")


def test_the_cast_is_seen_in_its_own_scope_only(cast: Cast) -> None:
    with acting_in(cast.house):
        assert [house.slug for house in Establishment.objects.all()] == ["casa"]
    with acting_in(cast.rival_house):
        assert [house.slug for house in Establishment.objects.all()] == ["rival"]


def test_the_transaction_of_the_fixture_does_not_count(db: None) -> None:
    assert_no_open_transaction()


def test_committed_rows_are_seen_by_other_threads(committed_db: None) -> None:
    make_person("Ana")
    assert in_threads(User.objects.count, User.objects.count) == [1, 1]


def test_committed_rows_are_gone_afterwards(db: None) -> None:
    assert User.objects.count() == 0
