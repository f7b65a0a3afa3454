"""The DETRAN's memory: vehicles, what was asked of it and found, and the ledger of effects."""

import csv
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sandbox import clock, fields
from sandbox.answers import Refusal
from sandbox.database import Database
from sandbox.detran.rules import AtpveFacts, VehicleFacts
from sandbox.detran.schemas import Veiculo, VeiculoCadastro
from sandbox.detran.tables import SCHEMA, UPGRADES

INTENTION_FIELDS = (
    "protocolo, numero_atpve, CASE WHEN integradora = :integrator THEN referencia ELSE '' END AS referencia,"
    " situacao, placa, renavam, chassi, documento_vendedor, documento_comprador, data_venda, valor,"
    " registrada_em, atpve_lido_em"
)
COMMUNICATION_FIELDS = (
    "protocolo, CASE WHEN integradora = :integrator THEN referencia ELSE '' END AS referencia, origem,"
    " numero_atpve, numero_atpv, situacao, placa, renavam, chassi, documento_vendedor, documento_comprador,"
    " data_venda, valor, registrado_em"
)
FILTER = (
    " WHERE uf = :uf AND (:chassis IS NULL OR chassi = :chassis)"
    " AND (:reference IS NULL OR (referencia = :reference AND integradora = :integrator)) ORDER BY rowid"
)
SEED_NUMBERS = ("ano_fabricacao", "ano_modelo")


class Store:
    """All DETRANs' rows in one file; every row names its state."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(folder / "detran.sqlite3", schema=SCHEMA, upgrades=UPGRADES)

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def seed(self, file: Path, *, ufs: Iterable[str]) -> None:
        """Add the file's vehicles of the served states that are not there yet; never change one that is."""
        served = set(ufs)
        with file.open(encoding="utf-8", newline="") as source, self.database.writing() as connection:
            for row in csv.DictReader(source, delimiter=";"):
                if row["uf"] in served:
                    _put(connection, _from_csv(row), verb="INSERT OR IGNORE")

    def put_vehicle(self, vehicle: VeiculoCadastro) -> None:
        """Add a vehicle or replace what its state knows of the chassis.

        Raises Refusal 409 when plate or Renavam belong to another chassis there.
        """
        replacing = ", ".join(f"{name} = excluded.{name}" for name in VeiculoCadastro.model_fields)
        try:
            with self.database.writing() as connection:
                tail = f"ON CONFLICT (uf, chassi) DO UPDATE SET {replacing}"
                _put(connection, vehicle, verb="INSERT", tail=tail)
        except sqlite3.IntegrityError:
            raise Refusal(409, "CTL-409", "Placa ou Renavam pertence a outro chassi.") from None

    def vehicle(self, *, uf: str, plate: str, renavam: str) -> dict[str, Any] | None:
        """Return the row of the vehicle that bears both names, with what is active on it."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT *, EXISTS (SELECT 1 FROM intencao i WHERE i.uf = v.uf AND i.chassi = v.chassi"
                " AND i.situacao = 'REGISTRADA') AS intencao_ativa,"
                " EXISTS (SELECT 1 FROM comunicado c WHERE c.uf = v.uf AND c.chassi = v.chassi"
                " AND c.situacao = 'REGISTRADO') AS comunicado_ativo"
                " FROM veiculo v WHERE uf = ? AND placa = ? AND renavam = ?",
                (uf, plate, renavam),
            ).fetchone()
        return dict(row) if row else None

    def chassis_of(self, *, uf: str, name: str) -> str | None:
        """Return the chassis that a protocol, a slip's number or a plate stands for, None when unknown."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT chassi FROM intencao WHERE uf = ?1 AND protocolo = ?2 UNION ALL"
                " SELECT chassi FROM comunicado WHERE uf = ?1 AND protocolo = ?2 UNION ALL"
                " SELECT chassi FROM cancelamento_intencao WHERE uf = ?1 AND protocolo = ?2 UNION ALL"
                " SELECT chassi FROM cancelamento_comunicado WHERE uf = ?1 AND protocolo = ?2 UNION ALL"
                " SELECT c.chassi FROM guia g JOIN cancelamento_comunicado c ON c.protocolo = g.cancelamento"
                " WHERE g.uf = ?1 AND g.numero = ?2 UNION ALL"
                " SELECT chassi FROM veiculo WHERE uf = ?1 AND placa = ?2",
                (uf, name),
            ).fetchone()
        return str(row["chassi"]) if row else None

    def intentions(
        self, *, uf: str, integrator: str, chassis: str | None, reference: str | None
    ) -> list[dict[str, Any]]:
        """Return the intentions of a chassis, or of the asking integrator's own reference, oldest first."""
        return self._listed(INTENTION_FIELDS, "intencao", uf, integrator, chassis, reference)

    def communications(
        self, *, uf: str, integrator: str, chassis: str | None, reference: str | None
    ) -> list[dict[str, Any]]:
        """Return the communications of a chassis, or of the asking integrator's own reference, oldest first."""
        return self._listed(COMMUNICATION_FIELDS, "comunicado", uf, integrator, chassis, reference)

    def intention(self, *, uf: str, integrator: str, protocol: str) -> dict[str, Any] | None:
        """Return one intention as the wire shows it."""
        return self._one(INTENTION_FIELDS, "intencao", uf, integrator, protocol)

    def communication(self, *, uf: str, integrator: str, protocol: str) -> dict[str, Any] | None:
        """Return one communication as the wire shows it."""
        return self._one(COMMUNICATION_FIELDS, "comunicado", uf, integrator, protocol)

    def ledger(self, *, uf: str | None, chassis: str | None, reference: str | None) -> list[dict[str, Any]]:
        """Return the effects in the order in which they were committed, filtered by whatever is given."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM razao WHERE (?1 IS NULL OR uf = ?1) AND (?2 IS NULL OR chassi = ?2)"
                " AND (?3 IS NULL OR referencia = ?3) ORDER BY seq",
                (uf, chassis, reference),
            ).fetchall()
        return [dict(row) for row in rows]

    def _listed(
        self, names: str, table: str, uf: str, integrator: str, chassis: str | None, reference: str | None
    ) -> list[dict[str, Any]]:
        with self.database.reading() as connection:
            rows = connection.execute(
                f"SELECT {names} FROM {table}{FILTER}",  # noqa: S608 -- both are constants of this module
                {"uf": uf, "integrator": integrator, "chassis": chassis, "reference": reference},
            ).fetchall()
        return [dict(row) for row in rows]

    def _one(self, names: str, table: str, uf: str, integrator: str, protocol: str) -> dict[str, Any] | None:
        with self.database.reading() as connection:
            row = connection.execute(
                f"SELECT {names} FROM {table} WHERE uf = :uf AND protocolo = :protocol",  # noqa: S608 -- as above
                {"uf": uf, "integrator": integrator, "protocol": protocol},
            ).fetchone()
        return dict(row) if row else None


def vehicles_named(connection: sqlite3.Connection, *, uf: str, names: Veiculo) -> list[VehicleFacts]:
    """Return the facts of every vehicle of the state that bears at least one of the three names."""
    rows = connection.execute(
        "SELECT * FROM veiculo WHERE uf = ? AND (chassi = ? OR renavam = ? OR placa = ?)",
        (uf, names.chassi, names.renavam, names.placa),
    ).fetchall()
    return [_facts(connection, row) for row in rows]


def atpve_numbered(connection: sqlite3.Connection, *, uf: str, number: str) -> AtpveFacts | None:
    """Return the facts of an ATPV-e of the state."""
    row = connection.execute(
        "SELECT chassi, situacao, documento_comprador, data_venda, valor FROM intencao"
        " WHERE uf = ? AND numero_atpve = ?",
        (uf, number),
    ).fetchone()
    return AtpveFacts(**row) if row else None


def next_number(connection: sqlite3.Connection, name: str) -> int:
    """Return the next number of a counter; the gap of a rolled-back transaction is used again."""
    row = connection.execute(
        "INSERT INTO contador (nome, valor) VALUES (?, 1)"
        " ON CONFLICT (nome) DO UPDATE SET valor = valor + 1 RETURNING valor",
        (name,),
    ).fetchone()
    return int(row["valor"])


def write_ledger(
    connection: sqlite3.Connection,
    *,
    uf: str,
    operation: str,
    protocol: str,
    reference: str,
    chassis: str,
    value: str | None = None,
    at: str | None = None,
) -> None:
    """Note an effect, in the transaction that has it. `at` is now unless given, `value` the reais it is about."""
    connection.execute(
        "INSERT INTO razao (uf, operacao, protocolo, referencia, chassi, valor, em) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (uf, operation, protocol, reference, chassis, value, at or clock.stamp()),
    )


def insert(
    connection: sqlite3.Connection, table: str, row: Mapping[str, Any], *, verb: str = "INSERT", tail: str = ""
) -> None:
    """Insert `row`, whose names are columns of `table`; `tail` says what happens on a conflict."""
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    connection.execute(f"{verb} INTO {table} ({names}) VALUES ({marks}) {tail}", row)  # noqa: S608 -- our own names


def _put(connection: sqlite3.Connection, vehicle: VeiculoCadastro, *, verb: str, tail: str = "") -> None:
    row = vehicle.model_dump()
    row["restricoes"] = ",".join(row["restricoes"])
    insert(connection, "veiculo", row, verb=verb, tail=tail)


def _facts(connection: sqlite3.Connection, row: sqlite3.Row) -> VehicleFacts:
    where = (row["uf"], row["chassi"])
    live = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM intencao WHERE uf = ?1 AND chassi = ?2 AND situacao = 'REGISTRADA') AS intention,"
        " EXISTS (SELECT 1 FROM comunicado WHERE uf = ?1 AND chassi = ?2 AND situacao = 'REGISTRADO')"
        " AS communication",
        where,
    ).fetchone()
    return VehicleFacts(
        placa=row["placa"],
        renavam=row["renavam"],
        chassi=row["chassi"],
        documento_proprietario=row["documento_proprietario"],
        numero_crv=row["numero_crv"],
        codigo_seguranca_crv=row["codigo_seguranca_crv"],
        tipo_crv=row["tipo_crv"],
        restricoes=frozenset(row["restricoes"].split(",")) - {""},
        intencao_ativa=bool(live["intention"]),
        comunicado_ativo=bool(live["communication"]),
    )


def _from_csv(row: Mapping[str, str]) -> VeiculoCadastro:
    values: dict[str, Any] = dict(row)
    values.update({name: int(row[name]) for name in SEED_NUMBERS})
    values["restricoes"] = [code for code in row["restricoes"].split(",") if code]
    return fields.read(VeiculoCadastro, values)
