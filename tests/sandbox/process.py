"""The sandbox as tests use it: the real process on a free port, and its control address."""

import datetime as dt
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from devtools.keeper import dies_with
from tests.sandbox import specimens

ROOT = Path(__file__).parents[2]
START_SECONDS = 30
STOP_SECONDS = 15
# The wire is plain HTTP; httpx would load every certificate of the machine for each client, 50 ms a time.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class SandboxProcess:
    """One sandbox process. `data` survives stop and start; without it a temporary folder is used.

    Use as a context manager, or call `start()` and `stop()`. After a first start the port stays the same.
    """

    def __init__(self, *, data: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if data is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="sandbox-")
            data = Path(self._temporary.name)
        self.data = data
        self.data.mkdir(parents=True, exist_ok=True)
        self.log_file = self.data / "sandbox.log"
        self.port = 0
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._control: httpx.Client | None = None

    def __enter__(self) -> "SandboxProcess":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def base_url(self) -> str:
        """Where it listens, without a final slash."""
        return f"http://127.0.0.1:{self.port}"

    def detran_url(self, uf: str = "mg") -> str:
        """The base address of one state's DETRAN."""
        return f"{self.base_url}/detran/{uf}/v1"

    def start(self) -> "SandboxProcess":
        """Start the process and return when it listens. Raises RuntimeError with its log when it does not."""
        said = self.data / "sandbox.out"
        said.write_bytes(b"")
        with said.open("ab") as out, self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sandbox", "--port", str(self.port), "--data", str(self.data)],
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
                preexec_fn=dies_with(os.getpid(), int(signal.SIGTERM)),
            )
        limit = time.monotonic() + START_SECONDS
        while not (line := said.read_text()).endswith("\n"):
            if self._process.poll() is not None or time.monotonic() > limit:
                self.kill()
                raise RuntimeError("the sandbox did not start:\n" + self.log_file.read_text())
            time.sleep(0.02)
        self.port = int(line.rsplit(":", 1)[1])
        key = self._environment.get("SANDBOX_CONTROL_KEY", "controle")
        self._control = httpx.Client(base_url=self.base_url + "/_controle", headers={"X-Controle": key}, timeout=30)
        return self

    def stop(self) -> int:
        """Stop with SIGTERM and return the exit status."""
        if self._process is None:
            return 0
        self._process.terminate()
        return self._ended()

    def kill(self) -> int:
        """End with SIGKILL, as a machine does, and return the exit status."""
        if self._process is None:
            return 0
        self._process.kill()
        return self._ended()

    def close(self) -> None:
        """Stop and throw the temporary folder away."""
        self.stop()
        if self._temporary is not None:
            self._temporary.cleanup()

    def client(self, uf: str = "mg", *, credential: str | None = None, timeout: float = 30) -> httpx.Client:
        """Return a client of one DETRAN with the integrator's credential; the caller closes it."""
        headers = {"Authorization": f"Bearer {credential or 'sandbox-' + uf}"}
        return httpx.Client(base_url=self.detran_url(uf), headers=headers, timeout=timeout, verify=NO_CERTIFICATES)

    def ledger(
        self,
        *,
        chassis: str | None = None,
        uf: str | None = None,
        reference: str | None = None,
        operation: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the effects the agency really had, oldest first."""
        rows = self._items("/razao", chassi=chassis, uf=uf, referencia=reference)
        return [row for row in rows if operation in (None, row["operacao"])]

    def visits(
        self,
        *,
        chassis: str | None = None,
        uf: str | None = None,
        reference: str | None = None,
        operation: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return every request the agency saw, oldest first; `status` None means it gave no answer."""
        rows = self._items("/visitas", chassi=chassis, uf=uf, referencia=reference)
        return [row for row in rows if operation in (None, row["operacao"])]

    def fault(
        self,
        kind: str,
        *,
        uf: str = "*",
        operation: str = "*",
        times: int | None = None,
        probability: float = 1.0,
        seconds: float = 0.0,
        seed: int | None = None,
        chassis: str | None = None,
    ) -> int:
        """Order a fault (its kind in the agency's word, e.g. "perdida_depois") and return its number."""
        order = {
            "uf": uf,
            "operacao": operation,
            "tipo": kind,
            "vezes": times,
            "probabilidade": probability,
            "segundos": seconds,
            "semente": seed,
            "chassi": chassis,
        }
        return int(self.control("POST", "/falhas", json=order).json()["id"])

    def faults(self) -> list[dict[str, Any]]:
        """Return the standing faults with how often each fired."""
        return self._items("/falhas")

    def remove_fault(self, number: int) -> None:
        """Take one fault away."""
        self.control("DELETE", f"/falhas/{number}")

    def clear_faults(self) -> None:
        """Take all faults away."""
        self.control("DELETE", "/falhas")

    def put_vehicle(self, **fields: Any) -> dict[str, Any]:
        """Put a vehicle in a state's base and return it whole; what is not given is made up, validly."""
        vehicle = specimens.vehicle(**fields)
        self.control("POST", "/veiculos", json=vehicle)
        return vehicle

    def cancel(self, protocol: str, *, uf: str = "mg") -> None:
        """Cancel an intention at the agency's counter."""
        self.control("POST", "/cancelamentos", json={"uf": uf, "protocolo": protocol})

    def pay(
        self,
        slip: Mapping[str, Any] | str,
        *,
        value: str | None = None,
        at: str | None = None,
        by: str = "PIX",
    ) -> str:
        """Pay a fee slip, named by itself or its number, and return the payment's effect in the agency's word.

        Left out, `value` (reais, two decimals) is the slip's and `at` (as the wire writes times) the agency's now.
        """
        number = slip if isinstance(slip, str) else slip["numero"]
        order = {"guia": number, "valor": value, "em": at, "meio": by}
        return str(self.control("POST", "/pagamentos", json=order).json()["efeito"])

    def clock(self, seconds: float = 0, *, uf: str = "mg") -> dt.datetime:
        """Put a state's clock on (it never goes back) and return what it shows."""
        told = self.control("POST", "/relogio", json={"uf": uf, "avancar_segundos": seconds}).json()
        return dt.datetime.fromisoformat(told["agora"])

    def times(self, *, uf: str = "mg", clearing: float | None = None, processing: float | None = None) -> None:
        """Set how many seconds clearing and processing take for payments from now on; None is the state's own."""
        self.control("POST", "/tempos", json={"uf": uf, "compensacao": clearing, "processamento": processing})

    def control(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Return the control address' answer. Raises httpx.HTTPStatusError unless it is a success."""
        return self.try_control(method, path, **request).raise_for_status()

    def try_control(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Return the control address' answer, whatever it is."""
        if self._control is None:
            raise RuntimeError("the sandbox is not running")
        return self._control.request(method, path, **request)

    def _items(self, path: str, **filters: str | None) -> list[dict[str, Any]]:
        given = {name: value for name, value in filters.items() if value is not None}
        items: list[dict[str, Any]] = self.control("GET", path, params=given).json()["itens"]
        return items

    def _ended(self) -> int:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is None:
            return 0
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._process = None
        return status
