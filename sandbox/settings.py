"""What the process is told: by command line and environment; each DETRAN by a TOML file."""

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
MAIN_INTEGRATOR = "integradora"


@dataclass(frozen=True, slots=True)
class Detran:
    """One state's agency: what it offers and who may ask. `credentials` maps a bearer credential to its integrator."""

    uf: str
    name: str
    ibge_code: str
    operations: frozenset[str]
    communication_origins: frozenset[str]
    cancels_after_reading: bool
    credentials: Mapping[str, str]


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
    )
