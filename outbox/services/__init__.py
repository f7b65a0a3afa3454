"""Leaving work for the outside, delivering it, and bringing back what a dead worker dropped."""

from outbox.services.deliver import deliver, due, reap
from outbox.services.hasten import hasten
from outbox.services.leave import enqueue
from outbox.services.park import release

__all__ = ["deliver", "due", "enqueue", "hasten", "reap", "release"]
