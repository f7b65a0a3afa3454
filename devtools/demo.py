"""`make demo` and `make up`: the whole portal on this machine."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from devtools import machine
from devtools.environment import python, shown
from devtools.hold import Held, group_of, held
from devtools.keeper import Group, Service
from devtools.machine import say
from devtools.places import Kind, Trouble, locked
from devtools.running import must
from devtools.world import SANDBOX_PORT, WEB_PORT, World, free_port, servers_for

MIGRATE = ["manage.py", "migrate", "--no-input", "-v", "0"]


def demo(*, walk: bool) -> int:
    """Set up, start, seed, walk the example vehicles when asked, and stay until Ctrl-C (0) or a service ends.

    Raises Trouble with the log of the service that ended, or when a demo of this clone runs already.
    """
    started = time.monotonic()
    machine.be_ready(for_tests=False)
    kind = Kind("demo").made()
    address_file = kind.run / "address"
    with locked(kind.run / "demo.lock", wait=False) as free:
        if not free:
            address = address_file.read_text() if address_file.exists() else "starting"
            raise Trouble(f"A demo of this clone is running already: {address}")
        address_file.unlink(missing_ok=True)
        port = free_port(int(os.environ.get("PORT") or WEB_PORT), what="the portal")
        sandbox_port = free_port(SANDBOX_PORT, what="the sandbox", taken=frozenset({port}))
        say("• PostgreSQL and Redis")
        with servers_for(kind, port=port, sandbox_port=sandbox_port) as world:
            say("• tables")
            must([python(), *MIGRATE], world.owner_env)
            say("• example ecosystem")
            quietly = ["--verbosity", "0"] if walk else []  # the walk ends with the logins
            must([python(), "manage.py", "seed_demo", *quietly], world.env)
            say("• sandbox, web, worker, beat")
            group = portal_group(kind, world, port=port, sandbox_port=sandbox_port)
            with held(lambda: group, group=group, env=world.env) as portal, announced_end():
                if walk:
                    walk_vehicles(portal, world)
                address_file.write_text(f"http://localhost:{port}/")
                seconds = time.monotonic() - started
                say(f"\nReady after {seconds:.0f} s; logs in {shown(kind.logs)}/; Ctrl-C stops everything.")
                say(addresses(world.env, port=port))
                while not (trouble := portal.trouble() or world.trouble()):
                    time.sleep(0.5)
                raise Trouble(trouble)
    return 0


def addresses(env: Mapping[str, str], *, port: int) -> str:
    """Where people go, and how they give the DETRAN a bad day."""
    sandbox = f"Sandbox of the DETRANs: {env['SANDBOX_URL']}, its control key: {env['SANDBOX_CONTROL_KEY']}"
    return f"{sandbox}\nAutoTech: http://localhost:{port}/"


@contextmanager
def announced_end() -> Iterator[None]:
    """Says that the end begins, and makes Ctrl-C the ordinary one."""
    try:
        yield
    except KeyboardInterrupt:
        say("\nStopping …")
    except BaseException:
        say("\nStopping …")
        raise


def walk_vehicles(portal: Held, world: World) -> None:
    """Raises Trouble; when a service ended meanwhile, with that one's log instead of the walk's complaint."""
    try:
        must([python(), "manage.py", "walk_demo"], world.env)
    except Trouble as failed:
        raise Trouble(portal.trouble() or world.trouble() or str(failed)) from None


def portal_group(kind: Kind, world: World, *, port: int, sandbox_port: int) -> Group:
    """The portal's processes in the order they start; they stop in the reverse one, before the servers do."""
    below = [str(world.servers.group.file("users.lock"))] if world.servers else []
    services = [sandbox(kind.home / "sandbox", sandbox_port), web(port), worker(), beat(kind.run / "beat")]
    return group_of(kind, "portal", services, below)


def sandbox(data: Path, port: int) -> Service:
    return Service(
        name="sandbox",
        argv=[python(), "-m", "sandbox", "--port", str(port), "--data", str(data)],
        ready=["http", f"http://127.0.0.1:{port}/_controle/saude"],
    )


def web(port: int) -> Service:
    return Service(
        name="web",
        argv=[python(), "-m", "gunicorn", "autotech.wsgi", "--worker-class", "gthread", "--workers", "2",
              "--threads", "4", "--bind", f"127.0.0.1:{port}", "--graceful-timeout", "10",
              "--no-control-socket"],
        ready=["http", f"http://127.0.0.1:{port}/saude/"],
        grace=15,
    )  # fmt: skip


def worker() -> Service:
    return Service(
        name="worker",
        argv=[python(), "-m", "celery", "-A", "autotech", "worker", "--concurrency", "2",
              "--without-mingle", "--without-gossip", "--loglevel", "INFO"],
        ready=["log", " ready."],
        grace=30,
    )  # fmt: skip


def beat(schedule: Path) -> Service:
    return Service(
        name="beat",
        argv=[python(), "-m", "celery", "-A", "autotech", "beat", "--loglevel", "INFO", "--pidfile=",
              "--schedule", str(schedule)],
        ready=["log", "beat: Starting"],
    )  # fmt: skip
