"""The wall around parsers: whatever happens behind it, the house gets an answer or one exception, in time."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from documents.confined import process
from documents.confined.process import Unreadable, ask

MODULE = "tests.documents.misbehaving"


def reason(deed: str, **more: str) -> str:
    with pytest.raises(Unreadable) as caught:
        ask(MODULE, b"content", {"deed": deed, **more}, cpu_seconds=2, wall_seconds=20)
    return caught.value.reason


def test_a_question_is_answered_without_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALING_KEYS", "secret")
    answer = ask(MODULE, b"line\nline", {"deed": "answer"})
    assert answer["size"] == 9
    assert {"SEALING_KEYS", "DATABASE_URL", "SECRET_KEY"}.isdisjoint(answer["environment"])


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("eat", "too_costly"),
        ("spin", "too_costly"),
        ("chatter", "too_costly"),
        ("crash", "damaged"),
        ("anything else", "damaged"),
        ("refuse", "encrypted"),
    ],
)
def test_misbehaviour_ends_in_one_exception(deed: str, said: str) -> None:
    started = time.monotonic()
    assert reason(deed) == said
    assert time.monotonic() - started < 20


def test_it_cannot_write_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "left behind"
    assert reason("write", path=str(target)) == "damaged"
    assert not target.exists() or target.stat().st_size == 0


def test_waiting_has_an_end_even_without_using_the_processor() -> None:
    started = time.monotonic()
    with pytest.raises(Unreadable, match="too_costly"):
        ask(MODULE, b"", {"deed": "spin"}, wall_seconds=0.5)
    assert time.monotonic() - started < 5


def test_only_a_few_run_at_once_and_all_are_served() -> None:
    with ThreadPoolExecutor(process.AT_ONCE * 3) as pool:
        jobs = [pool.submit(ask, MODULE, bytes(size), {"deed": "answer"}) for size in range(process.AT_ONCE * 3)]
    assert sorted(job.result()["size"] for job in jobs) == list(range(process.AT_ONCE * 3))
