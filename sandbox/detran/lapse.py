"""What time alone brings about: a state's own clock, and the effects that fell due since somebody last looked."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox import clock
from sandbox.detran import cancel_rules
from sandbox.detran.store import Store, write_ledger
from sandbox.settings import FeePlan


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant in one state, inside the transaction that reads and writes at it."""

    connection: sqlite3.Connection
    uf: str
    time: dt.datetime

    @property
    def stamp(self) -> str:
        """The instant as the wire writes it."""
        return clock.written(self.time)


@contextmanager
def moment(store: Store, uf: str) -> Iterator[Moment]:
    """Give the present moment of a state in a writing transaction, with everything that fell due before it done."""
    with store.database.writing() as connection:
        at = Moment(connection, uf, now(connection, uf))
        _catch_up(at)
        yield at


def bring_about(store: Store, uf: str) -> None:
    """Do what fell due in a state. Costs one indexed look when that is nothing."""
    with store.database.reading() as connection:
        due = _due(Moment(connection, uf, now(connection, uf)))
    if due:
        with store.database.writing() as connection:
            _catch_up(Moment(connection, uf, now(connection, uf)))


def now(connection: sqlite3.Connection, uf: str) -> dt.datetime:
    """Return the present moment by a state's clock."""
    return clock.now() + dt.timedelta(seconds=_habits(connection, uf)["adiantado_segundos"])


def put_on(store: Store, *, uf: str, seconds: float) -> tuple[float, str]:
    """Put a state's clock on; return by how much it is ahead of true time in all, and what it shows."""
    with store.database.writing() as connection:
        connection.execute(
            "INSERT INTO relogio (uf, adiantado_segundos) VALUES (?1, ?2)"
            " ON CONFLICT (uf) DO UPDATE SET adiantado_segundos = adiantado_segundos + ?2",
            (uf, seconds),
        )
        return _habits(connection, uf)["adiantado_segundos"], clock.written(now(connection, uf))


def set_spans(store: Store, *, uf: str, clearing: float | None, processing: float | None) -> None:
    """Set how many seconds clearing and processing take from now on; None is the state's own."""
    with store.database.writing() as connection:
        connection.execute(
            "INSERT INTO relogio (uf, compensacao, processamento) VALUES (?1, ?2, ?3)"
            " ON CONFLICT (uf) DO UPDATE SET compensacao = ?2, processamento = ?3",
            (uf, clearing, processing),
        )


def spans(connection: sqlite3.Connection, *, uf: str, plan: FeePlan) -> tuple[float, float]:
    """Return how many seconds clearing and processing take in a state."""
    habits = _habits(connection, uf)
    clearing, processing = habits["compensacao"], habits["processamento"]
    return (
        plan.clearing_seconds if clearing is None else clearing,
        plan.processing_seconds if processing is None else processing,
    )


def _habits(connection: sqlite3.Connection, uf: str) -> dict[str, Any]:
    row = connection.execute(
        "SELECT adiantado_segundos, compensacao, processamento FROM relogio WHERE uf = ?", (uf,)
    ).fetchone()
    return dict(row) if row else {"adiantado_segundos": 0.0, "compensacao": None, "processamento": None}


def _due(at: Moment) -> list[sqlite3.Row]:
    return at.connection.execute(
        "SELECT * FROM cancelamento_comunicado WHERE uf = ? AND proximo_em <= ? ORDER BY proximo_em, protocolo",
        (at.uf, at.stamp),
    ).fetchall()


def _catch_up(at: Moment) -> None:
    # Twice at most for each: the fee is recognised, then the cancellation concluded.
    while due := _due(at):
        for case in due:
            if case["proximo_passo"] == "RECONHECER":
                _recognise(at, case)
            else:
                _conclude(at, case)


def _recognise(at: Moment, case: sqlite3.Row) -> None:
    paid = at.connection.execute(
        "SELECT g.valor FROM pagamento p JOIN guia g ON g.numero = p.guia WHERE p.cancelamento = ? AND p.efeito = ?",
        (case["protocolo"], cancel_rules.ACCEPTED),
    ).fetchone()
    _note(at, "reconhecer_taxa", case, value=paid["valor"], due=case["taxa_reconhecida_em"])
    at.connection.execute(
        "UPDATE cancelamento_comunicado SET proximo_passo = 'CONCLUIR', proximo_em = concluido_em WHERE protocolo = ?",
        (case["protocolo"],),
    )


def _conclude(at: Moment, case: sqlite3.Row) -> None:
    sale = at.connection.execute(
        "SELECT c.documento_vendedor, v.documento_proprietario, v.restricoes FROM comunicado c"
        " JOIN veiculo v ON v.uf = c.uf AND v.chassi = c.chassi WHERE c.protocolo = ?",
        (case["protocolo_comunicado"],),
    ).fetchone()
    denied = cancel_rules.denial(
        restrictions=frozenset(sale["restricoes"].split(",")),
        is_still_the_sellers=sale["documento_vendedor"] == sale["documento_proprietario"],
    )
    at.connection.execute(
        "UPDATE cancelamento_comunicado SET proximo_passo = NULL, proximo_em = NULL, desfecho = ?,"
        " motivo_indeferimento = ?"
        " WHERE protocolo = ?",
        ("INDEFERIDO" if denied else "CANCELADO", denied, case["protocolo"]),
    )
    if not denied:
        at.connection.execute(
            "UPDATE comunicado SET situacao = 'CANCELADO' WHERE protocolo = ?", (case["protocolo_comunicado"],)
        )
    operation = "indeferir_cancelamento" if denied else "concluir_cancelamento"
    _note(at, operation, case, value=None, due=case["concluido_em"])


def _note(at: Moment, operation: str, case: sqlite3.Row, *, value: str | None, due: str) -> None:
    write_ledger(
        at.connection,
        uf=at.uf,
        operation=operation,
        protocol=case["protocolo"],
        reference=case["referencia"],
        chassis=case["chassi"],
        value=value,
        at=due,
    )
