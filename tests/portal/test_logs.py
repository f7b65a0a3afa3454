"""Log lines: JSON, with the request's id."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from autotech.logs import JsonFormatter, RequestIdFilter


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the console handler of the settings would write."""
    handler = logging.StreamHandler(io.StringIO())
    handler.addFilter(RequestIdFilter())
    handler.setFormatter(JsonFormatter())
    logging.getLogger("django.request").addHandler(handler)
    yield handler.stream
    logging.getLogger("django.request").removeHandler(handler)


def test_a_line_written_after_the_answer_still_carries_the_requests_id(
    client: Client, db: None, lines: io.StringIO
) -> None:
    answer = client.get("/inexistente/de/todo/", headers={"X-Request-Id": "abc-12345678"})
    assert answer.status_code == 404
    line = json.loads(lines.getvalue())
    assert (line["request_id"], line["level"]) == ("abc-12345678", "WARNING")
