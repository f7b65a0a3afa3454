"""What a room says when it cannot do what was asked."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field. `message` is Portuguese and says how to mend it."""

    field: str
    code: str
    message: str


class DomainError(Exception):
    """A refusal in the user's words. `status` is the HTTP status an API answers with."""

    code = "recusado"
    status = 422

    def __init__(self, message: str, *, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)
