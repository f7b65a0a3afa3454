"""Every request an agency saw, answered or not: what tests hold against what our side believes it sent."""

import logging
import time
from pathlib import Path
from typing import Any

from sandbox import clock
from sandbox.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS visita (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    uf TEXT NOT NULL,
    operacao TEXT NOT NULL,
    chassi TEXT,
    referencia TEXT,
    request_id TEXT,
    status INTEGER,
    falha TEXT,
    em TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS visita_chassi ON visita (chassi);
"""
log = logging.getLogger("sandbox")


class Visits:
    """The book of visitors. A row is written on arrival, so that a request nobody waited for is seen as well."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / "visits.sqlite3", schema=SCHEMA, durable=False)

    def arrived(
        self, *, uf: str, operation: str, chassis: str | None, reference: str | None, request_id: str | None
    ) -> int:
        """Note a request and return its number."""
        with self._database.writing() as connection:
            row = connection.execute(
                "INSERT INTO visita (uf, operacao, chassi, referencia, request_id, em) VALUES (?, ?, ?, ?, ?, ?)",
                (uf, operation, chassis, reference, request_id, clock.stamp()),
            )
            return int(row.lastrowid or 0)

    def left(self, number: int, *, status: int | None, fault: str | None) -> None:
        """Note how the request ended; `status` None means that no answer was given."""
        with self._database.writing() as connection:
            connection.execute("UPDATE visita SET status = ?, falha = ? WHERE seq = ?", (status, fault, number))

    def listed(self, *, uf: str | None, chassis: str | None, reference: str | None) -> list[dict[str, Any]]:
        """Return the visits in order of arrival, filtered by whatever is given."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM visita WHERE (?1 IS NULL OR uf = ?1) AND (?2 IS NULL OR chassi = ?2)"
                " AND (?3 IS NULL OR referencia = ?3) ORDER BY seq",
                (uf, chassis, reference),
            ).fetchall()
        return [dict(row) for row in rows]

    def close(self) -> None:
        """Close the book."""
        self._database.close()


def log_line(*, uf: str, operation: str, status: int | None, fault: str | None, started: float) -> None:
    """Write one line about a finished request: no address, no body, no query, hence no personal datum."""
    milliseconds = (time.monotonic() - started) * 1000
    log.info("%s %s status=%s falha=%s %.0f ms", uf, operation, status or "-", fault or "-", milliseconds)
