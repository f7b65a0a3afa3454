"""The commands of `dev.py`."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

from devtools import environment, machine
from devtools.places import ROOT, Kind, Trouble
from devtools.world import servers_for

HELP = """\
Everything the project needs on a developer's machine.

  dev.py demo                       set up, start everything, walk two vehicles, stay until Ctrl-C
  dev.py test [pytest arguments]    every check, then the tests
  dev.py run [--kind test|demo] -- COMMAND …
                                    PostgreSQL and Redis of that kind up, the environment exported, COMMAND run.
                                    Several may run at once: they share the servers; each run of kind test has its
                                    own database and Redis number. The last one to leave stops the servers.

    python3 dev.py run -- .venv/bin/pytest tests/brazil -q
    python3 dev.py run -- python manage.py makemigrations
    python3 dev.py run --owner -- python manage.py migrate       (as the owner of the tables)
    python3 dev.py run --kind demo -- python manage.py shell

COMMAND finds DATABASE_URL, OWNER_DATABASE_URL, REDIS_URL, REDIS_SERVER, POSTGRES_BIN, CHROMIUM and all settings of
.env.example; the virtual environment's programs come first on its PATH. What you set yourself wins.
Logs: var/<kind>/log/. Data: var/<kind>/.
"""


def run(argv: list[str], env: dict[str, str]) -> int:
    """Run a command in the foreground; its exit status, or 128 + signal. Ctrl-C reaches it through the terminal."""
    with subprocess.Popen(argv, env=env, cwd=os.getcwd()) as process:
        while True:
            try:
                status = process.wait()
                return status if status >= 0 else 128 - status
            except KeyboardInterrupt:
                continue
            except Ended as ended:
                process.send_signal(ended.number)


class Ended(BaseException):
    """SIGTERM or SIGHUP, turned into an exception so that every `with` and `finally` is left properly."""

    def __init__(self, number: int) -> None:
        self.number = number


def _end(number: int, _: object) -> None:
    raise Ended(number)


def command_run(options: argparse.Namespace) -> int:
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise Trouble("What shall be run? dev.py run -- COMMAND …")
    machine.be_ready(for_tests=False)
    with servers_for(Kind(options.kind)) as env:
        if options.owner:
            env["DATABASE_URL"] = env["OWNER_DATABASE_URL"]
        return run(words, env)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"run": command_run}


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="dev.py", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    made.add_argument("command", choices=sorted(COMMANDS), help=argparse.SUPPRESS)
    made.add_argument("--kind", choices=["test", "demo"], default="test", help=argparse.SUPPRESS)
    made.add_argument("--owner", action="store_true", help=argparse.SUPPRESS)
    made.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return made


def main(argv: Sequence[str]) -> int:
    options = parser().parse_args(argv)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        return COMMANDS[options.command](options)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Ended as ended:
        return 128 + ended.number
