"""`make test`: every check of the code, then the tests."""

import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from devtools import machine
from devtools.environment import python
from devtools.machine import say
from devtools.places import ROOT, VENV, Kind
from devtools.running import run
from devtools.world import World, servers_for

DJANGO = "5.2"
LIKE_PRODUCTION = {
    "DEBUG": "",
    "PUBLIC_URL": "https://portal.autotech.example",
    "ALLOWED_HOSTS": "portal.autotech.example",
    "BEHIND_PROXY": "1",
    "SERVE_SOURCE_ASSETS": "",
}


@dataclass(frozen=True)
class Gate:
    name: str
    argv: list[str]
    env: Mapping[str, str] = field(default_factory=dict)


def tool(name: str) -> str:
    return str(VENV / "bin" / name)


def tracked(*patterns: str) -> list[str]:
    """Files of the clone that git knows or would add, by pattern."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *patterns]
    found = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=True).stdout.splitlines()
    return [name for name in found if (ROOT / name).exists()]


def gates(world: World) -> list[Gate]:
    templates = tracked("templates/*.html", "*/templates/*.html")
    manage = [python(), "manage.py"]
    return [
        Gate("mypy", [tool("mypy")]),
        Gate("ruff check", [tool("ruff"), "check", "--quiet"]),
        Gate("ruff format", [tool("ruff"), "format", "--check", "--quiet"]),
        Gate("import contracts", [tool("lint-imports"), "--no-logo"]),
        *([Gate("templates", [tool("djade"), "--check", "--target-version", DJANGO, *templates])] if templates else []),
        Gate("migrations", [*manage, "makemigrations", "--check", "--dry-run"], world.owner_env),
        Gate("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], LIKE_PRODUCTION),
    ]


def passes(gate: Gate, env: Mapping[str, str]) -> bool:
    """Run one gate and print its line; its words only when it is red."""
    started = time.monotonic()
    done = subprocess.run(
        gate.argv,
        cwd=ROOT,
        env={**env, **gate.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    good = done.returncode == 0
    line = f"  {'ok ' if good else 'RED'} {gate.name:<18}{time.monotonic() - started:6.1f} s"
    say(line if good else f"{line}\n{done.stdout.rstrip()}\n")
    return good


def check_all(world: World) -> bool:
    """All gates, two at a time; every one is run and shown before the answer."""
    say("• checks")
    with ThreadPoolExecutor(2) as pool:
        return all(list(pool.map(lambda gate: passes(gate, world.env), gates(world))))


def test(pytest_args: list[str]) -> int:
    """Checks, then pytest with these arguments; pytest's status, which is not 0 either when it found no test."""
    machine.be_ready(for_tests=True)
    with servers_for(Kind("test")) as world:
        if not check_all(world):
            say("Not going on to the tests.")
            return 1
        say("• tests")
        words = [python(), "-m", "pytest", "-n", "2", "--dist", "loadgroup", *pytest_args]
        return run(words, world.env, cwd=ROOT)


def lint() -> int:
    machine.be_ready(for_tests=False)
    with servers_for(Kind("test")) as world:
        return 0 if check_all(world) else 1


def fmt() -> int:
    """Rewrite what can be rewritten: imports, layout, templates."""
    machine.be_ready(for_tests=False)
    for argv in ([tool("ruff"), "check", "--fix", "--quiet", "--exit-zero"], [tool("ruff"), "format"]):
        subprocess.run(argv, cwd=ROOT, check=True)
    templates = tracked("templates/*.html", "*/templates/*.html")
    if templates:
        subprocess.run([tool("djade"), "--target-version", DJANGO, *templates], cwd=ROOT, check=False)
    return 0
