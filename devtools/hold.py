"""The other end of `devtools.keeper`: take hold of a group of services, starting it when nobody has yet."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from devtools.keeper import Group, Service
from devtools.places import ROOT, Kind, Trouble, locked


def group_of(kind: Kind, name: str, services: Iterable[Service] = (), below: Iterable[str] = ()) -> Group:
    """A kind's group by name; without its services it is enough to look at one that runs."""
    return Group(
        run=str(kind.run),
        name=name,
        logs=str(kind.logs),
        cwd=str(ROOT),
        services=list(services),
        below=list(below),
    )


class Held:
    """A running group. `trouble()` tells why it is not running any more."""

    def __init__(self, group: Group, users: IO[str]) -> None:
        self.group = group
        self.users = users

    def state(self) -> dict[str, object]:
        path = self.group.file("state")
        return json.loads(path.read_text()) if path.exists() else {}

    def alive(self) -> bool:
        with locked(self.group.file("keeper.lock"), wait=False) as nobody:
            return not nobody

    def trouble(self) -> str:
        """Empty while all services run, else the reason with the last lines of the log concerned."""
        if self.alive():
            return ""
        reason = str(self.state().get("reason") or "its keeper was ended from outside")
        return f"{self.group.name}: {reason}\n{self.last_lines(reason.split()[0])}"

    def last_lines(self, service: str, count: int = 25) -> str:
        log = self.group.log(service)
        if not log.exists():
            log = self.group.log(f"keeper-{self.group.name}")
        lines = log.read_text(errors="replace").splitlines()[-count:] if log.exists() else []
        return "\n".join([f"--- last lines of {log}", *lines])


@contextmanager
def held(make: Callable[[], Group], *, group: Group, env: Mapping[str, str]) -> Iterator[Held]:
    """Have the group running inside the block; the last holder to leave waits until everything is stopped.

    `make` prepares and describes the services, and is called only when they are not running yet. Raises Trouble when
    they do not become ready.
    """
    users = group.file("users.lock").open("a")
    hold = Held(group, users)
    try:
        with locked(group.file("start.lock")):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not hold.alive():
                _start(make(), hold, env)
        yield hold
    finally:
        users.close()
        _wait_when_last(hold)


def _start(group: Group, hold: Held, env: Mapping[str, str]) -> None:
    group.file("state").unlink(missing_ok=True)
    spec = group.file("json")
    spec.touch(mode=0o600)
    spec.write_text(group.dump())
    with group.log(f"keeper-{group.name}").open("ab") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "devtools.keeper", str(spec)],
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    while (state := hold.state().get("state")) != "ready":
        if keeper.poll() is not None or state in {"failed", "over"}:
            keeper.wait()
            raise Trouble(hold.trouble())
        time.sleep(0.02)


def _wait_when_last(hold: Held) -> None:
    """Return when the services are stopped, or at once when somebody else still needs them."""
    users = hold.group.file("users.lock")
    while hold.alive():
        with locked(hold.group.file("start.lock")):  # so that no other process probes at the same time
            with locked(users, wait=False) as nobody:
                pass
            with locked(users, shared=True, wait=False) as not_stopping:
                pass
        if not nobody and not_stopping:
            return
        time.sleep(0.05)


def stop(kind: Kind, name: str) -> bool:
    """End a group whoever holds it, and wait for that; False when it does not run."""
    group = group_of(kind, name)
    if not group.file("state").exists():
        return False
    with group.file("users.lock").open("a") as users:
        hold = Held(group, users)
        keeper = hold.state().get("keeper")
        if not isinstance(keeper, int) or not hold.alive():
            return False
        os.kill(keeper, signal.SIGTERM)
        while hold.alive():
            time.sleep(0.05)
    return True
