"""Keeps a group of services running for exactly as long as somebody holds the group's lock.

Run by `devtools.hold` as `python -m devtools.keeper SPEC`, detached. Holders keep a shared lock on `users.lock`; the
kernel drops it however they end, SIGKILL included, and the keeper then stops its services in reverse order, with
grace. Should the keeper itself be killed, PR_SET_PDEATHSIG reaches each service.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from devtools import readiness

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LOOK_EVERY = 0.1
LARGEST_LOG = 5 * 2**20


@dataclass(frozen=True)
class Service:
    """One process (and what it starts): how to run it, to see it ready, and to stop it."""

    name: str
    argv: list[str]
    ready: list[str] = field(default_factory=list)
    stop_signal: int = int(signal.SIGTERM)
    grace: float = 10
    patience: float = 60
    uid: int | None = None
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """What one keeper looks after. `below` are lock files of groups that must outlive this one."""

    run: str
    name: str
    logs: str
    cwd: str
    services: list[Service]
    below: list[str] = field(default_factory=list)

    def file(self, suffix: str) -> Path:
        return Path(self.run) / f"{self.name}.{suffix}"

    def log(self, service: str) -> Path:
        return Path(self.logs) / f"{service}.log"

    def dump(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def load(cls, text: str) -> "Group":
        data = json.loads(text)
        data["services"] = [Service(**service) for service in data["services"]]
        return cls(**data)


class Over(Exception):
    """The group must end; the text is the reason, empty when nobody needs it any more."""


class Keeper:
    def __init__(self, group: Group, users: IO[str]) -> None:
        self.group = group
        self.users = users
        self.running: list[tuple[Service, subprocess.Popen[bytes]]] = []
        self.told_to_stop = False

    def keep(self) -> None:
        """Start everything, report readiness, stay until the end has a reason, stop everything."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.told)
        reason = ""
        try:
            waiting = [(service, self.start(service)) for service in self.group.services]
            self.say("starting")
            for service, since in waiting:
                self.wait_for(service, since)
            self.say("ready")
            while True:
                self.look()
                time.sleep(LOOK_EVERY)
        except Over as over:
            reason = str(over)
        except OSError as error:
            reason = f"could not start: {error}"
        finally:
            self.stop_all()
            self.say("failed" if reason else "over", reason)

    def told(self, *_: object) -> None:
        self.told_to_stop = True

    def start(self, service: Service) -> int:
        """Start one service; where in its log this start begins."""
        log = self.group.log(service.name)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            since = output.tell()
            process = subprocess.Popen(
                service.argv,
                cwd=self.group.cwd,
                env={**os.environ, **service.env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=service.uid,
                group=service.uid,
                extra_groups=None if service.uid is None else [],
                preexec_fn=dies_with(os.getpid(), service.stop_signal),  # noqa: PLW1509  # one thread only
            )
        self.running.append((service, process))
        return since

    def wait_for(self, service: Service, since: int) -> None:
        deadline = time.monotonic() + service.patience
        while not readiness.is_ready(service.ready, log=self.group.log(service.name), since=since):
            self.look()
            if time.monotonic() > deadline:
                raise Over(f"{service.name} was not ready after {service.patience:.0f} s")
            time.sleep(0.05)

    def look(self) -> None:
        """Raises Over when a service ended, when told to stop, or when nobody holds the lock any more."""
        for service, process in self.running:
            if process.poll() is not None:
                raise Over(f"{service.name} ended with status {process.returncode}")
        if self.told_to_stop:
            raise Over
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        raise Over

    def stop_all(self) -> None:
        for service, process in reversed(self.running):
            if process.poll() is None:
                process.send_signal(service.stop_signal)
                try:
                    process.wait(service.grace)
                except subprocess.TimeoutExpired:
                    print(f"{service.name} ignored its stop signal for {service.grace:.0f} s", flush=True)
            kill_group(process.pid)
            process.wait()
        kill_orphans()

    def say(self, state: str, reason: str = "") -> None:
        pids = {service.name: process.pid for service, process in self.running}
        text = json.dumps({"state": state, "reason": reason, "keeper": os.getpid(), "pids": pids})
        fresh = self.group.file("state.new")
        fresh.write_text(text)
        fresh.replace(self.group.file("state"))


def dies_with(parent: int, number: int) -> Callable[[], None]:
    """For `preexec_fn`: the child gets signal `number` when `parent` dies, even by SIGKILL."""

    def prepare() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def kill_group(leader: int) -> None:
    """End what is left of a process group, and wait a moment until it is gone."""
    for _ in range(40):
        try:
            os.killpg(leader, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
        reap()
        time.sleep(0.05)


def reap() -> None:
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


def kill_orphans() -> None:
    """End grandchildren that left their group: as subreaper the keeper has inherited them."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    for _ in range(40):
        reap()
        left = [int(pid) for pid in children.read_text().split()] if children.exists() else []
        if not left:
            return
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def main(spec: Path) -> None:
    group = Group.load(spec.read_text())
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
    with ExitStack() as stack:
        for path in group.below:
            fcntl.flock(stack.enter_context(open(path, "a")), fcntl.LOCK_SH)
        users = stack.enter_context(group.file("users.lock").open("a"))
        with group.file("keeper.lock").open("a") as alive:  # let go before `users`: who then gets in sees no keeper
            fcntl.flock(alive, fcntl.LOCK_EX)
            Keeper(group, users).keep()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
