"""What PostgreSQL itself says of the second wall: asked of its catalogue, so that no later table is forgotten."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.support.rows import tenant_models

pytestmark = [pytest.mark.req("AT-14"), pytest.mark.django_db]

# Tables of nobody in particular. A new table is here on purpose or has an `ecosystem_id`.
SHARED = {
    "account_emailaddress",
    "account_emailconfirmation",
    "accounts_user",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
    "journal_chain",
    "mfa_authenticator",
    "outbox_lanehealth",
    "tenants_ecosystem",
    "usersessions_usersession",
}
MAY_DEFINE = {"journal_append", "journal_head", "journal_ensure_partitions"}


def ask(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] if len(row) == 1 else row for row in cursor.fetchall()]


TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
OWNED = """
EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'ecosystem_id' AND NOT a.attisdropped)
"""


def test_every_table_belongs_to_tenants_or_is_shared_on_purpose() -> None:
    shared = ask(f"{TABLES} AND NOT c.relispartition AND NOT {OWNED}")
    assert set(shared) == SHARED
    owned = ask(f"{TABLES} AND NOT c.relispartition AND {OWNED}")
    assert set(owned) == {model._meta.db_table for model in tenant_models()}


def test_every_tenants_table_is_walled_for_its_owner_too() -> None:
    open_tables = ask(
        f"{TABLES} AND NOT c.relispartition AND {OWNED} AND NOT (c.relrowsecurity AND c.relforcerowsecurity"
        " AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))"
    )
    assert open_tables == []


def test_every_policy_asks_whose_the_row_is() -> None:
    """A policy of `true` would be none."""
    loose = ask(
        "SELECT tablename || '.' || policyname FROM pg_policies WHERE schemaname = 'public'"
        " AND coalesce(qual, with_check) !~ 'app_(ecosystem|user|system)\\('"
    )
    assert loose == []


def test_partitions_are_closed_to_the_application() -> None:
    role = settings.DATABASE_APP_ROLE
    open_partitions = ask(
        f"{TABLES} AND c.relispartition AND has_table_privilege(%s, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')",
        role,
    )
    assert open_partitions == []


def test_the_role_of_the_application_owns_nothing_and_is_nobody_else() -> None:
    role = settings.DATABASE_APP_ROLE
    assert ask("SELECT current_user") == [role]
    assert ask(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication FROM pg_roles"
        " WHERE rolname = %s",
        role,
    ) == [False]
    assert ask("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole", role) == []
    assert ask("SELECT relname FROM pg_class WHERE relowner = %s::regrole", role) == []
    assert ask("SELECT proname FROM pg_proc WHERE proowner = %s::regrole", role) == []
    assert ask("SELECT nspname FROM pg_namespace WHERE nspowner = %s::regrole", role) == []
    assert ask("SELECT datname FROM pg_database WHERE datdba = %s::regrole", role) == []


def test_the_role_of_the_application_can_neither_truncate_nor_make_tables() -> None:
    role = settings.DATABASE_APP_ROLE
    assert ask("SELECT has_schema_privilege(%s, 'public', 'CREATE')", role) == [False]
    assert ask(f"{TABLES} AND has_table_privilege(%s, c.oid, 'TRUNCATE, TRIGGER, REFERENCES')", role) == []
    for table in ("journal_event", "tenants_adhesionterm", "tenants_adhesionacceptance"):
        assert ask("SELECT has_table_privilege(%s, %s, 'UPDATE, DELETE')", role, table) == [False]
    assert ask("SELECT has_table_privilege(%s, 'journal_chain', 'SELECT, INSERT, UPDATE, DELETE')", role) == [False]
    assert ask("SELECT has_table_privilege(%s, 'django_migrations', 'INSERT, UPDATE, DELETE')", role) == [False]


def test_functions_that_act_as_the_owner_are_known_and_have_a_fixed_search_path() -> None:
    functions = ask(
        "SELECT proname, coalesce(array_to_string(proconfig, ','), '') FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )
    assert {name for name, _ in functions} == MAY_DEFINE
    assert [name for name, config in functions if "search_path=" not in config] == []


def test_what_an_outer_row_names_inside_an_ecosystem_is_of_that_ecosystem() -> None:
    """Foreign keys do not see the walls: each table with both columns has the composite key to its establishment."""
    missing = ask(
        f"""{TABLES} AND NOT c.relispartition AND {OWNED} AND c.relname <> 'tenants_establishment'
        AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'establishment_id')
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'
          AND k.confrelid = 'tenants_establishment'::regclass AND cardinality(k.conkey) = 2)"""
    )
    assert missing == []
