"""Redis is a doorbell and a cache: without it people still sign in."""

import logging
import time
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from tests.accounts.conftest import is_signed_in, sign_in


@pytest.fixture
def _no_redis(settings: Settings, tmp_path: Path) -> None:
    """A socket at which nobody listens."""
    nobody = {**settings.CACHES["default"], "LOCATION": f"unix://{tmp_path}/nobody.sock?db=0"}
    settings.CACHES = {"default": nobody}


@pytest.mark.usefixtures("_no_redis")
def test_signing_in_works_and_does_not_wait(client: Client, ana: User) -> None:
    began = time.monotonic()
    sign_in(client, ana)
    assert is_signed_in(client)
    assert time.monotonic() - began < 3


@pytest.mark.usefixtures("_no_redis")
def test_every_look_up_is_a_miss_and_the_log_says_why(caplog: pytest.LogCaptureFixture) -> None:
    cache = caches["default"]
    with caplog.at_level(logging.WARNING, logger="autotech.cache"):
        assert cache.get("a", "missing") == "missing"
        assert cache.add("a", 1)
        cache.set("a", 1)
        cache.set_many({"a": 1})
        assert cache.get_many(["a"]) == {}
        assert not cache.touch("a")
        assert not cache.delete("a")
        cache.delete_many(["a"])
        assert "a" not in cache
        with pytest.raises(ValueError, match="not found"):
            cache.incr("a")
        cache.clear()
    assert [record.message for record in caplog.records] == [
        "Redis does not answer (ConnectionError); the cache reads as empty."
    ]


@pytest.mark.usefixtures("_no_redis")
def test_health_reports_it_and_is_still_well(client: Client, db: None) -> None:
    answer = client.get("/saude/")
    assert answer.status_code == 200
    assert answer.json() == {"banco": "ok", "redis": "fora", "outbox_atraso_s": 0}


def test_with_redis_what_is_set_is_read() -> None:
    cache = caches["default"]
    cache.set("portal:test", [1, 2])
    assert cache.get("portal:test") == [1, 2]
    assert not cache.add("portal:test", 3)
    cache.delete("portal:test")
    assert cache.get("portal:test") is None
