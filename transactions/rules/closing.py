"""What a person may have found at the agency before ending an order that nobody could confirm."""

FINDINGS = {
    "nothing_there": "Conferi no DETRAN: não há registro deste pedido",
    "not_ours": "Conferi no DETRAN: o registro que existe não é deste pedido",
    "cancelled_there": "Conferi no DETRAN: o registro deste pedido foi cancelado lá",
}
