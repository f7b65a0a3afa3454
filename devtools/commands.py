"""The commands of `dev.py`."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Sequence

from devtools import gates, machine
from devtools.demo import demo
from devtools.environment import python
from devtools.hold import stop
from devtools.machine import say
from devtools.places import ROOT, TOOLS, VAR, VENV, Kind, Trouble
from devtools.running import Ended, listen_to_signals, run
from devtools.servers import OUTSIDE
from devtools.world import servers_for

HELP = """\
Everything the project needs on a developer's machine. `make X` is `python3 dev.py X`.

  demo             set up, start everything, walk a car and a motorcycle, stay until Ctrl-C
  up               the same without the walk
  test [ARGS]      every check, then pytest with ARGS          make test ARGS="-k plate"
  lint | fmt       the checks alone | rewrite what can be rewritten
  shell | psql     Django's shell | PostgreSQL's, on the demo's data (it need not be running)
  bench [ARGS]     the figures of benchmarks/
  storm [ARGS]     everything fails at once                    make storm ARGS="--seed 7 --orders 2000"
  lock [ARGS]      requirements*.txt from requirements*.in     make lock ARGS="--upgrade"
  stop             end what runs of this clone
  clean            stop, then remove everything the launcher made, the demo's data included

  run [--kind test|demo] [--owner] -- COMMAND …
    PostgreSQL and Redis of that kind up (test when not said), the environment exported, COMMAND run. Several may run
    at once: they share the servers, while each run of kind test has its own database and Redis number. The last to
    leave stops the servers. COMMAND finds DATABASE_URL, OWNER_DATABASE_URL, REDIS_URL, REDIS_SERVER, POSTGRES_BIN,
    CHROMIUM and the settings of .env.example; .venv/bin comes first on its PATH. What you set yourself wins.
    With --owner DATABASE_URL names the owner of the tables.

      python3 dev.py run -- pytest tests/brazil -q
      python3 dev.py run -- python manage.py makemigrations
      python3 dev.py run --owner -- python manage.py migrate
      python3 dev.py run --kind demo -- python manage.py shell

Logs: var/<kind>/log/. DATABASE_URL with OWNER_DATABASE_URL, REDIS_URL and PORT win over the embedded servers.
"""


def command_run(words: list[str]) -> int:
    if "--" not in words:
        raise Trouble("Write it so: dev.py run [--kind test|demo] [--owner] -- COMMAND …")
    cut = words.index("--")
    parser = argparse.ArgumentParser(prog="dev.py run")
    parser.add_argument("--kind", choices=["test", "demo"], default="test")
    parser.add_argument("--owner", action="store_true")
    options = parser.parse_args(words[:cut])
    return run_in(Kind(options.kind), words[cut + 1 :], owner=options.owner)


def run_in(kind: Kind, argv: list[str], *, owner: bool = False) -> int:
    """Run `argv` with the servers of that kind; says so when one of them ended meanwhile."""
    if not argv:
        raise Trouble("There is no command after `--`.")
    machine.be_ready(for_tests=False)
    with servers_for(kind) as world:
        env = world.owner_env if owner else world.env
        program = shutil.which(argv[0], path=env["PATH"]) or argv[0]
        status = run([program, *argv[1:]], env)
        if status and (trouble := world.trouble()):
            print(trouble, file=sys.stderr)
        return status


def command_psql(words: list[str]) -> int:
    return run_in(Kind("demo"), ["sh", "-c", 'exec psql "$DATABASE_URL" "$@"', "psql", *words], owner=True)


def command_stop(_: list[str]) -> int:
    for kind in (Kind("demo"), Kind("test")):
        for name in ("portal", "servers"):
            if stop(kind, name):
                say(f"stopped: {kind.name} {name}")
    return 0


def command_clean(words: list[str]) -> int:
    command_stop(words)
    sockets = [Kind(name).sockets() for name in ("demo", "test")]
    caches = [
        ROOT / name for name in (".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis", "staticfiles")
    ]
    for folder in (VAR, VENV, TOOLS, OUTSIDE, *sockets, *caches):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "bench": lambda words: run_in(Kind("test"), [python(), "-m", "benchmarks", *words]),
    "clean": command_clean,
    "demo": lambda _: demo(walk=True),
    "fmt": lambda _: gates.fmt(),
    "lint": lambda _: gates.lint(),
    "lock": machine.lock,
    "psql": command_psql,
    "run": command_run,
    "shell": lambda words: run_in(Kind("demo"), [python(), "manage.py", "shell", *words]),
    "stop": command_stop,
    "storm": lambda words: run_in(Kind("test"), [python(), "-m", "tests.faults.storm", *words]),
    "test": gates.test,
    "up": lambda _: demo(walk=False),
}


def main(argv: Sequence[str]) -> int:
    """Run one command; its exit status."""
    command, *words = argv or ["help"]
    if command not in COMMANDS or words[:1] in (["-h"], ["--help"]):
        print(HELP)
        return 0 if command in {"help", "-h", "--help", *COMMANDS} else 2
    listen_to_signals()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        return COMMANDS[command](list(words))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Ended as ended:
        return 128 + ended.number
