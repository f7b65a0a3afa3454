"""What only the composed project can show, each time in a process of its own."""

import os
import subprocess
import sys

import pytest

ASK = "import {module}; from outbox import bell, registry; print(bell._ring is not None, sorted(registry.names()))"


@pytest.mark.parametrize("module", ["autotech.wsgi", "autotech.celery"])
def test_web_and_worker_have_the_doorbell(module: str) -> None:
    said = subprocess.run([sys.executable, "-c", ASK.format(module=module)], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("True "), said.stdout


def test_every_topic_that_is_left_has_somebody_to_handle_it() -> None:
    said = subprocess.run(
        [sys.executable, "-c", ASK.format(module="autotech.wsgi")], capture_output=True, text=True, check=True
    )
    for topic in ("mail.send", "adhesion.accepted", "transactions.send_order"):
        assert f"'{topic}'" in said.stdout


WHO = """
import autotech.wsgi
from allauth.account.adapter import get_adapter
from django.test import RequestFactory
request = RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}, REMOTE_ADDR="192.0.2.1")
print(get_adapter().get_client_ip(request))
"""


@pytest.mark.req("AT-02")
@pytest.mark.parametrize(("behind", "address"), [("1", "203.0.113.7"), ("", "192.0.2.1")])
def test_behind_a_proxy_people_come_from_their_own_address(behind: str, address: str) -> None:
    """It is kept with the accepted term, and wrong passwords are counted by it."""
    env = {**os.environ, "BEHIND_PROXY": behind}
    said = subprocess.run([sys.executable, "-c", WHO], capture_output=True, text=True, check=True, env=env)
    assert said.stdout.strip() == address
