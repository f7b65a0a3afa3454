"""What the launcher's tests share: a copy of the launcher with folders of its own, and eyes for processes."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devtools.places import ROOT

CHOSEN = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "PORT", "MAKELEVEL")


def processes(marker: str) -> list[int]:
    """Ids of the running processes with `marker` in their command line."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and marker.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended while we looked, or it is somebody else's
    return [pid for pid in found if pid != os.getpid()]


def wait_until(true: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class Clone:
    """The launcher in an empty folder, with the virtual environment of this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "devtools", folder / "devtools", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "dev.py", folder)
        for name in ("requirements-dev.txt", "requirements-uv.txt"):
            shutil.copy(ROOT / name, folder)
        (folder / ".venv").symlink_to(ROOT / ".venv")
        self.started: list[subprocess.Popen[str]] = []
        self.env = {name: value for name, value in os.environ.items() if name not in CHOSEN}

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "dev.py", *words],
            cwd=self.folder,
            env={**self.env, **env},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.started.append(process)
        return process

    def dev(self, *words: str, **env: str) -> str:
        """Run the launcher to its end; what it and its command printed."""
        process = self.start(*words, **env)
        said = process.communicate(timeout=60)[0]
        assert process.returncode == 0, said
        return said


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    made = Clone(tmp_path / "clone")
    yield made
    for process in made.started:
        process.kill()
        process.communicate()
    made.dev("clean")
    wait_until(lambda: not processes(str(tmp_path)))
