"""The second wall with the first one down: raw SQL and `_base_manager`, table by table, under the app's role."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from documents.models import Document
from kernel.scope import Scope
from outbox.models import Attempt
from tenants.models import AdhesionTerm, Establishment, Membership
from tests.support.acting import acting_across, acting_in, looking_for_places
from tests.support.people import Cast
from tests.support.rows import make_rows, tenant_models

pytestmark = pytest.mark.req("AT-14")
MODELS = tenant_models()
TABLES = sorted(model._meta.db_table for model in MODELS)
OF_ECOSYSTEM = AdhesionTerm._meta.db_table
ESTABLISHMENT = Establishment._meta.db_table
REFUSED = "row-level security|permission denied"


@pytest.fixture
def rows(cast: Cast) -> Cast:
    make_rows(cast)
    return cast


def run(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def count(table: str, where: str = "true", *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}", values)
        return int(cursor.fetchone()[0])


def house_column(table: str) -> str | None:
    if table == OF_ECOSYSTEM:
        return None
    return "id" if table == ESTABLISHMENT else "establishment_id"


def foreign(table: str, cast: Cast) -> list[tuple[str, int]]:
    """Conditions that name rows of the rival and of the sister house."""
    found = [("ecosystem_id = %s", cast.rival_ecosystem.pk)]
    if column := house_column(table):
        found.append((f"{column} = %s", cast.sister.pk))
    return found


def foreign_values(table: str, cast: Cast) -> list[dict[str, int]]:
    column = house_column(table)
    rivals = {"ecosystem_id": cast.rival_ecosystem.pk}
    if column is None:
        return [rivals]
    return [{**rivals, column: cast.rival_house.pk}, {column: cast.sister.pk}]


@contextmanager
def refused(match: str = REFUSED) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        yield


@pytest.mark.parametrize("table", TABLES)
def test_each_house_has_rows_to_hide(rows: Cast, table: str) -> None:
    """Else the tests below would prove nothing: give a new table a maker in tests/support/rows.py."""
    for house in (rows.house, rows.sister, rows.rival_house):
        with acting_in(house):
            assert count(table) > 0


@pytest.mark.parametrize("table", TABLES)
def test_no_foreign_row_is_read(rows: Cast, table: str) -> None:
    with acting_in(rows.house):
        for where, value in foreign(table, rows):
            assert count(table, where, value) == 0
    with acting_across(rows.ecosystem):
        assert count(table, "ecosystem_id <> %s", rows.ecosystem.pk) == 0


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    ("right", "statement"), [("UPDATE", "UPDATE {} SET ecosystem_id = ecosystem_id"), ("DELETE", "DELETE FROM {}")]
)
def test_no_foreign_row_is_changed_or_deleted(rows: Cast, table: str, right: str, statement: str) -> None:
    permitted = count("pg_class", "oid = %s::regclass AND has_table_privilege(oid, %s)", table, right) == 1
    with acting_in(rows.house):
        for where, value in foreign(table, rows):
            if permitted:
                assert run(f"{statement.format(table)} WHERE {where}", value) == 0
            else:
                with refused("permission denied"):
                    run(f"{statement.format(table)} WHERE {where}", value)


INSERT = """
INSERT INTO {table} SELECT made.* FROM (SELECT to_jsonb(x) AS row FROM {table} x LIMIT 1) mine,
  jsonb_populate_record(NULL::{table}, mine.row || %s::jsonb) made
"""


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_inserted_for_others(rows: Cast, table: str) -> None:
    with acting_in(rows.house):
        for values in foreign_values(table, rows):
            with refused():
                run(INSERT.format(table=table), as_json({"id": 10**12, **values}))


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_given_to_others(rows: Cast, table: str) -> None:
    with acting_in(rows.house):
        for values in foreign_values(table, rows):
            assignments = ", ".join(f"{column} = {value}" for column, value in values.items())
            with refused():
                run(f"UPDATE {table} SET {assignments}")


def as_json(values: dict[str, int]) -> str:
    return "{" + ", ".join(f'"{key}": {value}' for key, value in values.items()) + "}"


@pytest.mark.parametrize("table", TABLES)
def test_without_a_scope_there_is_nothing(rows: Cast, table: str) -> None:
    assert count(table) == 0
    with transaction.atomic():
        assert count(table) == 0
        with refused():
            # An own row is not to be had either, so the values come from where they can be seen.
            run(f"INSERT INTO {table} (ecosystem_id) VALUES (%s)", rows.ecosystem.pk)


@pytest.mark.parametrize("table", TABLES)
def test_a_person_looking_for_places_sees_own_places_only(rows: Cast, table: str) -> None:
    with looking_for_places(rows.ana):
        if table == Membership._meta.db_table:
            assert count(table) == count(table, "user_id = %s", rows.ana.pk) == 1
        elif table == ESTABLISHMENT:
            assert count(table) == count(table, "id = %s", rows.house.pk) == 1
        else:
            assert count(table) == 0
        with refused():
            run(f"INSERT INTO {table} (ecosystem_id) VALUES (%s)", rows.ecosystem.pk)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_managers_back_door_shows_own_rows_only(rows: Cast, model: type[models.Model]) -> None:
    with acting_in(rows.rival_house):
        stranger = model._base_manager.first()
    assert stranger is not None
    with acting_in(rows.house):
        assert model._base_manager.exists()
        assert not model._base_manager.filter(pk=stranger.pk).exists()
        assert not model._base_manager.raw(f"SELECT * FROM {model._meta.db_table} WHERE id = %s", [stranger.pk])
        with pytest.raises(model.DoesNotExist):
            stranger.refresh_from_db()


def test_a_forward_key_does_not_lead_to_a_foreign_row(rows: Cast) -> None:
    with acting_in(rows.rival_house):
        theirs = Attempt.objects.get().message_id
    with acting_in(rows.house):
        mine = Attempt.objects.get()
        mine.message_id = theirs
        with pytest.raises(mine._meta.get_field("message").related_model.DoesNotExist):
            str(mine.message)


def test_an_upsert_does_not_write_over_a_foreign_row(rows: Cast) -> None:
    with acting_in(rows.rival_house):
        theirs = Document.objects.get()
    with acting_in(rows.house), refused():
        run(
            "INSERT INTO documents_document SELECT (jsonb_populate_record(NULL::documents_document,"
            " to_jsonb(x) || %s::jsonb)).* FROM documents_document x ON CONFLICT (id) DO UPDATE SET kind = 'stolen'",
            as_json({"id": theirs.pk}),
        )


def test_locking_and_returning_show_nothing_foreign(rows: Cast) -> None:
    with acting_in(rows.house):
        where = "WHERE ecosystem_id = %s"
        assert run(f"SELECT 1 FROM documents_document {where} FOR UPDATE", rows.rival_ecosystem.pk) == 0
        assert run(f"UPDATE documents_document SET kind = kind {where} RETURNING id", rows.rival_ecosystem.pk) == 0
        assert run(f"DELETE FROM documents_document {where} RETURNING id", rows.rival_ecosystem.pk) == 0


SCOPES = {
    "house": lambda cast: acting_in(cast.house),
    "ecosystem": lambda cast: acting_across(cast.ecosystem),
    "person": lambda cast: looking_for_places(cast.ana),
}


def scope_of(name: str, cast: Cast) -> AbstractContextManager[Scope]:
    return SCOPES[name](cast)


@pytest.mark.parametrize("name", SCOPES)
def test_only_the_machinery_crosses_tenants(rows: Cast, name: str) -> None:
    with scope_of(name, rows):
        for table in TABLES:
            assert count(table, "ecosystem_id = %s", rows.rival_ecosystem.pk) == 0, table
