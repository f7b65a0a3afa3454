"""How a test asks a cleaning function for its refusal instead of its value."""

from collections.abc import Callable
from typing import Any

from brazil.errors import Invalid


def refusal(clean: Callable[[Any], object], value: object) -> Invalid | None:
    """The refusal of `value`, or None when it was taken; every other exception flies on."""
    try:
        clean(value)
    except Invalid as refused:
        return refused
    return None


def is_helpful(refused: Invalid) -> bool:
    """Whether a refusal has a code and is one short sentence for people."""
    return bool(refused.code) and refused.message.endswith(".") and len(refused.message) < 250
