"""What the process is told: by command line and environment; each DETRAN by a TOML file."""

import argparse
import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
MAIN_INTEGRATOR = "integradora"


@dataclass(frozen=True, slots=True)
class Fee:
    """What cancelling a communication costs from a day on: reais with two decimals, and who says so."""

    since: dt.date
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class FeePlan:
    """How a state takes the fee: its slips' terms and payee, and how long clearing and processing take."""

    due_days: int
    clearing_seconds: float
    processing_seconds: float
    febraban_number: str
    pix_key: str
    payee: str
    city: str
    fees: tuple[Fee, ...]

    def fee_on(self, day: dt.date) -> Fee:
        """Return the fee in force on a day. Raises ValueError when the table begins later."""
        return max((fee for fee in self.fees if fee.since <= day), key=lambda fee: fee.since)


@dataclass(frozen=True, slots=True)
class Detran:
    """One state's agency: what it offers and who may ask. `credentials` maps a bearer credential to its integrator;
    `fee_plan` is there when communications can be cancelled."""

    uf: str
    name: str
    ibge_code: str
    operations: frozenset[str]
    communication_origins: frozenset[str]
    cancels_after_reading: bool
    credentials: Mapping[str, str]
    fee_plan: FeePlan | None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the process was told at start."""

    host: str
    port: int
    data: Path
    control_key: str
    detrans: Mapping[str, Detran]


def read(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Return the settings; the command line wins over the environment.

    Leaves the process through argparse with a sentence when an argument is unusable.
    """
    parser = argparse.ArgumentParser(prog="sandbox", description="Agencies to develop and test against.")
    parser.add_argument("--host", default=environment.get("SANDBOX_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=environment.get("SANDBOX_PORT", "8765"))
    parser.add_argument("--data", type=Path, default=environment.get("SANDBOX_DATA", "var/sandbox"))
    told = parser.parse_args(arguments)
    return Settings(
        host=told.host,
        port=told.port,
        data=told.data,
        control_key=environment.get("SANDBOX_CONTROL_KEY", "controle"),
        detrans=_detrans(Path(environment.get("SANDBOX_DETRANS", DATA / "detrans.toml")), environment),
    )


def _detrans(file: Path, environment: Mapping[str, str]) -> dict[str, Detran]:
    with file.open("rb") as source:
        return {uf: _detran(uf, row, environment) for uf, row in tomllib.load(source).items()}


def _detran(uf: str, row: Mapping[str, Any], environment: Mapping[str, str]) -> Detran:
    credentials = dict(row["credenciais"])
    credentials[MAIN_INTEGRATOR] = environment.get(f"SANDBOX_CREDENTIAL_{uf.upper()}", credentials[MAIN_INTEGRATOR])
    return Detran(
        uf=uf,
        name=row["nome"],
        ibge_code=row["codigo_ibge"],
        operations=frozenset(row["operacoes"]),
        communication_origins=frozenset(row["origens_comunicado"]),
        cancels_after_reading=row["cancela_apos_leitura"],
        credentials={credential: integrator for integrator, credential in credentials.items()},
        fee_plan=_fee_plan(row["cancelamento_comunicado"]) if "cancelar_comunicado" in row["operacoes"] else None,
    )


def _fee_plan(row: Mapping[str, Any]) -> FeePlan:
    return FeePlan(
        due_days=row["dias_vencimento"],
        clearing_seconds=row["segundos_compensacao"],
        processing_seconds=row["segundos_processamento"],
        febraban_number=row["identificacao_febraban"],
        pix_key=row["chave_pix"],
        payee=row["recebedor"],
        city=row["cidade"],
        fees=tuple(Fee(since=fee["desde"], value=fee["valor"], source=fee["fonte"]) for fee in row["taxas"]),
    )
