"""`python -m sandbox`: serve the agencies until SIGTERM or Ctrl-C."""

import asyncio
import logging
import os
import signal
import socket
import sys
from types import FrameType

import uvicorn

from sandbox import app, settings
from sandbox.drop import DroppableProtocol

GRACE_SECONDS = 3


class Server(uvicorn.Server):
    """A server that says where it listens once it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then print the one line launchers wait for."""
        await super().startup(sockets=sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            sys.stdout.write(f"sandbox ready http://{host}:{port}\n")
            sys.stdout.flush()


def main() -> None:
    """Serve until told to stop."""
    told = settings.read(sys.argv[1:], os.environ)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # WeasyPrint's and fontTools' notes would fill the log, and quote the document they are about.
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        app.guarded(app.create(told)),
        host=told.host,
        port=told.port,
        http=DroppableProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn raises the signal again once it has stopped; a stop that was asked for ends with status 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    asyncio.run(server.serve())


if __name__ == "__main__":
    main()
