"""`sandbox`: the agencies' side of the wire, a real process, with our settings pointing at it."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.sandbox.process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        settings.DETRAN_BASE_URL = process.detran_url("{uf}")
        os.environ["DETRAN_BASE_URL"] = settings.DETRAN_BASE_URL
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess) -> Iterator[SandboxProcess]:
    """One process per worker, without the faults of the test before. Its ledger is kept: use vehicles of your own."""
    sandbox_process.clear_faults()
    yield sandbox_process
    sandbox_process.clear_faults()
