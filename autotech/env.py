"""Reads the environment, and says at once what is missing."""

import os
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Raises ImproperlyConfigured when `name` is absent and there is no default."""
    value = os.environ.get(name, default)
    if value is None or (value == "" and default is None):
        raise ImproperlyConfigured(f"Set the environment variable {name} (see .env.example).")
    return value


def flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def database(name: str) -> dict[str, object]:
    """A `postgresql://` address as Django takes it; `?host=/folder` means a Unix socket."""
    url = urlsplit(text(name))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must be a postgresql:// address.")
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    host = query.pop("host", url.hostname or "")
    port = query.pop("port", str(url.port or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def celery_broker(redis_url: str) -> str:
    """Celery's spelling of a Redis address: `unix:///x?db=1` → `redis+socket:///x?virtual_host=1`."""
    url = urlsplit(redis_url)
    if url.scheme != "unix":
        return redis_url
    return f"redis+socket://{url.path}?virtual_host={parse_qs(url.query).get('db', ['0'])[-1]}"
