"""Running a command in the foreground, and being ended properly ourselves."""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from devtools.keeper import LIBC, PR_SET_PDEATHSIG, dies_with
from devtools.places import ROOT, Trouble


class Ended(BaseException):
    """SIGTERM or SIGHUP, turned into an exception so that every `with` and `finally` is left properly."""

    def __init__(self, number: int) -> None:
        self.number = number


def _end(number: int, _: object) -> None:
    raise Ended(number)


def listen_to_signals() -> None:
    """Ctrl-C, SIGTERM and SIGHUP raise from now on; below `make`, its death counts as SIGTERM."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    if os.environ.pop("MAKELEVEL", ""):
        LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))


def run(argv: list[str], env: Mapping[str, str], *, cwd: Path | None = None) -> int:
    """Run a command in the foreground; its exit status, or 128 + signal.

    Ctrl-C reaches it through the terminal, so that we only wait; KeyboardInterrupt is raised when it is over.
    SIGTERM and SIGHUP are handed on. Should we be killed, it is told to end.
    """
    interrupted = False
    try:
        process = subprocess.Popen(argv, env=env, cwd=cwd, preexec_fn=dies_with(os.getpid(), int(signal.SIGTERM)))
    except OSError as error:
        raise Trouble(f"{argv[0]}: {error.strerror}") from None
    while True:
        try:
            status = process.wait()
            break
        except KeyboardInterrupt:
            interrupted = True
        except Ended as ended:
            process.send_signal(ended.number)
    if interrupted:
        raise KeyboardInterrupt
    return status if status >= 0 else 128 - status


def must(argv: list[str], env: Mapping[str, str]) -> None:
    """Run a step in the clone's folder. Raises Trouble when it fails."""
    status = run(argv, env, cwd=ROOT)
    if status:
        raise Trouble(f"`{' '.join(argv[1:] if argv[0].endswith('python') else argv)}` ended with status {status}.")
