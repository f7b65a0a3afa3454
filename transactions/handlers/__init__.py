"""What the outbox calls. Idempotent, outside transactions; importing it registers every handler."""

from transactions.handlers import bulk, cancelling, fees, sending, slips

__all__ = ["bulk", "cancelling", "fees", "sending", "slips"]
