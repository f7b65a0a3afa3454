"""Strangers' files are parsed in a process of their own: without our secrets, bounded in time and memory, free to die.

A parser in C that crashes, a page that draws for ever or a stream that swells to gigabytes then costs one file its
reading and nothing else. Both sides of the wall are here: `ask` for the house, `serve` for this package's modules.
"""

import json
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
CPU_SECONDS = 20
WALL_SECONDS = 40
ADDRESS_SPACE = 1536 * 2**20
LONGEST_ANSWER = 2**20
AT_ONCE = 2
TOO_COSTLY_STATUS = 3

_places = threading.BoundedSemaphore(AT_ONCE)

Json = dict[str, Any]
Reading = Callable[[bytes, Json], Any]


class Unreadable(Exception):
    """The file could not be read. `reason`: `damaged`, `too_costly`, or a word of the reading itself."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def ask(
    module: str,
    content: bytes,
    question: Mapping[str, Any],
    *,
    cpu_seconds: int = CPU_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> Any:
    """What the reading in `module` answers about `content`, as JSON values. Raises Unreadable, never anything else.

    Takes about half a second and up to `wall_seconds`: for workers, or for an upload that a person expects to wait for.
    """
    header = json.dumps({**question, "cpu_seconds": cpu_seconds}).encode()
    command = [sys.executable, "-P", "-m", module]
    with _places:
        try:
            done = subprocess.run(
                command,
                input=header + b"\n" + content,
                capture_output=True,
                env=_bare_environment(),
                timeout=wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as e:
            raise Unreadable("too_costly") from e
    if done.returncode:
        # Only the exception's name: what follows it may quote the document.
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        logger.warning("confined reading %s ended with %s (%s)", module, done.returncode, last.partition(":")[0][:80])
        costly = done.returncode in (TOO_COSTLY_STATUS, -signal.SIGXCPU, -signal.SIGKILL)
        raise Unreadable("too_costly" if costly else "damaged")
    if len(done.stdout) > LONGEST_ANSWER:
        raise Unreadable("too_costly")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    return answer["answer"]


def serve(read: Reading) -> None:
    """The whole life of a confined process: limits on, one question from stdin, its answer to stdout."""
    header, _, content = sys.stdin.buffer.read().partition(b"\n")
    question = json.loads(header)
    _confine(cpu_seconds=question["cpu_seconds"])
    try:
        answer = {"answer": read(content, question)}
    except Unreadable as e:
        answer = {"refused": e.reason}
    except MemoryError:
        sys.exit(TOO_COSTLY_STATUS)
    sys.stdout.write(json.dumps(answer))


def _confine(*, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bare_environment() -> dict[str, str]:
    """No database address, no key: only what an interpreter needs. OpenBLAS would reserve memory for every core."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
