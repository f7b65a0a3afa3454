"""One request's way through an agency: seen, struck by a fault or not, judged, answered or left in silence."""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, Response

from sandbox.answers import Refusal
from sandbox.drop import Dropped
from sandbox.faults import Fault, Faults, Kind
from sandbox.visits import Visits, log_line

Act = Callable[[], Response]
SERVER_ERROR = "<html><head><title>500</title></head><body><h1>Erro interno do servidor</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Asked:
    """What can be said of a request before judging it."""

    uf: str
    operation: str
    chassis: str | None
    reference: str | None
    request_id: str | None


class Exchange:
    """Runs acts under the standing faults and keeps the book of visits."""

    def __init__(self, *, faults: Faults, visits: Visits) -> None:
        self._faults = faults
        self._visits = visits
        self._late: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    async def run(self, asked: Asked, act: Act) -> Response:
        """Return what goes over the wire for `act`, which is called at most once, in a thread."""
        started = time.monotonic()
        visit = await run_in_threadpool(
            self._visits.arrived,
            uf=asked.uf,
            operation=asked.operation,
            chassis=asked.chassis,
            reference=asked.reference,
            request_id=asked.request_id,
        )
        seconds, fault = self._faults.drawn(uf=asked.uf, operation=asked.operation, chassis=asked.chassis)
        if seconds:
            await asyncio.sleep(seconds)
        response = await (run_in_threadpool(judged, act) if fault is None else self._struck(fault, act))
        status = None if isinstance(response, Dropped) else response.status_code
        struck = fault.kind.value if fault else (Kind.LATENCY.value if seconds else None)
        await run_in_threadpool(self._visits.left, visit, status=status, fault=struck)
        log_line(uf=asked.uf, operation=asked.operation, status=status, fault=struck, started=started)
        return response

    async def finish(self) -> None:
        """Commit what is still waiting to be committed late: an agency that stops loses nothing it accepted."""
        self._closing.set()
        await asyncio.gather(*self._late)

    async def _struck(self, fault: Fault, act: Act) -> Response:
        match fault.kind:
            case Kind.LOST_BEFORE:
                return Dropped()
            case Kind.LOST_AFTER:
                await run_in_threadpool(judged, act)
                return Dropped()
            case Kind.LATE_ANSWER:
                response = await run_in_threadpool(judged, act)
                await asyncio.sleep(fault.seconds)
                return response
            case Kind.LATE_COMMIT:
                task = asyncio.create_task(self._commit_later(fault.seconds, act))
                self._late.add(task)
                task.add_done_callback(self._late.discard)
                return Dropped()
            case Kind.GARBAGE:
                whole = bytes((await run_in_threadpool(judged, act)).body)
                return Response(whole[: len(whole) // 2], media_type="application/json")
            case Kind.ERROR_500:
                return HTMLResponse(SERVER_ERROR, status_code=500)
            case Kind.TOO_MANY:
                return _too_many(fault.seconds)
            case _:
                return JSONResponse(
                    {"codigo": "GER-503", "mensagem": "Serviço temporariamente indisponível."},
                    status_code=503,
                )

    async def _commit_later(self, seconds: float, act: Act) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
        await run_in_threadpool(judged, act)


def judged(act: Act) -> Response:
    """Return the act's answer, a refusal being an answer too."""
    try:
        return act()
    except Refusal as refusal:
        return refusal.response()


def _too_many(seconds: float) -> Response:
    return JSONResponse(
        {"codigo": "GER-429", "mensagem": "Limite de requisições excedido."},
        status_code=429,
        headers={"Retry-After": str(math.ceil(seconds))},
    )
