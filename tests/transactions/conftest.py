from typing import Any

import pytest


@pytest.fixture(autouse=True)
def hurry(settings: Any) -> None:
    """A quarantine of one minute lasts 0.6 s here."""
    settings.OUTBOX_PACE = 0.01
