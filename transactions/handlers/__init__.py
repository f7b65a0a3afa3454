"""What the outbox calls. Idempotent, outside transactions; importing it registers every handler."""

from transactions.handlers import cancelling, fees, sending

__all__ = ["cancelling", "fees", "sending"]
