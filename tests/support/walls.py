"""Taking one wall down, to see the other one hold."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

WALLED = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relrowsecurity
ORDER BY c.relname
"""


@contextmanager
def without_row_security(boss: psycopg.Connection) -> Iterator[None]:
    """The second wall down: the database shows everybody everything. Nobody may hold a transaction open."""
    tables = [name for (name,) in boss.execute(WALLED)]
    _alter(boss, tables, "DISABLE")
    try:
        yield
    finally:
        _alter(boss, tables, "ENABLE")


def _alter(boss: psycopg.Connection, tables: list[str], act: str) -> None:
    for table in tables:
        boss.execute(sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY").format(sql.Identifier(table), sql.SQL(act)))
