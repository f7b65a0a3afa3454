"""Ways into the state a test begins with: a sale intended, communicated, being cancelled, with a slip."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.sandbox import specimens
from tests.sandbox.process import SandboxProcess


@dataclass(frozen=True)
class Case:
    """A cancellation of a communication as its integrator sees it."""

    client: httpx.Client
    vehicle: dict[str, Any]
    communication: str
    wish: dict[str, Any]
    protocol: str

    @property
    def path(self) -> str:
        """Its address."""
        return f"/cancelamentos-comunicado/{self.protocol}"

    def shown(self) -> dict[str, Any]:
        """Return it as it stands."""
        shown: dict[str, Any] = self.client.get(self.path).raise_for_status().json()
        return shown

    def slip(self) -> dict[str, Any]:
        """Have a slip issued."""
        slip: dict[str, Any] = self.client.post(self.path + "/guia").raise_for_status().json()
        return slip

    def slips(self) -> list[dict[str, Any]]:
        """Return its slips as they stand."""
        items: list[dict[str, Any]] = self.client.get(self.path + "/guias").raise_for_status().json()["itens"]
        return items


def uf_of(client: httpx.Client) -> str:
    """Return the state a client talks to."""
    return client.base_url.path.split("/")[2]


def intended(
    sandbox: SandboxProcess, client: httpx.Client, **changes: Any
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Register an intention; return vehicle, message and answer."""
    vehicle = sandbox.put_vehicle(uf=uf_of(client))
    asked = specimens.intention(vehicle, **changes)
    return vehicle, asked, client.post("/intencoes-venda", json=asked).raise_for_status().json()


def communicated(
    sandbox: SandboxProcess, client: httpx.Client
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Communicate a sale from its ATPV-e; return vehicle, message and answer."""
    vehicle, asked, told = intended(sandbox, client)
    wish = specimens.communication(vehicle, asked, told["numero_atpve"])
    return vehicle, wish, client.post("/comunicados-venda", json=wish).raise_for_status().json()


def being_cancelled(sandbox: SandboxProcess, client: httpx.Client) -> Case:
    """Communicate a sale and ask to cancel it."""
    vehicle, wish, told = communicated(sandbox, client)
    asked = specimens.cancellation(wish)
    answer = client.post(f"/comunicados-venda/{told['protocolo']}/cancelamentos", json=asked).raise_for_status()
    return Case(client, vehicle, told["protocolo"], asked, answer.json()["protocolo"])


def effects(sandbox: SandboxProcess, vehicle: Mapping[str, Any]) -> list[str]:
    """Return the kinds of effect in the ledger of a vehicle, oldest first."""
    return [row["operacao"] for row in sandbox.ledger(chassis=vehicle["chassi"])]
