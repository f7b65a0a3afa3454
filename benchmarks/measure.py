"""Timing two ways side by side: what disturbs the machine disturbs both, so their ratio can be quoted."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from tests.support.owner import owner_connection


@dataclass(frozen=True)
class Pair:
    """Milliseconds, medians. `ratio` is ours over the other."""

    ours: float
    other: float

    @property
    def ratio(self) -> float:
        return self.ours / self.other


def interleaved(ours: Callable[[], object], other: Callable[[], object], *, rounds: int, warm: int = 5) -> Pair:
    """A, B, A, B … after a few rounds that are not counted, without the garbage collector's pauses."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(warm + rounds):
        for act, times in zip((ours, other), taken, strict=True):
            gc.collect(0)
            started = time.perf_counter()
            act()
            if number >= warm:
                times.append((time.perf_counter() - started) * 1000)
    return Pair(*(statistics.median(times) for times in taken))


def analyze(*tables: str) -> None:
    """Fresh statistics, as autovacuum keeps them in production. By the owner: the application may not."""
    with owner_connection(str(connection.settings_dict["NAME"])) as boss:
        for table in tables:
            boss.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


def statements(act: Callable[[], object]) -> list[str]:
    """The SQL statements that `act` makes."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured.captured_queries]


class Report:
    """Prints figures, and remembers whether one missed its bound."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def note(self, words: str) -> None:
        print(f"    {words}")

    def title(self, words: str) -> None:
        print(f"\n{words}")

    def ratio(self, what: str, pair: Pair, *, most: float) -> None:
        """One line; the bound is the product's promise."""
        good = pair.ratio <= most
        if not good:
            self.missed.append(what)
        verdict = "ok " if good else "RED"
        print(f"  {verdict} {what}: {pair.ours:.1f} ms : {pair.other:.1f} ms = {pair.ratio:.2f}  (at most {most:g})")
