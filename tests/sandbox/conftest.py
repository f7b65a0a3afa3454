"""One sandbox process for the whole suite; each test brings its own vehicles, faults end with the test."""

from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.process import SandboxProcess


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def sandbox(running: SandboxProcess) -> Iterator[SandboxProcess]:
    yield running
    running.clear_faults()
    for uf in ("mg", "sp"):
        running.times(uf=uf)


@pytest.fixture
def mg(sandbox: SandboxProcess) -> Iterator[httpx.Client]:
    with sandbox.client("mg") as client:
        yield client


@pytest.fixture
def sp(sandbox: SandboxProcess) -> Iterator[httpx.Client]:
    with sandbox.client("sp") as client:
        yield client
