"""Our own reference for an order: short, public, and what the agency knows it by."""

import secrets

from transactions.rules.agencies import (
    COMMUNICATION_CANCELLATION,
    INTENTION_CANCELLATION,
    SALE_COMMUNICATION,
    SALE_INTENTION,
)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PREFIX = {
    SALE_INTENTION: "IV",
    SALE_COMMUNICATION: "CV",
    INTENTION_CANCELLATION: "CI",
    COMMUNICATION_CANCELLATION: "CC",
}


def new_number(kind: str) -> str:
    """31^8 of them for each kind; the tables' unique constraints see to the rest."""
    return f"{PREFIX[kind]}-{''.join(secrets.choice(ALPHABET) for _ in range(8))}"
