"""The test database: made and migrated by the owner once per set of migrations, used under the application's role.

`db` is pytest-django's rolled-back transaction. `committed_db` really commits, for threads and processes.
"""

import atexit
import os
import shutil
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from kernel.db.transactions import transaction_floor
from tests.support import owner

T = TypeVar("T")
KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def pytest_configure() -> None:
    """What differs from production: hashing that costs nothing, a folder and cache keys of one's own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    folder = tempfile.mkdtemp(prefix="autotech-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings.DOCUMENTS_DIR = Path(folder) / "documents"
    settings.STATIC_ROOT = Path(folder) / "static"
    settings.STATIC_ROOT.mkdir()
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    settings.EMAIL_FILE_PATH = str(Path(folder) / "mail")
    for name in ("default", "documents"):
        settings.STORAGES[name]["OPTIONS"]["location"] = settings.DOCUMENTS_DIR
    os.environ["DOCUMENTS_DIR"] = str(settings.DOCUMENTS_DIR)
    os.environ["MAIL_DIR"] = settings.EMAIL_FILE_PATH


def _connect_as(**changed: Any) -> None:
    """In place: threads that come later take the same settings."""
    connection.close()
    connection.settings_dict.update(changed)
    settings.DATABASES["default"].update(changed)


def _make_template(maintenance: psycopg.Connection, name: str) -> None:
    making = name + "_making"
    owner.drop(maintenance, making)
    owner.create(maintenance, making)
    before = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "OPTIONS")}
    as_owner = owner.settings_of_owner(database=making)
    _connect_as(**{key: as_owner[key] for key in before})
    call_command("migrate", verbosity=0, interactive=False)
    _connect_as(**before)
    owner.rename(maintenance, making, name)
    owner.drop_old_templates(maintenance, but=name)


def url_of(s: dict[str, Any]) -> str:
    secret = f":{quote(s['PASSWORD'])}" if s["PASSWORD"] else ""
    return (
        f"postgresql://{quote(s['USER'])}{secret}@/{quote(s['NAME'])}?host={quote(s['HOST'], safe='')}&port={s['PORT']}"
    )


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replaces pytest-django's: a copy of the migrated template for each xdist worker.

    DATABASE_URL and OWNER_DATABASE_URL name the copy from here on, for processes that tests start.
    """
    base = str(connection.settings_dict["NAME"])
    name = f"test_{base}_{owner.worker()}"
    template = owner.template_name()
    app_role = {}
    if connection.settings_dict["USER"] == owner.settings_of_owner()["USER"]:
        app_role = {
            "OPTIONS": {**connection.settings_dict["OPTIONS"], "options": f"-c role={settings.DATABASE_APP_ROLE}"}
        }
    with django_db_blocker.unblock(), owner.one_at_a_time() as maintenance:
        if not owner.exists(maintenance, template):
            _make_template(maintenance, template)
        owner.drop(maintenance, name)
        owner.create(maintenance, name, template=template)
        _connect_as(NAME=name, **app_role)
    os.environ["DATABASE_URL"] = url_of(connection.settings_dict)
    owner_before = os.environ["OWNER_DATABASE_URL"]
    os.environ["OWNER_DATABASE_URL"] = url_of(owner.settings_of_owner(database=name))
    yield
    os.environ["OWNER_DATABASE_URL"] = owner_before
    with django_db_blocker.unblock():
        connections.close_all()
    with owner.one_at_a_time() as maintenance:
        owner.drop(maintenance, name)


def _fresh_cache_keys() -> None:
    """Redis is shared with the other workers, so it is not flushed: each test has its own keys."""
    prefix = f"test-{uuid.uuid4().hex}"
    settings.CACHES["default"]["KEY_PREFIX"] = prefix
    caches["default"].key_prefix = prefix  # type: ignore[attr-defined]  # every Django backend has it


@pytest.fixture(autouse=True)
def _kernel_sees_no_transaction(request: pytest.FixtureRequest) -> Iterator[None]:
    """The transaction that `db` holds open must not count as the application's."""
    if "db" not in request.fixturenames and request.node.get_closest_marker("django_db") is None:
        yield
        return
    request.getfixturevalue("db")
    _fresh_cache_keys()
    with transaction_floor(len(connection.atomic_blocks)):
        yield


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Real commits. At the end the owner empties every table; the application's role may not."""
    _fresh_cache_keys()
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections.close_all()
            with owner.owner_connection(str(connection.settings_dict["NAME"])) as boss:
                empty(boss)


def empty(boss: psycopg.Connection) -> None:
    tables = [
        name
        for (name,) in boss.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        if name not in KEPT
    ]
    boss.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))


@pytest.fixture
def owner_db(committed_db: None) -> Iterator[psycopg.Connection]:
    """A connection of the tables' owner to the test database, each statement committed at once.

    Row-level security is forced on it too; it may take the wall down, see `tests.support.walls`.
    """
    with owner.owner_connection(str(connection.settings_dict["NAME"])) as boss:
        yield boss


def in_threads(*jobs: Callable[[], T]) -> list[T | BaseException]:
    """Runs all at once, each with its own connection (needs `committed_db`); results or exceptions in order."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T | BaseException:
        try:
            connection.ensure_connection()
            start.wait(10)
            return job()
        except BaseException as e:
            return e
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
