"""Cancelling: of an intention at once, of a communication as a case that waits for its fee."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox.detran import cancel_rules, lapse
from sandbox.detran.acts import next_protocol, refuse
from sandbox.detran.cancel_rules import CommunicationFacts, Course, IntentionFacts
from sandbox.detran.cancel_schemas import (
    Cancelamento,
    FiltroCancelamentosComunicado,
    FiltroCancelamentosIntencao,
)
from sandbox.detran.lapse import Moment
from sandbox.detran.store import Store, insert, write_ledger
from sandbox.settings import Detran

FILTER = (
    " WHERE uf = :uf AND (:chassis IS NULL OR chassi = :chassis)"
    " AND (:reference IS NULL OR (referencia = :reference AND integradora = :integrator))"
)
INTENTION_ITEM = (
    "protocolo", "protocolo_intencao", "referencia", "situacao", "motivo", "documento_requerente",
    "sha256_solicitacao", "placa", "renavam", "chassi", "cancelada_em",
)  # fmt: skip
CASE_ITEM = (
    "protocolo", "protocolo_comunicado", "referencia", "motivo", "documento_requerente", "sha256_solicitacao",
    "placa", "renavam", "chassi", "solicitado_em",
)  # fmt: skip


def cancel_intention(
    store: Store, *, detran: Detran, integrator: str, protocol: str, wish: Cancelamento
) -> dict[str, Any]:
    """Cancel an intention and return the cancellation's row. Raises Refusal 409 with the DETRAN's code."""
    with lapse.moment(store, detran.uf) as at:
        found = at.connection.execute(
            "SELECT * FROM intencao WHERE uf = ? AND protocolo = ?", (detran.uf, protocol)
        ).fetchone()
        facts = found and IntentionFacts(
            situacao=found["situacao"],
            integradora=found["integradora"],
            documento_vendedor=found["documento_vendedor"],
            was_read=found["atpve_lido_em"] is not None,
        )
        refuse(
            cancel_rules.intention_refusal(
                facts,
                integrator=integrator,
                requester=wish.requerente.documento,
                cancels_after_reading=detran.cancels_after_reading,
            )
        )
        row = {
            "protocolo": next_protocol(at.connection, "CI", detran.uf, year=at.time.year),
            "protocolo_intencao": protocol,
            "situacao": "CANCELADA",
            "cancelada_em": at.stamp,
            **_asked(found, wish),
        }
        insert(at.connection, "cancelamento_intencao", row)
        at.connection.execute("UPDATE intencao SET situacao = 'CANCELADA' WHERE protocolo = ?", (protocol,))
        _note(at, "cancelar_intencao", row)
    return row


def request_cancellation(
    store: Store, *, detran: Detran, integrator: str, protocol: str, wish: Cancelamento
) -> dict[str, Any]:
    """Take a request to cancel a communication and return its item. Raises Refusal 409 with the DETRAN's code."""
    with lapse.moment(store, detran.uf) as at:
        found = at.connection.execute(
            "SELECT c.*, v.documento_proprietario, EXISTS (SELECT 1 FROM cancelamento_comunicado x"
            " WHERE x.protocolo_comunicado = c.protocolo AND x.desfecho IS NULL) AS em_andamento"
            " FROM comunicado c JOIN veiculo v ON v.uf = c.uf AND v.chassi = c.chassi"
            " WHERE c.uf = ? AND c.protocolo = ?",
            (detran.uf, protocol),
        ).fetchone()
        facts = found and CommunicationFacts(
            situacao=found["situacao"],
            integradora=found["integradora"],
            documento_vendedor=found["documento_vendedor"],
            owner=found["documento_proprietario"],
            is_being_cancelled=bool(found["em_andamento"]),
        )
        refuse(cancel_rules.communication_refusal(facts, integrator=integrator, requester=wish.requerente.documento))
        row = {
            "protocolo": next_protocol(at.connection, "CC", detran.uf, year=at.time.year),
            "protocolo_comunicado": protocol,
            "solicitado_em": at.stamp,
            **_asked(found, wish),
        }
        insert(at.connection, "cancelamento_comunicado", row)
        _note(at, "cancelar_comunicado", row)
        return case_item(at, case_row(at, protocol=row["protocolo"]), integrator=integrator)


def cancelled_intentions(
    store: Store, *, uf: str, integrator: str, wanted: FiltroCancelamentosIntencao
) -> list[dict[str, Any]]:
    """Return the cancellations of intentions that a filter finds, oldest first."""
    with store.database.reading() as connection:
        rows = connection.execute(
            f"SELECT * FROM cancelamento_intencao{FILTER}"  # noqa: S608 -- a constant of this module
            " AND (:of IS NULL OR protocolo_intencao = :of) ORDER BY rowid",
            _bound(uf, integrator, wanted, of=wanted.protocolo_intencao),
        ).fetchall()
    return [_item(row, INTENTION_ITEM, integrator=integrator) for row in rows]


def cancelled_intention(store: Store, *, uf: str, integrator: str, protocol: str) -> dict[str, Any] | None:
    """Return one cancellation of an intention as the wire shows it."""
    with store.database.reading() as connection:
        row = connection.execute(
            "SELECT * FROM cancelamento_intencao WHERE uf = ? AND protocolo = ?", (uf, protocol)
        ).fetchone()
    return _item(row, INTENTION_ITEM, integrator=integrator) if row else None


def cases(store: Store, *, uf: str, integrator: str, wanted: FiltroCancelamentosComunicado) -> list[dict[str, Any]]:
    """Return the cancellations of communications that a filter finds, oldest first, as they stand now."""
    with lapse.moment(store, uf) as at:
        rows = at.connection.execute(
            f"SELECT * FROM cancelamento_comunicado{FILTER}"  # noqa: S608 -- a constant of this module
            " AND (:of IS NULL OR protocolo_comunicado = :of) ORDER BY rowid",
            _bound(uf, integrator, wanted, of=wanted.protocolo_comunicado),
        ).fetchall()
        return [case_item(at, row, integrator=integrator) for row in rows]


def case(store: Store, *, uf: str, integrator: str, protocol: str) -> dict[str, Any] | None:
    """Return one cancellation of a communication as it stands now."""
    with lapse.moment(store, uf) as at:
        row = case_row(at, protocol=protocol)
        return case_item(at, row, integrator=integrator) if row else None


def case_row(at: Moment, *, protocol: str) -> Any:
    """Return the row of a cancellation of a communication, None when the state has none of that protocol."""
    return at.connection.execute(
        "SELECT * FROM cancelamento_comunicado WHERE uf = ? AND protocolo = ?", (at.uf, protocol)
    ).fetchone()


def course_of(row: sqlite3.Row) -> Course:
    """Return when a case's steps fall due."""
    return Course(
        recognised=row["taxa_reconhecida_em"],
        processing=row["em_processamento_em"],
        concluded=row["concluido_em"],
        outcome=row["desfecho"],
    )


def case_item(at: Moment, row: sqlite3.Row, *, integrator: str) -> dict[str, Any]:
    """Return a case as the wire shows it at a moment: what is only planned is not said."""
    due = {name: row[name] for name in ("taxa_reconhecida_em", "em_processamento_em", "concluido_em")}
    return {
        **_item(row, CASE_ITEM, integrator=integrator),
        "situacao": course_of(row).situation(at.stamp),
        "motivo_indeferimento": row["motivo_indeferimento"],
        **{name: when if when is not None and when <= at.stamp else None for name, when in due.items()},
    }


def _bound(uf: str, integrator: str, wanted: Any, *, of: str | None) -> dict[str, str | None]:
    return {
        "uf": uf,
        "integrator": integrator,
        "chassis": wanted.chassi,
        "reference": wanted.referencia,
        "of": of,
    }


def _item(row: sqlite3.Row, names: tuple[str, ...], *, integrator: str) -> dict[str, Any]:
    item = {name: row[name] for name in names}
    return item if row["integradora"] == integrator else {**item, "referencia": ""}


def _asked(found: sqlite3.Row, wish: Cancelamento) -> dict[str, Any]:
    return {
        "uf": found["uf"],
        "integradora": found["integradora"],
        "referencia": wish.referencia,
        "motivo": wish.motivo,
        "justificativa": wish.justificativa,
        "documento_requerente": wish.requerente.documento,
        "nome_requerente": wish.requerente.nome,
        "sha256_solicitacao": wish.solicitacao_assinada.sha256,
        "placa": found["placa"],
        "renavam": found["renavam"],
        "chassi": found["chassi"],
    }


def _note(at: Moment, operation: str, row: Mapping[str, Any]) -> None:
    write_ledger(
        at.connection,
        uf=at.uf,
        operation=operation,
        protocol=row["protocolo"],
        reference=row["referencia"],
        chassis=row["chassi"],
        at=at.stamp,
    )
