"""The running portal as tests use it: database, Redis, sandbox, web, worker and beat of its own, each to be killed."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import redis

from devtools import demo
from devtools.keeper import Service, dies_with
from devtools.readiness import is_ready
from tests.sandbox.process import SandboxProcess

ROOT = Path(__file__).parents[2]
PACE = 0.02  # a quarantine of a minute lasts 1.2 s, a lease of 90 s lasts 1.8 s
PROCESSES = ("redis", "web", "worker", "beat")
STOP_SECONDS = 30.0


@dataclass
class Running:
    """One start of a service. `since` is where this start begins in the log, `code` how it ended."""

    process: subprocess.Popen[bytes]
    since: int


class Stack:
    """The whole portal over a migrated database, which it does not create.

    Use as a context manager. `sandbox` is the agencies' side. Every process leads its own group, so that a kill takes
    its children along, and ends with the test run however that ends.
    """

    def __init__(self, database_url: str, *, database: str) -> None:
        # /tmp by name: a Unix socket's path may have 107 bytes, and pytest's folders are long.
        self.folder = Path(tempfile.mkdtemp(prefix="at-", dir="/tmp"))
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.sandbox = SandboxProcess(data=self.folder / "sandbox")
        self.database = database
        self._database_url = database_url
        self._socket = self.folder / "redis.sock"
        self._services = self._known_services()
        self._running: dict[str, Running] = {}

    def __enter__(self) -> "Stack":
        try:
            self.sandbox.start()
            for name in PROCESSES:
                self.launch(name)
            for name in PROCESSES:
                self.wait_for(name)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def redis_url(self) -> str:
        return f"unix://{self._socket}?db=0"

    @property
    def env(self) -> dict[str, str]:
        """What the processes are told."""
        return {
            **os.environ,
            "DATABASE_URL": self._database_url,
            "REDIS_URL": self.redis_url,
            "DETRAN_BASE_URL": self.sandbox.detran_url("{uf}"),
            "SANDBOX_URL": self.sandbox.base_url,
            "PORT": str(self.port),
            "PUBLIC_URL": self.address,
            "DOCUMENTS_DIR": str(self.folder / "documents"),
            "MAIL_DIR": str(self.folder / "mail"),
            "OUTBOX_PACE": str(PACE),
            "SERVE_SOURCE_ASSETS": "1",
            "DEBUG": "",
        }

    def launch(self, name: str) -> None:
        """Start a service without waiting until it is ready."""
        service = self._services[name]
        assert name not in self._running, f"{name} runs already"
        log = self._log_of(name)
        with log.open("ab") as output:
            since = output.tell()
            process = subprocess.Popen(
                service.argv,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with(os.getpid(), int(signal.SIGTERM)),
            )
        self._running[name] = Running(process, since)

    def wait_for(self, name: str) -> None:
        """Return when the service serves. Raises RuntimeError with its log when it ended or takes too long."""
        service, running = self._services[name], self._running[name]
        limit = time.monotonic() + service.patience
        while not is_ready(service.ready, log=self._log_of(name), since=running.since):
            if running.process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"{name} did not start:\n{self.log(name)}")
            time.sleep(0.03)

    def start(self, name: str) -> None:
        self.launch(name)
        self.wait_for(name)

    def signal(self, name: str, number: int) -> None:
        """Send a signal to the service's whole group."""
        os.killpg(self._running[name].process.pid, number)

    def kill(self, name: str) -> None:
        """End the service and all it started at once, as a machine does that loses power."""
        self.signal(name, signal.SIGKILL)
        self._ended(name)

    def stop(self, name: str) -> int:
        """Ask the service to end and wait for it; its exit status."""
        self._running[name].process.send_signal(self._services[name].stop_signal)
        return self._ended(name)

    def ask_to_stop(self, name: str) -> None:
        """SIGTERM to the service's leader, as systemd and Docker send it."""
        self._running[name].process.send_signal(signal.SIGTERM)

    def wait_until_ended(self, name: str) -> int:
        return self._ended(name)

    def is_up(self, name: str) -> bool:
        return name in self._running and self._running[name].process.poll() is None

    def make_whole(self) -> None:
        """Everything runs again and nothing is faulted, whatever the test before did."""
        self.sandbox.clear_faults()
        for name in [*self._running]:
            if not self.is_up(name) or name not in PROCESSES:
                self.kill(name)
        stopped = [name for name in PROCESSES if name not in self._running]
        for name in stopped:
            self.launch(name)
        for name in stopped:
            self.wait_for(name)

    def redis(self) -> "redis.Redis[bytes]":
        """A client of the stack's Redis; the caller closes it."""
        return redis.Redis(unix_socket_path=str(self._socket))

    def log(self, name: str) -> str:
        return self._log_of(name).read_text(errors="replace")

    def close(self) -> None:
        """End everything in reverse order and throw the folder away."""
        for name in reversed([*self._running]):
            with suppress(ProcessLookupError):
                self.kill(name)
        self.sandbox.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ended(self, name: str) -> int:
        running = self._running.pop(name)
        try:
            return running.process.wait(STOP_SECONDS)
        finally:
            with suppress(ProcessLookupError):  # a leader that ended by itself may have left children
                os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()

    def _log_of(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _known_services(self) -> dict[str, Service]:
        worker = demo.worker()
        return {
            "redis": redis_service(self._socket),
            "web": demo.web(self.port),
            "worker": worker,
            "worker2": replace(worker, name="worker2", argv=[*worker.argv, "--hostname", "second@%h"]),
            "beat": demo.beat(self.folder / "schedule"),
        }


def redis_service(path: Path) -> Service:
    """Raises KeyError without REDIS_SERVER, which the launcher sets to the binary."""
    return Service(
        name="redis",
        argv=[os.environ["REDIS_SERVER"], "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700",
              "--save", "", "--appendonly", "no", "--dir", str(path.parent), "--daemonize", "no"],
        ready=["redis", str(path)],
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(holds: Callable[[], object], *, seconds: float = 20.0, what: str = "it") -> None:
    """Look until it holds. Fails with `what` when it does not in time."""
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)
