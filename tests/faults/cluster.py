"""A PostgreSQL of the storm's own: it may be killed at any moment, and must come back with all that was committed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from devtools import servers
from devtools.keeper import dies_with
from devtools.places import ROOT, Kind
from devtools.readiness import is_ready

START_SECONDS = 60.0
# A killed process must not take commits along; a killed machine is not played here, so the disk is not waited for.
KEEPS_COMMITS = ["-c", "synchronous_commit=on"]


class Cluster:
    """Use as a context manager; `url` names the application's database, `owner_url` the same for its owner."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="at-pg-", dir="/var/tmp"))
        self.folder.chmod(0o711)
        like = servers.postgres_of(Kind("test").made())
        sockets = self.folder / "s"
        sockets.mkdir(mode=0o700)
        self._postgres = servers.Postgres(like.bin, self.folder / "data", sockets, like.prefix, like.uid)
        self._service = servers.postgres_service(self._postgres, durable=False)
        self._process: subprocess.Popen[bytes] | None = None
        self.url = self._postgres.url("autotech_app", "storm")
        self.owner_url = self._postgres.url("autotech_owner", "storm")

    def __enter__(self) -> "Cluster":
        try:
            servers.prepare(self._postgres, durable=False)
            self.start()
            servers.create_roles(self._postgres, "storm")
            env = {**os.environ, "DATABASE_URL": self.owner_url}
            subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Until it serves. Backends that outlived their postmaster hold its memory for a moment: it is tried again."""
        limit = time.monotonic() + START_SECONDS
        while time.monotonic() < limit:
            self._process = self._launched()
            while self._process.poll() is None and time.monotonic() < limit:
                if is_ready(self._service.ready, log=self.folder / "log", since=0):
                    return
                time.sleep(0.05)
            time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text(errors="replace"))

    def kill(self) -> None:
        """SIGKILL to the postmaster; what it leaves behind finds out by itself."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _launched(self) -> subprocess.Popen[bytes]:
        service = self._service
        with (self.folder / "log").open("ab") as output:
            return subprocess.Popen(
                [*service.argv, *KEEPS_COMMITS],
                cwd="/",
                env={**os.environ, **service.env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=service.uid,
                group=service.uid,
                extra_groups=None if service.uid is None else [],
                preexec_fn=dies_with(os.getpid(), int(signal.SIGKILL)),
            )
