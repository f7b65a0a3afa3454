"""A call has four ends, never a fifth, and is sent once whatever happens. Against real sockets."""

import gzip
import json
import socket
from collections.abc import Iterator
from email.utils import format_datetime

import httpx
import pytest
import time_machine
from pydantic import Field

from kernel import clock
from kernel import http as kernel_http
from kernel.http import CallFailed, NotSent, OutcomeUnknown, Refused, Wire, call, fetch
from tests.kernel.wire import RESET, SILENCE, TRICKLE, Agency, an_agency, reply


class Question(Wire):
    chassis: str = Field(alias="chassi")
    note: str | None = Field(None, alias="nota")


class Receipt(Wire):
    protocol: str = Field(alias="protocolo", min_length=1)
    words: str = Field("", alias="mensagem")


QUESTION = Question(chassis="9BW")


@pytest.fixture(scope="module")
def one_agency() -> Iterator[Agency]:
    with an_agency() as found:
        yield found


@pytest.fixture
def agency(one_agency: Agency) -> Agency:
    one_agency.requests.clear()
    return one_agency


def ask(agency: Agency, answer: bytes, *, patience: float = 5.0, request_id: str = "") -> Receipt:
    agency.answer = answer
    return call(agency.client(patience=patience), "POST", "pedidos", Receipt, body=QUESTION, request_id=request_id)


def told(**said: object) -> bytes:
    return json.dumps(said).encode()


def failure(agency: Agency, answer: bytes, *, patience: float = 5.0) -> CallFailed:
    """How the call ended, having been sent exactly once."""
    with pytest.raises(CallFailed) as caught:
        ask(agency, answer, patience=patience)
    assert len(agency.requests) == 1
    return caught.value


def test_a_complete_answer_is_read_and_unknown_fields_are_theirs_to_add(agency: Agency) -> None:
    receipt = ask(agency, reply(201, told(protocolo="P1", novidade=[1])), request_id="pedido-1234")
    assert receipt.protocol == "P1"
    (request,) = agency.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert json.loads(body) == {"chassi": "9BW"}, "what is not said is not sent"
    assert head.startswith(b"POST /v1/pedidos HTTP/1.1")
    for line in (b"Authorization: Bearer segredo", b"X-Request-Id: pedido-1234", b"Content-Type: application/json"):
        assert line in head


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refusal_keeps_code_words_and_fields_verbatim(agency: Agency, status: int) -> None:
    said = told(codigo="IV-003", mensagem="Não é o proprietário.", erros=[{"campo": "placa", "mensagem": "errada"}])
    end = failure(agency, reply(status, said))
    assert isinstance(end, Refused)
    assert (end.code, end.words, end.status) == ("IV-003", "Não é o proprietário.", status)
    assert end.fields == (("placa", "errada"),)


def test_a_refusal_with_odd_fields_is_still_a_refusal(agency: Agency) -> None:
    said = told(codigo=7, mensagem="Não.", erros=["x", None, {"campo": None}, {"mensagem": ["y"]}])
    end = failure(agency, reply(422, said))
    assert isinstance(end, Refused)
    assert (end.code, end.fields) == ("7", (("", ""), ("", "")))


@pytest.mark.parametrize(
    "said", [b"", b"<html>Bad gateway</html>", b'{"mensagem": null}', b'{"mensagem": {}}', b"[1]", b"[" * 100_000]
)
def test_a_client_error_without_words_is_no_refusal_but_a_doubt(agency: Agency, said: bytes) -> None:
    assert isinstance(failure(agency, reply(400, said)), OutcomeUnknown)


def test_what_an_agency_says_fits_into_our_tables(agency: Agency) -> None:
    many = [{"campo": "c" * 900, "mensagem": "m" * 900}] * 900
    end = failure(agency, reply(422, told(codigo="C" * 9000, mensagem="a\x00b\ud800" + "m" * 9000, erros=many)))
    assert isinstance(end, Refused)
    assert (len(end.code), len(end.words), len(end.fields)) == (40, 500, 50)
    assert end.words.startswith("a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}m")
    assert all(len(part) <= 500 for pair in end.fields for part in pair)


def test_an_answer_s_words_can_be_kept(agency: Agency) -> None:
    receipt = ask(agency, reply(200, b'{"protocolo": "P\\u00001", "mensagem": "a\\u0000b"}'))
    assert (receipt.protocol, receipt.words) == ("P\N{REPLACEMENT CHARACTER}1", "a\N{REPLACEMENT CHARACTER}b")


@pytest.mark.parametrize(("status", "person"), [(401, True), (403, True), (429, False)])
def test_what_is_turned_away_at_the_door_was_not_sent(agency: Agency, status: int, person: bool) -> None:
    end = failure(agency, reply(status, told(codigo="AUT-001", mensagem="Credencial recusada.")))
    assert isinstance(end, NotSent)
    assert (end.code, end.words, end.needs_a_person, end.retry_after) == (
        "AUT-001",
        "Credencial recusada.",
        person,
        None,
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("9" * 400, 86_400.0),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("logo", None),
        ("Mon, 99 Foo 2026 10:00:00 GMT", None),
        ("Sat, 21 Nov 9999999 10:00:00 GMT", None),
        ("Sat, 21 Nov 2026 10:00:00 +99999999999", None),
    ],
)
def test_how_long_to_wait_is_taken_in_seconds_and_nonsense_is_ignored(
    agency: Agency, header: str, seconds: float | None
) -> None:
    end = failure(agency, reply(429, Retry_After=header))
    assert isinstance(end, NotSent)
    assert end.retry_after == seconds


def test_how_long_to_wait_is_taken_as_a_date(agency: Agency) -> None:
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        at = format_datetime(clock.now().replace(minute=2), usegmt=True)
        end = failure(agency, reply(429, Retry_After=at))
        assert isinstance(end, NotSent)
        assert end.retry_after == 120.0


@pytest.mark.parametrize("header", ["Sat, 21 Nov 2020 12:00:00 GMT", "Sat, 21 Nov 2020 12:00:00 -0000"])
def test_a_date_in_the_past_is_no_wait(agency: Agency, header: str) -> None:
    end = failure(agency, reply(429, Retry_After=header))
    assert isinstance(end, NotSent)
    assert end.retry_after == 0.0


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_server_error_or_timeout_is_a_doubt_even_with_words(agency: Agency, status: int) -> None:
    end = failure(agency, reply(status, told(codigo="GER-500", mensagem="Falhou.")))
    assert isinstance(end, OutcomeUnknown)
    assert (end.code, end.words, end.status) == ("GER-500", "Falhou.", status)


def test_a_page_of_a_gateway_is_a_doubt_in_our_words(agency: Agency) -> None:
    end = failure(agency, reply(502, b"<h1>Bad Gateway</h1>", media_type="text/html"))
    assert isinstance(end, OutcomeUnknown)
    assert end.words == "O órgão falhou sem explicar (HTTP 502)."


@pytest.mark.parametrize("status", [301, 302, 307, 308, 304])
def test_no_redirect_is_followed(agency: Agency, status: int) -> None:
    end = failure(agency, reply(status, Location=agency.url + "outro"))
    assert isinstance(end, OutcomeUnknown)


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, b"<html>"),
        reply(200, b""),
        reply(204),
        reply(200, b"{}"),
        reply(200, b'{"protocolo": ""}'),
        reply(200, b'{"protocolo": null}'),
        reply(200, b'{"protocolo": "P1"'),
        reply(200, b"[" * 100_000),
        reply(200, '{"protocolo": "é"}'.encode("latin-1")),
        reply(200, b"not gzip", Content_Encoding="gzip"),
        reply(200, gzip.compress(b'{"protocolo": "P1"}')[:-12], Content_Encoding="gzip"),
        reply(200, told(protocolo="P1"))[:-5],
        b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{",
        b"HTTP/1.1 200 X\r\nConte",
        b"SSH-2.0-OpenSSH\r\n",
        b"\x00\xff" * 50,
        RESET,
        b"",
    ],
)
def test_an_answer_that_cannot_be_read_whole_is_a_doubt(agency: Agency, answer: bytes) -> None:
    assert isinstance(failure(agency, answer), OutcomeUnknown)


def test_silence_after_the_request_is_a_doubt(agency: Agency) -> None:
    assert isinstance(failure(agency, SILENCE, patience=0.2), OutcomeUnknown)


def test_an_answer_without_end_is_given_up_as_a_doubt(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_http, "MOST_SECONDS", 0.3)
    end = failure(agency, TRICKLE)
    assert isinstance(end, OutcomeUnknown)
    assert "fim" in end.words


def test_a_huge_answer_is_not_read_to_its_end(agency: Agency) -> None:
    end = failure(agency, reply(200, gzip.compress(b" " * (kernel_http.MOST_BYTES * 4)), Content_Encoding="gzip"))
    assert isinstance(end, OutcomeUnknown)
    assert "fim" in end.words


def test_nobody_there_is_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    http = httpx.Client(base_url=f"http://127.0.0.1:{port}/", transport=httpx.HTTPTransport(retries=1))
    with http, pytest.raises(NotSent) as caught:
        call(http, "POST", "pedidos", Receipt, body=QUESTION)
    assert (caught.value.status, caught.value.needs_a_person) == (None, False)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "nada://x/"])
def test_an_address_nobody_can_go_to_is_certainly_not_sent(address: str) -> None:
    with httpx.Client(base_url=address) as http, pytest.raises(NotSent):
        call(http, "POST", "pedidos", Receipt, body=QUESTION)


def test_a_path_that_is_none_is_certainly_not_sent(agency: Agency) -> None:
    with pytest.raises(NotSent):
        fetch(agency.client(), "intencoes/\x00/atpve", media_type="application/pdf")
    assert agency.requests == []


@pytest.mark.parametrize("media_type", ["application/pdf", "Application/PDF; charset=binary"])
def test_a_file_is_fetched_when_it_is_of_its_type(agency: Agency, media_type: str) -> None:
    agency.answer = reply(200, b"%PDF-1.7", media_type=media_type)
    assert fetch(agency.client(), "atpve", media_type="application/pdf") == b"%PDF-1.7"


@pytest.mark.parametrize(
    "answer", [reply(200, b"<html>", media_type="text/html"), reply(200, b"", media_type="application/pdf")]
)
def test_anything_else_is_no_file(agency: Agency, answer: bytes) -> None:
    agency.answer = answer
    with pytest.raises(OutcomeUnknown):
        fetch(agency.client(), "atpve", media_type="application/pdf")


def test_one_client_serves_an_address_and_credential_and_no_other(agency: Agency) -> None:
    assert agency.client() is agency.client()
    assert kernel_http.client_for(agency.url, "outra") is not agency.client()
    kernel_http.client_for(agency.url, "outra").close()
