"""Leaving work for the outside, delivering it, and bringing back what a dead worker dropped."""

from outbox.services.deliver import deliver, due, reap
from outbox.services.hasten import hasten
from outbox.services.hold import LeaseLost, holding
from outbox.services.leave import enqueue
from outbox.services.park import release

__all__ = ["LeaseLost", "deliver", "due", "enqueue", "hasten", "holding", "reap", "release"]
