"""Somebody dies at every step of every service that writes: nothing is lost, nothing doubled, nothing half."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from kernel import failpoints
from tests.faults import points, scenarios
from tests.faults.lives import Life
from tests.sandbox.process import SandboxProcess
from tests.support.people import Cast

NAMES = points.names()


@pytest.fixture
def life(cast: Cast, sandbox: SandboxProcess, settings: Any) -> Life:
    settings.OUTBOX_PACE = 0.01
    return Life(cast, sandbox, settings)


def test_every_service_that_opens_a_unit_of_work_can_be_made_to_die_in_it() -> None:
    assert points.without_one() == []


def test_failpoints_have_names_of_their_own_and_a_story_that_passes_by() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert [name for name in NAMES if scenarios.scenario_of(name) is None] == []


@pytest.mark.parametrize("story", scenarios.DRIVEN, ids=lambda story: story.__name__)
def test_a_story_in_which_nobody_dies_ends_whole(life: Life, story: Callable[[Life], None]) -> None:
    story(life)
    life.is_whole()


@pytest.mark.req("AT-05")
@pytest.mark.parametrize("name", NAMES)
def test_a_death_at_any_step_loses_nothing_and_doubles_nothing(life: Life, name: str) -> None:
    story = scenarios.scenario_of(name)
    assert story is not None
    with failpoints.armed(name):
        story(life)
        assert not failpoints.is_armed(name), f"{story.__name__} never passes by {name}"
    life.is_whole()


def test_unarmed_failpoints_do_nothing_and_armed_ones_die_once() -> None:
    failpoints.reach("faults.here")
    with failpoints.armed("faults.here"):
        failpoints.reach("faults.there")
        with pytest.raises(failpoints.Died, match="faults.here"):
            failpoints.reach("faults.here")
        failpoints.reach("faults.here")
    failpoints.reach("faults.here")


def test_a_process_told_to_is_killed_without_leaving_anything_behind() -> None:
    code = "from kernel.failpoints import reach\ntry:\n reach('faults.here')\nfinally:\n print('left')"
    env = {**os.environ, "FAILPOINTS": "faults.here=kill"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False, cwd=points.ROOT)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")
    with pytest.raises(ValueError, match="explode"):
        failpoints.parse("faults.here=explode")
