"""No way of ending leaves a process behind, and what runs is shared."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.keeper import Group, Service
from devtools.places import ROOT
from tests.toolchain.conftest import processes, wait_until


class Bench:
    """A folder with groups in it, and the holders started in a test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marker = f"bench-{folder.name}-{os.getpid()}"
        self.holders: list[subprocess.Popen[str]] = []

    def group(self, *services: Service, name: str = "servers", below: tuple[str, ...] = ()) -> Path:
        lower = [str(self.folder / f"{group}.users.lock") for group in below]
        group = Group(str(self.folder), name, str(self.folder), str(self.folder), list(services), lower)
        spec = self.folder / f"{name}.spec"
        spec.write_text(group.dump())
        return spec

    def shell(self, script: str, *, name: str = "tree", grace: float = 5, ready: str = "") -> Service:
        sign = ["log", ready] if ready else []
        return Service(name=name, argv=["sh", "-c", f"{script}\n: {self.marker}"], ready=sign, grace=grace, patience=20)

    def tree(self) -> Service:
        """A leader with a child in its group and a grandchild that left the group."""
        nap = f"{sys.executable} -c 'import time; time.sleep(600)' {self.marker}"
        return self.shell(f"{nap} & setsid {nap} & echo up; wait", ready="up")

    def hold(self, *specs: Path) -> subprocess.Popen[str]:
        holder = subprocess.Popen(
            [sys.executable, "-m", "tests.toolchain.holder", *map(str, specs)],
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.holders.append(holder)
        return holder

    def hold_ready(self, *specs: Path) -> subprocess.Popen[str]:
        holder = self.hold(*specs)
        assert holder.stdout is not None
        line = holder.stdout.readline()
        assert line == "held\n", line + holder.stdout.read()
        return holder

    def state(self, name: str = "servers") -> dict[str, object]:
        return json.loads((self.folder / f"{name}.state").read_text())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for holder in made.holders:
        holder.kill()
        holder.communicate()
    wait_until(lambda: not processes(made.marker) and not processes(str(tmp_path)))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_however_the_holder_ends_no_process_is_left(bench: Bench, number: signal.Signals) -> None:
    holder = bench.hold_ready(bench.group(bench.tree()))
    wait_until(lambda: len(processes(bench.marker)) == 3)

    holder.send_signal(number)
    holder.communicate(timeout=20)

    if number is signal.SIGKILL:
        wait_until(lambda: not processes(bench.marker))
    assert processes(bench.marker) == []


def test_a_killed_keeper_takes_its_services_along(bench: Bench) -> None:
    holder = bench.hold_ready(bench.group(bench.shell("echo up; exec sleep 600.75", ready="up")))
    keeper = bench.state()["keeper"]
    assert isinstance(keeper, int)
    assert processes("600.75")

    os.kill(keeper, signal.SIGKILL)

    assert "its keeper was ended from outside" in holder.communicate(timeout=20)[0]
    wait_until(lambda: not processes("600.75"))


def test_services_stop_in_reverse_order_and_upper_groups_first(bench: Bench) -> None:
    def noting(name: str) -> Service:
        script = f"trap 'echo {name} >> {bench.folder}/order; exit 0' TERM\necho up\nwhile :; do sleep 0.05; done"
        return bench.shell(script, name=name, ready="up")

    lower = bench.group(noting("postgres"), noting("redis"))
    upper = bench.group(noting("web"), noting("worker"), name="portal", below=("servers",))
    holder = bench.hold_ready(lower, upper)

    holder.kill()

    wait_until(lambda: not processes(bench.marker))
    assert (bench.folder / "order").read_text().split() == ["worker", "web", "redis", "postgres"]


def test_who_ignores_the_stop_signal_is_killed_after_its_grace(bench: Bench) -> None:
    stubborn = bench.shell("trap '' TERM\necho up\nwhile :; do sleep 0.1; done", grace=0.3, ready="up")
    holder = bench.hold_ready(bench.group(stubborn))

    holder.terminate()
    holder.communicate(timeout=20)

    assert processes(bench.marker) == []


def test_holders_share_the_services_until_the_last_one_leaves(bench: Bench) -> None:
    spec = bench.group(bench.tree())
    first = bench.hold_ready(spec)
    pids = bench.state()["pids"]
    second = bench.hold_ready(spec)
    assert bench.state()["pids"] == pids

    first.terminate()
    first.communicate(timeout=20)
    assert len(processes(bench.marker)) == 3

    second.terminate()
    second.communicate(timeout=20)
    assert processes(bench.marker) == []


def test_many_holders_at_once_start_the_services_once(bench: Bench) -> None:
    spec = bench.group(bench.shell("echo up; exec sleep 600", ready="up"))
    holders = [bench.hold(spec) for _ in range(5)]
    for holder in holders:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

    assert (bench.folder / "tree.log").read_text().split() == ["up"]


def test_a_service_that_ends_stops_the_others_and_shows_its_last_words(bench: Bench) -> None:
    ends = bench.shell("echo up; sleep 1; echo out of coffee; exit 3", name="worker", ready="up")
    said = bench.hold(bench.group(bench.tree(), ends)).communicate(timeout=20)[0]

    assert "worker ended with status 3" in said
    assert "out of coffee" in said
    assert processes(bench.marker) == []


def test_a_service_that_never_gets_ready_is_a_trouble_with_its_log(bench: Bench) -> None:
    ends = bench.shell("echo cannot open the shop; exit 4", name="web", ready="never")
    holder = bench.hold(bench.group(ends))

    said = holder.communicate(timeout=20)[0]

    assert "web ended with status 4" in said
    assert "cannot open the shop" in said
    assert holder.returncode == 1
