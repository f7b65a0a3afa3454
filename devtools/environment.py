"""The environment of everything the launcher starts."""

import base64
import json
import os
import secrets
import shutil
from pathlib import Path

from devtools.places import ROOT, VENV, Kind

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FIXED_SECRETS = {  # tests need the same ones each time, and they protect nothing
    "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-only-for-tests-0123456789",
    "SEALING_KEYS": "test:" + base64.b64encode(b"only-for-tests-only-for-tests-00").decode(),
    "SANDBOX_CONTROL_KEY": "controle",
    "DETRAN_CREDENTIAL_MG": "sandbox-mg",
    "DETRAN_CREDENTIAL_SP": "sandbox-sp",
}


def browser() -> str:
    """Path of a Chromium, or an empty text."""
    named = os.environ.get("CHROMIUM", "")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), "")


def base() -> dict[str, str]:
    """The caller's environment with our virtual environment first, and compiled files allowed."""
    env = dict(os.environ)
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH"):
        env.pop(name, None)
    env["PATH"] = f"{VENV / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    env["VIRTUAL_ENV"] = str(VENV)
    env["PYTHONUNBUFFERED"] = "1"
    env["DJANGO_SETTINGS_MODULE"] = "autotech.settings"
    return env


def of(kind: Kind, *, port: int, sandbox_port: int) -> dict[str, str]:
    """All settings but the servers' addresses. What the caller has set wins."""
    ours = {
        **(demo_secrets(kind) if kind.name == "demo" else FIXED_SECRETS),
        "DEBUG": "",
        "ALLOWED_HOSTS": "localhost,.localhost,127.0.0.1,[::1]" + (",testserver" if kind.name == "test" else ""),
        "PUBLIC_URL": f"http://localhost:{port}",
        "PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
        "DETRAN_BASE_URL": f"http://127.0.0.1:{sandbox_port}/detran/{{uf}}/v1",
        "SANDBOX_URL": f"http://127.0.0.1:{sandbox_port}",
        "DOCUMENTS_DIR": str(kind.home / "documents"),
        "MAIL_DIR": str(kind.home / "mail"),
        "SERVE_SOURCE_ASSETS": "1",
        "CHROMIUM": browser(),
    }
    chosen = {name: os.environ[name] for name in ours if os.environ.get(name)} | {"PORT": str(port)}
    return {**base(), **ours, **chosen}


def demo_secrets(kind: Kind) -> dict[str, str]:
    """Made once, kept beside the demo's data: its documents are sealed with them."""
    path: Path = kind.home / "secrets.json"
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SEALING_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "SANDBOX_CONTROL_KEY": secrets.token_urlsafe(24),
            "DETRAN_CREDENTIAL_MG": "sandbox-mg",
            "DETRAN_CREDENTIAL_SP": "sandbox-sp",
        }
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(made, file, indent=1)
        fresh.replace(path)
    return json.loads(path.read_text())


def python() -> str:
    return str(VENV / "bin" / "python")


def shown(path: Path) -> str:
    """A path as a person wants to read it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
