"""Fee slips of a cancellation: issued, paid by anybody in any way, judged payment by payment."""

import datetime as dt
import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox import answers, clock, fields
from sandbox.answers import Refusal
from sandbox.detran import cancel_rules, cancellations, lapse, rules, slip_codes
from sandbox.detran.lapse import Moment
from sandbox.detran.store import Store, insert, next_number, write_ledger
from sandbox.settings import Detran, FeePlan

ITEM = (
    "numero", "linha_digitavel", "codigo_barras", "pix_copia_e_cola", "valor", "emitida_em", "vencimento",
)  # fmt: skip
NOT_FOUND_CASE = Refusal(404, "CC-404", "Cancelamento de comunicado não encontrado.")
NOT_FOUND_SLIP = Refusal(404, "GU-404", "Guia não encontrada.")


def issue(store: Store, *, detran: Detran, integrator: str, protocol: str) -> dict[str, Any]:
    """Issue a slip for a case and return its item.

    Raises Refusal 404, or 409 that names the slip which stands in the way.
    """
    plan = plan_of(detran)
    with lapse.moment(store, detran.uf) as at:
        case = _own_case(at, integrator=integrator, protocol=protocol)
        before = [_item(at, row, case) for row in _rows(at, case)]
        _refuse_another(cancellations.course_of(case).situation(at.stamp), before)
        fee = plan.fee_on(at.time.date())
        due = at.time.date() + dt.timedelta(days=plan.due_days)
        number = slip_codes.slip_number(
            ibge_code=detran.ibge_code,
            year=at.time.year,
            sequence=next_number(at.connection, f"GUIA{detran.uf}{at.time.year}"),
        )
        code = slip_codes.bar_code(febraban_number=plan.febraban_number, value=fee.value, due=due, number=number)
        row = {
            "numero": number,
            "uf": detran.uf,
            "cancelamento": protocol,
            "linha_digitavel": slip_codes.typeable_line(code),
            "codigo_barras": code,
            "pix_copia_e_cola": slip_codes.br_code(plan, value=fee.value, number=number),
            "valor": fee.value,
            "fonte": fee.source,
            "emitida_em": at.stamp,
            "vencimento": due.isoformat(),
        }
        insert(at.connection, "guia", row)
        write_ledger(
            at.connection,
            uf=at.uf,
            operation="emitir_guia",
            protocol=number,
            reference=case["referencia"],
            chassis=case["chassi"],
            value=fee.value,
            at=at.stamp,
        )
        return _item(at, row, case)


def slips(store: Store, *, uf: str, integrator: str, protocol: str) -> list[dict[str, Any]]:
    """Return every slip of the integrator's own case as it stands now, oldest first. Raises Refusal 404."""
    with lapse.moment(store, uf) as at:
        case = _own_case(at, integrator=integrator, protocol=protocol)
        return [_item(at, row, case) for row in _rows(at, case)]


def printable(store: Store, *, uf: str, integrator: str, number: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the integrator's own slip, with the fee's source, and its case's row. Raises Refusal 404."""
    with store.database.reading() as connection:
        slip = connection.execute("SELECT * FROM guia WHERE uf = ? AND numero = ?", (uf, number)).fetchone()
        case = connection.execute(
            "SELECT * FROM cancelamento_comunicado WHERE protocolo = ? AND integradora = ?",
            (slip["cancelamento"] if slip else "", integrator),
        ).fetchone()
    if case is None:
        raise NOT_FOUND_SLIP
    return dict(slip), dict(case)


def pay(store: Store, *, detrans: Mapping[str, Detran], number: str, value: str | None, at: str | None, by: str) -> str:
    """Pay a slip as a bank's client does and return the payment's effect.

    `value` is the slip's and `at` is now unless given. Raises Refusal 404 for a slip that no state issued, 422 for a
    time before the slip was issued or in the future.
    """
    with store.database.reading() as connection:
        found = connection.execute("SELECT uf FROM guia WHERE numero = ?", (number,)).fetchone()
    if found is None or found["uf"] not in detrans:
        raise Refusal(404, "CTL-404", "Guia não encontrada.")
    with lapse.moment(store, found["uf"]) as now:
        slip = now.connection.execute("SELECT * FROM guia WHERE numero = ?", (number,)).fetchone()
        case = cancellations.case_row(now, protocol=slip["cancelamento"])
        when = at or now.stamp
        if not slip["emitida_em"] <= when <= now.stamp:
            raise answers.field_errors([{"campo": "em", "codigo": "VALOR", "mensagem": fields.MESSAGES["VALOR"]}])
        effect = cancel_rules.effect_of(
            value=value or slip["valor"],
            at=when,
            due=slip["vencimento"],
            asked=slip["valor"],
            is_over=case["desfecho"] is not None,
            is_settled=case["taxa_reconhecida_em"] is not None,
        )
        payment = {
            "guia": number,
            "cancelamento": case["protocolo"],
            "valor": value or slip["valor"],
            "em": when,
            "meio": by,
            "efeito": effect,
        }
        insert(now.connection, "pagamento", payment)
        if effect == cancel_rules.ACCEPTED:
            _plan(now, plan_of(detrans[now.uf]), case, paid=dt.datetime.fromisoformat(when))
    return effect


def plan_of(detran: Detran) -> FeePlan:
    """Return how a state takes its fee. Raises Refusal 404 when it takes none."""
    if detran.fee_plan is None:
        raise Refusal(404, "GER-404", "Operação não oferecida por este DETRAN.")
    return detran.fee_plan


def _plan(at: Moment, plan: FeePlan, case: sqlite3.Row, *, paid: dt.datetime) -> None:
    clearing, processing = lapse.spans(at.connection, uf=at.uf, plan=plan)
    cleared = paid + dt.timedelta(seconds=clearing)
    at.connection.execute(
        "UPDATE cancelamento_comunicado SET taxa_reconhecida_em = ?1, em_processamento_em = ?2, concluido_em = ?3,"
        " proximo_passo = 'RECONHECER', proximo_em = ?1 WHERE protocolo = ?4",
        (
            clock.written(cleared),
            clock.written(cleared + dt.timedelta(seconds=processing / 2)),
            clock.written(cleared + dt.timedelta(seconds=processing)),
            case["protocolo"],
        ),
    )


def _refuse_another(case: str, slips: list[dict[str, Any]]) -> None:
    code = cancel_rules.slip_refusal(case=case, slips=[slip["situacao"] for slip in slips])
    if code is None:
        return
    standing = [slip["numero"] for slip in slips if slip["situacao"] in cancel_rules.IN_THE_WAY.get(code, ())]
    further = {"numero": standing[0]} if standing else None
    raise Refusal(409, code, rules.REFUSALS[code], further=further)


def _own_case(at: Moment, *, integrator: str, protocol: str) -> sqlite3.Row:
    case: sqlite3.Row | None = cancellations.case_row(at, protocol=protocol)
    if case is None or case["integradora"] != integrator:
        raise NOT_FOUND_CASE
    return case


def _rows(at: Moment, case: sqlite3.Row) -> list[sqlite3.Row]:
    return at.connection.execute(
        "SELECT * FROM guia WHERE cancelamento = ? ORDER BY rowid", (case["protocolo"],)
    ).fetchall()


def _item(at: Moment, row: sqlite3.Row | Mapping[str, Any], case: sqlite3.Row) -> dict[str, Any]:
    payments = at.connection.execute(
        "SELECT valor, em, meio, efeito FROM pagamento WHERE guia = ? ORDER BY seq", (row["numero"],)
    ).fetchall()
    situation = cancel_rules.slip_situation(
        [payment["efeito"] for payment in payments],
        due=row["vencimento"],
        now=at.stamp,
        cleared=case["taxa_reconhecida_em"],
    )
    return {
        **{name: row[name] for name in ITEM},
        "protocolo": case["protocolo"],
        "situacao": situation,
        "pagamentos": [dict(payment) for payment in payments],
    }
