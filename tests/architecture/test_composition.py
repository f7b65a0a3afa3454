"""What only the composed project can show, each time in a process of its own."""

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
