"""Places where a test makes the process die: after each write of a service, and right after its commit.

Nothing happens in production: no failpoint is armed unless the environment of a child process of a test says so,
`FAILPOINTS="transactions.submit.saved=kill"`, or a test of this process does.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

RAISE, KILL = "raise", "kill"


class Died(BaseException):
    """Flies past `except Exception`, as a death does: what was not committed is gone."""


def parse(text: str) -> dict[str, str]:
    """`name=kill,name=raise` as a dictionary. Raises ValueError for another way to die."""
    armed = dict(pair.strip().split("=", 1) for pair in text.split(",") if pair.strip())
    if unknown := set(armed.values()) - {RAISE, KILL}:
        raise ValueError(f"FAILPOINTS knows kill and raise, not {', '.join(sorted(unknown))}.")
    return armed


_armed = parse(os.environ.get("FAILPOINTS", ""))


def reach(name: str) -> None:
    """Dies here once when `name` is armed: by SIGKILL, or by raising Died."""
    if _armed and (way := _armed.pop(name, None)):
        if way == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        raise Died(name)


def is_armed(name: str) -> bool:
    """Armed and not reached yet."""
    return name in _armed


@contextmanager
def armed(name: str) -> Iterator[None]:
    """The next one to reach `name` in this process dies by Died. For tests."""
    _armed[name] = RAISE
    try:
        yield
    finally:
        _armed.pop(name, None)
