"""Names of the work this room leaves in the outbox."""

SEND = "transactions.send_order"
FETCH_ATPVE = "transactions.fetch_atpve"
