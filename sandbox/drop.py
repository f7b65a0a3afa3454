"""A connection that ends without an answer, as networks do: uvicorn alone would turn silence into a 500."""

import asyncio
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

EXTENSION = "sandbox.drop"


class DroppableProtocol(H11Protocol):
    """HTTP/1.1 whose requests carry a way to close their own socket."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application = self.app

        async def with_drop(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[EXTENSION] = self.drop
            await application(scope, receive, send)

        self.app = with_drop

    def drop(self) -> None:
        """Close the socket at once; whatever the application sends afterwards goes nowhere."""
        # uvicorn must know before the loop tells it, or it would report an application that answered nothing.
        self.cycle.disconnected = True
        self.transport.abort()


class Dropped(Response):
    """The answer that never comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection this request came on."""
        scope["extensions"][EXTENSION]()
        await asyncio.sleep(0)
