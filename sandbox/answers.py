"""How an agency answers: JSON with `codigo` and `mensagem`, whatever happened."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

MAX_BODY = 8 * 1024 * 1024


class Refusal(Exception):
    """An answer other than success: HTTP status, the agency's code and words, field errors, further names."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        further: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.errors = list(errors)
        self.further = dict(further or {})

    def response(self) -> Response:
        """Return this refusal as it goes over the wire."""
        body: dict[str, Any] = {"codigo": self.code, "mensagem": self.message, **self.further}
        if self.errors:
            body["erros"] = self.errors
        return JSONResponse(body, status_code=self.status)


def field_errors(errors: Sequence[Mapping[str, str]]) -> Refusal:
    """Return the 422 that names every invalid field at once."""
    return Refusal(422, "VAL-001", "Há campos inválidos.", errors=errors)


def success(message: str, *, status: int = 200, **rest: Any) -> Response:
    """Return a success answer with its further fields."""
    return JSONResponse({"codigo": "000", "mensagem": message, **rest}, status_code=status)


async def body_of(request: Request) -> bytes | None:
    """Return the request's body, or None when it is larger than MAX_BODY (the rest is read and thrown away)."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= MAX_BODY:
            parts.append(part)
    return b"".join(parts) if size <= MAX_BODY else None


def parsed(body: bytes | None) -> dict[str, Any]:
    """Return the JSON object in `body`; repeated names and NaN are malformed too. Raises Refusal 400 or 413."""
    if body is None:
        raise Refusal(413, "GER-413", "Corpo maior que 8 MB.")
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refusal(400, "GER-400", "JSON malformado.") from None
    if not isinstance(value, dict):
        raise Refusal(400, "GER-400", "O corpo deve ser um objeto JSON.")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("repeated name")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)
