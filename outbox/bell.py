"""The doorbell: tells a worker that a message waits. Lost rings cost nothing, beat finds the row."""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

_ring: Callable[[int], None] | None = None


def connect(ring: Callable[[int], None]) -> None:
    """Hangs up the project's bell (done once by autotech.celery)."""
    global _ring
    _ring = ring


def ring(message_id: int) -> None:
    """Never fails: a dead Redis is the drain's business."""
    if _ring is None:
        return
    try:
        _ring(message_id)
    except OSError as e:
        log.warning("bell: message %s not rung: %s", message_id, type(e).__name__)
