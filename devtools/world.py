"""The servers of one kind with the environment that leads to them."""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from devtools import environment, servers
from devtools.hold import Held, group_of, held
from devtools.keeper import Group
from devtools.machine import say
from devtools.places import Kind, Trouble, locked

WEB_PORT = 8000
SANDBOX_PORT = 8100


def free_port(wanted: int, *, what: str = "", taken: frozenset[int] = frozenset()) -> int:
    """`wanted`, or the next port nobody listens on; says so when `what` names its purpose."""
    for port in range(wanted, min(wanted + 200, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port in taken:
            continue
        if port != wanted and what:
            say(f"  port {wanted} is taken: {what} uses {port}")
        return port
    raise Trouble(f"No free port from {wanted} on.")


@dataclass(frozen=True)
class World:
    """The environment for commands, and the servers we hold (None: all of them are somebody else's)."""

    env: dict[str, str]
    servers: Held | None

    @property
    def owner_env(self) -> dict[str, str]:
        """The same as the owner of the tables: for migrations."""
        return {**self.env, "DATABASE_URL": self.env["OWNER_DATABASE_URL"]}

    def trouble(self) -> str:
        return self.servers.trouble() if self.servers else ""


@contextmanager
def slot_of(kind: Kind) -> Iterator[int]:
    """A number of one's own among the runs of this kind at the same time: database and Redis number."""
    if kind.name == "demo":
        yield 0
        return
    with ExitStack() as stack:
        for number in range(servers.DATABASES):
            if stack.enter_context(locked(kind.run / f"slot{number}.lock", wait=False)):
                yield number
                return
        raise Trouble(f"{servers.DATABASES} runs of kind {kind.name} are going on already.")


@contextmanager
def servers_for(kind: Kind, *, port: int = 0, sandbox_port: int = 0) -> Iterator[World]:
    """PostgreSQL and Redis up inside the block, shared with others of the same kind.

    DATABASE_URL with OWNER_DATABASE_URL, and REDIS_URL, win: what they name is used and not started.
    """
    kind.made()
    with slot_of(kind) as slot, ExitStack() as stack:
        env = environment.of(
            kind, port=port or WEB_PORT + 10 * slot, sandbox_port=sandbox_port or SANDBOX_PORT + 10 * slot
        )
        own_postgres, own_redis = not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")
        binary = servers.redis_binary() if own_redis else shutil.which("redis-server", path=env["PATH"]) or ""
        postgres = servers.postgres_of(kind) if own_postgres else None
        durable = kind.name == "demo"

        def make() -> Group:
            services = []
            if postgres:
                servers.prepare(postgres, durable=durable)
                services.append(servers.postgres_service(postgres, durable=durable))
            if own_redis:
                services.append(servers.redis_service(kind, binary))
            return group_of(kind, "servers", services)

        hold = None
        for name in ("DATABASE_URL", "REDIS_URL"):
            if os.environ.get(name) and kind.name == "demo":
                say(f"  {name} is set and used")
        if postgres or own_redis:
            hold = stack.enter_context(held(make, group=group_of(kind, "servers"), env=environment.base()))
        env["REDIS_SERVER"] = binary
        env["REDIS_URL"] = env.get("REDIS_URL") or f"unix://{servers.redis_socket(kind)}?db={slot}"
        if postgres:
            database = "autotech" if slot == 0 else f"autotech_{slot}"
            with locked(kind.run / "roles.lock"):
                servers.create_roles(postgres, database)
            env["POSTGRES_BIN"] = str(postgres.bin)
            env["DATABASE_URL"] = postgres.url("autotech_app", database)
            env["OWNER_DATABASE_URL"] = postgres.url("autotech_owner", database)
        else:
            env["POSTGRES_BIN"] = os.path.dirname(shutil.which("psql") or "")
            env["OWNER_DATABASE_URL"] = env.get("OWNER_DATABASE_URL") or env["DATABASE_URL"]
        yield World(env, hold)
