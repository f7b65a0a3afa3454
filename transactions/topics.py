"""Names of the work this room leaves in the outbox."""

SEND = "transactions.send_order"
FETCH_ATPVE = "transactions.fetch_atpve"
RENDER_REQUEST = "transactions.render_request"
CHECK_REQUEST = "transactions.check_request"
ISSUE_SLIP = "transactions.issue_slip"
FOLLOW = "transactions.follow_cancellation"
HOUSE = "house"
