"""The tables' owner, beside the application's role: makes test databases, empties them, takes walls down."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from autotech import env

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE_PREFIX = "test_template_"
LOCK = 7_203_114


def settings_of_owner(*, database: str | None = None) -> dict[str, Any]:
    """As Django takes them."""
    found = env.database("OWNER_DATABASE_URL")
    return found | {"NAME": database} if database else found


@contextmanager
def owner_connection(database: str, *, autocommit: bool = True) -> Iterator[psycopg.Connection]:
    """Waits at most ten seconds for a lock: a test that left a transaction open is told so."""
    s = settings_of_owner()
    with psycopg.connect(
        dbname=database,
        user=s["USER"],
        password=s["PASSWORD"] or None,
        host=s["HOST"] or None,
        port=s["PORT"] or None,
        options="-c lock_timeout=10s",
        autocommit=autocommit,
    ) as connection:
        yield connection


def template_name() -> str:
    """Changes with any migration of ours and with any package's version."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(ROOT.glob("[a-z]*/**/migrations/*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return TEMPLATE_PREFIX + digest.hexdigest()[:12]


@contextmanager
def one_at_a_time() -> Iterator[psycopg.Connection]:
    """Advisory locks are per database, so everybody meets in `postgres`."""
    with owner_connection("postgres") as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield connection


def exists(connection: psycopg.Connection, database: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


def drop(connection: psycopg.Connection, database: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def create(connection: psycopg.Connection, database: str, *, template: str | None = None) -> None:
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database))
    if template:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    connection.execute(statement)


def rename(connection: psycopg.Connection, database: str, name: str) -> None:
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(database), sql.Identifier(name)))


def drop_old_templates(connection: psycopg.Connection, *, but: str) -> None:
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s AND datname <> %s", [TEMPLATE_PREFIX + "%", but]
    ).fetchall()
    for (name,) in rows:
        drop(connection, name)


def worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")
