"""Log lines: JSON, with the request's id and no secret."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from autotech.logs import JsonFormatter, RequestIdFilter

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the console handler of the settings would write."""
    handler = logging.StreamHandler(io.StringIO())
    handler.addFilter(RequestIdFilter())
    handler.setFormatter(JsonFormatter())
    loggers = [logging.getLogger(name) for name in ("django.request", "autotech.logs")]
    for logger in loggers:
        logger.addHandler(handler)
    yield handler.stream
    for logger in loggers:
        logger.removeHandler(handler)


def test_a_line_written_after_the_answer_still_carries_the_requests_id(
    client: Client, db: None, lines: io.StringIO
) -> None:
    answer = client.get("/inexistente/de/todo/", headers={"X-Request-Id": "abc-12345678"})
    assert answer.status_code == 404
    written = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [(line["request_id"], line["level"]) for line in written] == [
        ("abc-12345678", "INFO"),
        ("abc-12345678", "WARNING"),
    ]


@pytest.mark.parametrize(
    ("address", "secret"),
    [("/conta/senha/redefinir/1-did9b4-715a366242/", "715a366242"), ("/minas/casa/intencoes/?q=ABC1D23", "ABC1D23")],
)
def test_every_request_is_a_line_without_what_its_address_carried(
    client: Client, db: None, lines: io.StringIO, address: str, secret: str
) -> None:
    """A token of a reset is a key for 15 minutes."""
    answer = client.get(address)
    line = json.loads(lines.getvalue().splitlines()[0])
    assert line["message"].startswith("GET ")
    assert f" {answer.status_code} " in line["message"]
    assert secret not in lines.getvalue()


@pytest.mark.parametrize("name", ["Dockerfile", "devtools/demo.py"])
def test_the_server_writes_no_line_of_its_own_about_requests(name: str) -> None:
    assert "--access-logfile" not in (ROOT / name).read_text()
