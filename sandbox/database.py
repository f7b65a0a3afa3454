"""One SQLite file behind one lock: whoever writes, writes alone, and a commit is durable when `writing` ends."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class Database:
    """A SQLite file in WAL mode. `durable` waits for the disc at each commit; without it only a crash of the
    machine, never one of the process, can lose the last rows. `upgrades` bring a file of an earlier version up to
    what `schema` makes of a new one; each is done once."""

    def __init__(self, path: Path, *, schema: str, upgrades: Sequence[str] = (), durable: bool = True) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._upgrade(upgrades)
        self._connection.executescript(schema)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction that is committed at the end, rolled back on any error."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for reading what is committed."""
        with self._lock:
            yield self._connection

    def _upgrade(self, upgrades: Sequence[str]) -> None:
        is_new = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        done = len(upgrades) if is_new else self._connection.execute("PRAGMA user_version").fetchone()[0]
        for number, script in enumerate(upgrades[done:], start=done + 1):
            self._connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
        self._connection.execute(f"PRAGMA user_version = {len(upgrades)}")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
