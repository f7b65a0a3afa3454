"""Where things are: the clone, the folders of one kind of run (demo, test), its short socket folder."""

import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
VAR = ROOT / "var"
CLONE = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
LONGEST_SOCKET = 100  # the kernel stops at 107 bytes


class Trouble(Exception):
    """Something a person must see and can act upon; the launcher prints it without a traceback."""


@dataclass(frozen=True)
class Kind:
    """One independent set of servers and data: `demo` is kept and durable, `test` is fast."""

    name: str

    @property
    def home(self) -> Path:
        return VAR / self.name

    @property
    def logs(self) -> Path:
        return self.home / "log"

    @property
    def run(self) -> Path:
        return self.home / "run"

    def made(self) -> "Kind":
        """The same kind, its folders present; `run` is private, since it holds locks and secrets."""
        self.logs.mkdir(parents=True, exist_ok=True)
        self.run.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    def sockets(self) -> Path:
        """A folder of our own for Unix sockets, mode 0700. Raises Trouble when somebody else made it first."""
        base = Path(tempfile.gettempdir())
        if len(str(base)) > LONGEST_SOCKET - 60:
            base = Path("/tmp")  # noqa: S108  # checked below: ours, a folder, not a link
        folder = base / f"autotech-{os.getuid()}-{CLONE}-{self.name}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.getuid(), 65534 if os.getuid() == 0 else -1}:
            raise Trouble(f"{folder} belongs to somebody else; remove it or set TMPDIR to a short private folder.")
        folder.chmod(0o700)
        return folder


@contextmanager
def locked(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Hold an advisory lock on `path`; yields False at once when `wait` is off and another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(file, how)
        except BlockingIOError:
            yield False
            return
        yield True
