"""The way into every DETRAN: which state, who asks, what for, and which act answers."""

import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import answers
from sandbox.answers import Refusal
from sandbox.detran import lapse
from sandbox.detran.store import Store
from sandbox.exchange import Asked, Exchange
from sandbox.settings import Detran

NAMES_IN_QUERY = ("placa", "protocolo_intencao", "protocolo_comunicado")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read but not judged. `protocol` and `number` are those in its address, else ""."""

    detran: Detran
    integrator: str
    body: bytes | None
    query: list[tuple[str, str]]
    protocol: str
    number: str


Act = Callable[[Call], Response]
Address = tuple[str, str, str, Act]  # method, path below /detran/{uf}/v1, operation, act


class Door:
    """Lets requests in, under the standing faults, one act each."""

    def __init__(self, *, detrans: Mapping[str, Detran], store: Store, exchange: Exchange) -> None:
        self._detrans = detrans
        self._store = store
        self._exchange = exchange

    def routes(self, table: Iterable[Address]) -> list[Route]:
        """Return the routes of a table of addresses, for every DETRAN."""
        return [
            Route("/detran/{uf}/v1" + path, self._endpoint(operation, act), methods=[method])
            for method, path, operation, act in table
        ]

    def _endpoint(self, operation: str, act: Act) -> Callable[[Request], Any]:
        async def serve(request: Request) -> Response:
            detran = self._detrans.get(request.path_params["uf"])
            if detran is None:
                raise Refusal(404, "GER-404", "Recurso não encontrado.")
            call = Call(
                detran=detran,
                body=await answers.body_of(request),
                integrator=_integrator(detran, request.headers.get("authorization", "")),
                query=request.query_params.multi_items(),
                protocol=request.path_params.get("protocolo", ""),
                number=request.path_params.get("numero", ""),
            )
            asked = await run_in_threadpool(self._asked, call, operation, request.headers.get("x-request-id"))
            return await self._exchange.run(asked, lambda: self._admitted(call, operation, act))

        return serve

    def _admitted(self, call: Call, operation: str, act: Act) -> Response:
        if not call.integrator:
            raise Refusal(401, "AUT-001", "Credencial inválida.")
        if operation not in call.detran.operations:
            raise Refusal(404, "GER-404", "Operação não oferecida por este DETRAN.")
        lapse.bring_about(self._store, call.detran.uf)
        return act(call)

    def _asked(self, call: Call, operation: str, request_id: str | None) -> Asked:
        """Read off, as far as it goes, which vehicle and order the request is about; it may be nonsense."""
        query = dict(call.query)
        chassis, reference = query.get("chassi"), query.get("referencia")
        if call.body:
            chassis, reference = _named(call.body)
        names = (call.number, call.protocol, *(query.get(name) for name in NAMES_IN_QUERY))
        name = next((name for name in names if name), None)
        if chassis is None and name is not None:
            chassis = self._store.chassis_of(uf=call.detran.uf, name=name)
        return Asked(
            uf=call.detran.uf,
            operation=operation,
            chassis=chassis,
            reference=reference,
            request_id=request_id,
        )


def _integrator(detran: Detran, header: str) -> str:
    """Return who the credential belongs to, "" when it is nobody's."""
    given = header.encode("latin-1", "replace")
    for credential, integrator in detran.credentials.items():
        if hmac.compare_digest(given, f"Bearer {credential}".encode()):
            return integrator
    return ""


def _named(body: bytes) -> tuple[str | None, str | None]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None, None
    vehicle = value.get("veiculo") if isinstance(value, dict) else None
    chassis = vehicle.get("chassi") if isinstance(vehicle, dict) else None
    reference = value.get("referencia") if isinstance(value, dict) else None
    return _text(chassis), _text(reference)


def _text(value: object) -> str | None:
    """Keep what can be kept in the book of visits: short text without lone surrogates."""
    if not isinstance(value, str):
        return None
    return value[:40].encode("utf-8", "replace").decode("utf-8")
