"""What changes a DETRAN's ledger: each act is judged, done and noted in one durable transaction."""

import sqlite3
from typing import Any

from sandbox import clock
from sandbox.answers import Refusal
from sandbox.detran import rules
from sandbox.detran.schemas import Comunicado, ComunicadoAtpve, IntencaoVenda
from sandbox.detran.store import (
    Store,
    atpve_numbered,
    insert,
    next_number,
    vehicles_named,
    write_ledger,
)
from sandbox.settings import Detran


def register_intention(store: Store, *, detran: Detran, integrator: str, wish: IntencaoVenda) -> dict[str, Any]:
    """Register an intention and return its row. Raises Refusal 409 with the DETRAN's code."""
    with store.database.writing() as connection:
        found = vehicles_named(connection, uf=detran.uf, names=wish.veiculo)
        refuse(rules.intention_refusal(wish, found=found))
        row = {
            "protocolo": next_protocol(connection, "IV", detran.uf, year=clock.today().year),
            "uf": detran.uf,
            "integradora": integrator,
            "numero_atpve": _atpve_number(connection, detran.ibge_code),
            "referencia": wish.referencia,
            "situacao": "REGISTRADA",
            **_parties(wish),
            "registrada_em": clock.stamp(),
            "pedido": wish.model_dump_json(),
        }
        insert(connection, "intencao", row)
        _note(connection, "incluir_intencao", row)
    return row


def register_communication(store: Store, *, detran: Detran, integrator: str, wish: Comunicado) -> dict[str, Any]:
    """Register a sale communication and return its row. Raises Refusal 409 with the DETRAN's code."""
    number = wish.atpve.numero_atpve if isinstance(wish, ComunicadoAtpve) else None
    paper = None if isinstance(wish, ComunicadoAtpve) else wish.atpv.numero
    with store.database.writing() as connection:
        found = vehicles_named(connection, uf=detran.uf, names=wish.veiculo)
        atpve = atpve_numbered(connection, uf=detran.uf, number=number) if number else None
        refuse(rules.communication_refusal(wish, found=found, atpve=atpve, origins=detran.communication_origins))
        row = {
            "protocolo": next_protocol(connection, "CV", detran.uf, year=clock.today().year),
            "uf": detran.uf,
            "integradora": integrator,
            "referencia": wish.referencia,
            "origem": wish.origem,
            "numero_atpve": number,
            "numero_atpv": paper,
            "situacao": "REGISTRADO",
            **_parties(wish),
            "registrado_em": clock.stamp(),
        }
        insert(connection, "comunicado", row)
        connection.execute("UPDATE intencao SET situacao = 'COMUNICADA' WHERE numero_atpve = ?", (number,))
        _note(connection, "incluir_comunicado", row)
    return row


def cancel_at_the_counter(store: Store, *, detran: Detran, protocol: str) -> None:
    """Cancel an intention as a clerk does. Raises Refusal 404 or 409."""
    with store.database.writing() as connection:
        row = connection.execute(
            "SELECT * FROM intencao WHERE uf = ? AND protocolo = ?", (detran.uf, protocol)
        ).fetchone()
        if row is None:
            raise Refusal(404, "IV-404", "Intenção de venda não encontrada.")
        refuse(
            rules.cancellation_refusal(
                situation=row["situacao"],
                was_read=row["atpve_lido_em"] is not None,
                cancels_after_reading=detran.cancels_after_reading,
            )
        )
        connection.execute("UPDATE intencao SET situacao = 'CANCELADA' WHERE protocolo = ?", (protocol,))
        _note(connection, "cancelar_intencao", dict(row))


def atpve_source(store: Store, *, uf: str, integrator: str, protocol: str) -> dict[str, Any]:
    """Return the whole row of the integrator's own intention, the PDF included when there already is one.

    Raises Refusal 404 for what is unknown or another integrator's, since the paper names people, and 409 when the
    ATPV-e is void.
    """
    with store.database.reading() as connection:
        row = connection.execute(
            "SELECT * FROM intencao WHERE uf = ? AND protocolo = ? AND integradora = ?",
            (uf, protocol, integrator),
        ).fetchone()
    if row is None:
        raise Refusal(404, "IV-404", "Intenção de venda não encontrada.")
    refuse("IV-014" if row["situacao"] == "CANCELADA" else None)
    return dict(row)


def first_reading(store: Store, *, protocol: str, pdf: bytes) -> bytes:
    """Stamp the ATPV-e as read and keep its PDF; return the kept one, which a simultaneous reader may have brought.

    Raises Refusal 409 when the intention was cancelled while the PDF was drawn.
    """
    with store.database.writing() as connection:
        connection.execute(
            "UPDATE intencao SET atpve = ?, atpve_lido_em = ?"
            " WHERE protocolo = ? AND atpve IS NULL AND situacao <> 'CANCELADA'",
            (pdf, clock.stamp(), protocol),
        )
        row = connection.execute("SELECT situacao, atpve FROM intencao WHERE protocolo = ?", (protocol,)).fetchone()
    refuse("IV-014" if row["situacao"] == "CANCELADA" else None)
    return bytes(row["atpve"])


def refuse(code: str | None) -> None:
    """Raise Refusal 409 with the DETRAN's words for a code; None refuses nothing."""
    if code is not None:
        raise Refusal(409, code, rules.REFUSALS[code])


def _parties(wish: IntencaoVenda | Comunicado) -> dict[str, str]:
    return {
        "placa": wish.veiculo.placa,
        "renavam": wish.veiculo.renavam,
        "chassi": wish.veiculo.chassi,
        "documento_vendedor": wish.vendedor.documento,
        "documento_comprador": wish.comprador.documento,
        "data_venda": wish.venda.data,
        "valor": wish.venda.valor,
    }


def next_protocol(connection: sqlite3.Connection, kind: str, uf: str, *, year: int) -> str:
    """Return the next protocol of a kind of act in a state's year."""
    prefix = f"{kind}{uf.upper()}{year}"
    return f"{prefix}{next_number(connection, prefix):09d}"


def _atpve_number(connection: sqlite3.Connection, ibge_code: str) -> str:
    """State, two-digit year, ten-digit sequence, modulo-11 check digit: 15 digits."""
    prefix = f"{ibge_code}{clock.today():%y}"
    digits = f"{prefix}{next_number(connection, 'ATPVE' + prefix):010d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(15, 1, -1), strict=True))
    return digits + str(total * 10 % 11 % 10)


def _note(connection: sqlite3.Connection, operation: str, row: dict[str, Any]) -> None:
    write_ledger(
        connection,
        uf=row["uf"],
        operation=operation,
        protocol=row["protocolo"],
        reference=row["referencia"],
        chassis=row["chassi"],
    )
