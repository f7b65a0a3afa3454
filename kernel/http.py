"""The one way out. A call has four ends, never a fifth: an answer, Refused, NotSent or OutcomeUnknown."""

import datetime as dt
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from kernel import clock

BEFORE_EXECUTION = frozenset({401, 403, 429})
CREDENTIALS = frozenset({401, 403})
WORDS = 500


class Wire(BaseModel):
    """A message of another house, with its names as aliases. Unknown fields are theirs to add."""

    model_config = ConfigDict(populate_by_name=True, extra="ignore", frozen=True)


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
    """Certain not to have been executed. `retry_after` in seconds when the agency named it."""

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
    response = _send(http, method, path, body=body, params=params, request_id=request_id)
    try:
        return answer.model_validate_json(response.content)
    except ValidationError as e:
        raise OutcomeUnknown(
            "O órgão respondeu com um conteúdo que não se pôde ler.", status=response.status_code
        ) from e


def fetch(http: httpx.Client, path: str, *, media_type: str, request_id: str = "") -> bytes:
    """A file. Raises Refused, NotSent, or OutcomeUnknown when what came is not of `media_type`."""
    response = _send(http, "GET", path, body=None, params=None, request_id=request_id)
    if response.headers.get("content-type", "").split(";")[0].strip() != media_type or not response.content:
        raise OutcomeUnknown("O órgão não devolveu o arquivo esperado.", status=response.status_code)
    return response.content


def _send(
    http: httpx.Client,
    method: str,
    path: str,
    *,
    body: BaseModel | None,
    params: Mapping[str, str] | None,
    request_id: str,
) -> httpx.Response:
    content = body.model_dump_json(by_alias=True, exclude_none=True) if body else None
    headers = {"X-Request-Id": request_id} if request_id else {}
    if content is not None:
        headers["Content-Type"] = "application/json"
    try:
        response = http.request(method, path, content=content, params=params, headers=headers)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as e:
        raise NotSent("Não foi possível conectar ao órgão.") from e
    except httpx.HTTPError as e:
        raise OutcomeUnknown("A conexão com o órgão caiu antes de uma resposta.") from e
    if response.is_success:
        return response
    raise _failure(response)


def _failure(response: httpx.Response) -> CallFailed:
    status = response.status_code
    said = _said(response)
    code = str(said.get("codigo", ""))
    words = str(said.get("mensagem", ""))[:WORDS]
    if status in BEFORE_EXECUTION:
        return NotSent(
            words or f"O órgão não aceitou o envio (HTTP {status}).",
            code=code,
            status=status,
            retry_after=_retry_after(response),
        )
    if 400 <= status < 500 and status != 408 and words:
        return Refused(words, code=code, status=status, fields=_fields(said))
    return OutcomeUnknown(words or f"O órgão falhou sem explicar (HTTP {status}).", code=code, status=status)


def _said(response: httpx.Response) -> dict[str, Any]:
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _fields(said: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    errors = said.get("erros")
    if not isinstance(errors, list):
        return ()
    return tuple((str(e.get("campo", "")), str(e.get("mensagem", ""))[:WORDS]) for e in errors if isinstance(e, dict))


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    return max(0.0, (at - clock.now()).total_seconds())
