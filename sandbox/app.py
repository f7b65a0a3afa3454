"""The agencies as one ASGI application."""

import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.answers import Refusal
from sandbox.control import Control
from sandbox.detran.cancel_routes import CancellationRoutes
from sandbox.detran.door import Door
from sandbox.detran.routes import DetranRoutes
from sandbox.detran.store import Store
from sandbox.exchange import Exchange
from sandbox.faults import Faults
from sandbox.settings import DATA, Settings
from sandbox.visits import Visits

MAX_REQUEST_ID = 200
log = logging.getLogger("sandbox")


class RequestId:
    """Echoes X-Request-Id on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, adding the header to what comes back."""
        given = dict(scope.get("headers", ())).get(b"x-request-id", b"").decode("latin-1")

        async def echo(message: Message) -> None:
            if message["type"] == "http.response.start" and 0 < len(given) <= MAX_REQUEST_ID:
                MutableHeaders(scope=message)["X-Request-Id"] = given
            await send(message)

        await self._app(scope, receive, echo)


def create(settings: Settings) -> Starlette:
    """Return the application over the files in `settings.data`, which are made and seeded when missing."""
    store, visits, faults = Store(settings.data), Visits(settings.data), Faults()
    store.seed(DATA / "vehicles.csv", ufs=settings.detrans)
    exchange = Exchange(faults=faults, visits=visits)
    door = Door(detrans=settings.detrans, store=store, exchange=exchange)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await exchange.finish()
        visits.close()
        store.close()

    return Starlette(
        routes=[
            *Control(settings=settings, store=store, faults=faults, visits=visits).routes(),
            *DetranRoutes(door=door, store=store).routes(),
            *CancellationRoutes(door=door, store=store).routes(),
        ],
        exception_handlers={Refusal: _refused, HTTPException: _no_such_address, Exception: _crashed},
        lifespan=lifespan,
    )


def guarded(app: ASGIApp) -> ASGIApp:
    """Return `app` behind the process' last border.

    A crash is logged by kind and place only, since its words could be somebody's data; the application has
    answered GER-500 by then. A caller who left in mid-sentence is no crash.
    """

    async def border(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except ClientDisconnect:
            log.info("caller left before the end of the request")
        except Exception as crash:
            places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(crash.__traceback__)]
            log.error("crash %s at %s", type(crash).__name__, " > ".join(places[-6:]))
            if scope["type"] != "http":
                raise

    return RequestId(border)


async def _refused(request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, Refusal):
        raise refusal
    return refusal.response()


async def _no_such_address(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = "Método não permitido." if status == 405 else "Recurso não encontrado."
    return Refusal(status, f"GER-{status}", message).response()


async def _crashed(request: Request, error: Exception) -> Response:
    return Refusal(500, "GER-500", "Erro interno.").response()
