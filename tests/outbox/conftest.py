from collections.abc import Iterator
from typing import Any

import pytest

from outbox import registry
from tests.outbox.errands import Errands


@pytest.fixture(autouse=True)
def hurry(settings: Any) -> None:
    """A quarantine of one minute lasts 0.6 s here."""
    settings.OUTBOX_PACE = 0.01


@pytest.fixture
def errands() -> Iterator[Errands]:
    """A topic of the test's own; the registry is as before afterwards."""
    before = dict(registry._topics)
    yield Errands()
    registry._topics.clear()
    registry._topics.update(before)
