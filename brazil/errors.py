"""The one way this room says no."""


class Invalid(ValueError):
    """A value refused: `code` for machines, `message` a pt-BR sentence that says how to mend it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message
