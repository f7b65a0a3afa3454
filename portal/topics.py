"""Names of the work this room leaves in the outbox."""

WATCH_DEADLINES = "deadlines.watch"
HOUSE = "house"
