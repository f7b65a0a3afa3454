"""The one way out. A call has four ends, never a fifth: an answer, Refused, NotSent or OutcomeUnknown."""

import datetime as dt
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from kernel import clock

BEFORE_EXECUTION = frozenset({401, 403, 429})
CREDENTIALS = frozenset({401, 403})
WORDS = 500
CODE = 40
MOST_FIELDS = 50
MOST_BYTES = 16 * 2**20
MOST_SECONDS = 20.0
LONGEST_WAIT = 86_400.0
# PostgreSQL keeps no NUL and UTF-8 no half surrogate pair; JSON can carry both.
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class Wire(BaseModel):
    """A message of another house, with its names as aliases. Unknown fields are theirs to add."""

    model_config = ConfigDict(populate_by_name=True, extra="ignore", frozen=True)

    @field_validator("*", mode="after")
    @classmethod
    def keepable(cls, value: object) -> object:
        """Words are kept verbatim, but for the characters that cannot be kept at all."""
        return _keepable(value) if isinstance(value, str) else value


def _keepable(text: str) -> str:
    return UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class CallFailed(Exception):
    """`code` and `words` are the agency's own, verbatim, or ours in Portuguese when it said nothing."""

    def __init__(self, words: str, *, code: str = "", status: int | None = None) -> None:
        super().__init__(f"{code} {words}".strip())
        self.words = words
        self.code = code
        self.status = status


class Refused(CallFailed):
    """A complete answer: the agency says no. `fields` are its (field, words) pairs."""

    def __init__(
        self,
        words: str,
        *,
        code: str = "",
        status: int | None = None,
        fields: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(words, code=code, status=status)
        self.fields = fields


class NotSent(CallFailed):
    """Certain not to have been executed. `retry_after` in seconds, a day at most, when the agency named it."""

    def __init__(
        self, words: str, *, code: str = "", status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(words, code=code, status=status)
        self.retry_after = retry_after

    @property
    def needs_a_person(self) -> bool:
        return self.status in CREDENTIALS


class OutcomeUnknown(CallFailed):
    """Sent, and nobody knows whether it was executed. Never to be resent blindly."""


@cache
def client_for(base_url: str, credential: str) -> httpx.Client:
    """One client per process, address and credential: a new one costs some 50 ms of CPU for TLS.

    No redirects are followed and only a failed connect is retried: nothing is ever sent twice.
    """
    return httpx.Client(
        base_url=base_url,
        headers={"Authorization": f"Bearer {credential}", "User-Agent": "AutoTech/1"},
        timeout=httpx.Timeout(20.0, connect=5.0),
        transport=httpx.HTTPTransport(retries=1, limits=httpx.Limits(max_connections=20, keepalive_expiry=4.0)),
    )


Answer = TypeVar("Answer", bound=BaseModel)


def call(
    http: httpx.Client,
    method: str,
    path: str,
    answer: type[Answer],
    *,
    body: BaseModel | None = None,
    params: Mapping[str, str] | None = None,
    request_id: str = "",
) -> Answer:
    """Sends once and returns the agency's complete answer. Raises Refused, NotSent or OutcomeUnknown."""
    said = _send(http, method, path, body=body, params=params, request_id=request_id)
    try:
        return answer.model_validate_json(said.content)
    except ValidationError as e:
        raise OutcomeUnknown("O órgão respondeu com um conteúdo que não se pôde ler.", status=said.status) from e


def fetch(http: httpx.Client, path: str, *, media_type: str, request_id: str = "") -> bytes:
    """A file. Raises Refused, NotSent, or OutcomeUnknown when what came is not of `media_type`."""
    said = _send(http, "GET", path, body=None, params=None, request_id=request_id)
    if said.headers.get("content-type", "").split(";")[0].strip().lower() != media_type or not said.content:
        raise OutcomeUnknown("O órgão não devolveu o arquivo esperado.", status=said.status)
    return said.content


@dataclass(frozen=True, slots=True)
class _Said:
    """A complete response."""

    status: int
    headers: httpx.Headers
    content: bytes


def _send(
    http: httpx.Client,
    method: str,
    path: str,
    *,
    body: BaseModel | None,
    params: Mapping[str, str] | None,
    request_id: str,
) -> _Said:
    content = body.model_dump_json(by_alias=True, exclude_none=True) if body else None
    headers = {"X-Request-Id": request_id} if request_id else {}
    if content is not None:
        headers["Content-Type"] = "application/json"
    try:
        with http.stream(method, path, content=content, params=params, headers=headers) as response:
            said = _Said(response.status_code, response.headers, _whole(response))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as e:
        raise NotSent("Não foi possível conectar ao órgão.") from e
    except httpx.InvalidURL as e:
        raise NotSent("O endereço do órgão não se pôde formar.") from e
    except httpx.HTTPError as e:
        raise OutcomeUnknown("A conexão com o órgão caiu antes de uma resposta.") from e
    if 200 <= said.status < 300:
        return said
    raise _failure(said)


def _whole(response: httpx.Response) -> bytes:
    """The body, as long as it is of a size and comes at a pace that a worker can wait for within its lease."""
    read = bytearray()
    limit = time.monotonic() + MOST_SECONDS
    for chunk in response.iter_bytes():
        read += chunk
        if len(read) > MOST_BYTES or time.monotonic() > limit:
            raise OutcomeUnknown("A resposta do órgão não teve fim.", status=response.status_code)
    return bytes(read)


def _failure(said: _Said) -> CallFailed:
    status = said.status
    told = _told(said)
    code = _text(told.get("codigo"))[:CODE]
    words = _text(told.get("mensagem"))[:WORDS]
    if status in BEFORE_EXECUTION:
        return NotSent(
            words or f"O órgão não aceitou o envio (HTTP {status}).",
            code=code,
            status=status,
            retry_after=_retry_after(said.headers),
        )
    if 400 <= status < 500 and status != 408 and words:
        return Refused(words, code=code, status=status, fields=_fields(told))
    return OutcomeUnknown(words or f"O órgão falhou sem explicar (HTTP {status}).", code=code, status=status)


def _told(said: _Said) -> dict[str, Any]:
    try:
        told = json.loads(said.content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _text(value: object) -> str:
    """Words and numbers; null or a structure says nothing."""
    return _keepable(str(value)).strip() if isinstance(value, (str, int, float)) else ""


def _fields(told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    errors = told.get("erros")
    if not isinstance(errors, list):
        return ()
    return tuple(
        (_text(e.get("campo"))[:WORDS], _text(e.get("mensagem"))[:WORDS])
        for e in errors[:MOST_FIELDS]
        if isinstance(e, dict)
    )


def _retry_after(headers: httpx.Headers) -> float | None:
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return min(float(text), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    return min(max(0.0, (at - clock.now()).total_seconds()), LONGEST_WAIT)
