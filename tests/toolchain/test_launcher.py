"""The launcher as a person meets it: run, share, win, be refused, take the next port."""

import re
import signal
import socket
import sys
from pathlib import Path

import pytest

from devtools import demo, environment
from devtools.places import ROOT, Kind, locked
from devtools.world import free_port
from tests.toolchain.conftest import Clone, processes, wait_until

SHOW = 'psql "$DATABASE_URL" -XAtc "select current_user, current_database()"; echo "$REDIS_URL"'


@pytest.mark.enable_socket
def test_a_taken_port_is_named_and_the_next_one_used(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        port = free_port(taken, what="the portal")

    assert port > taken
    assert f"port {taken} is taken: the portal uses {port}" in capsys.readouterr().out


@pytest.mark.enable_socket
def test_a_port_promised_to_another_service_is_not_given_twice() -> None:
    first = free_port(18_000)
    assert free_port(first, taken=frozenset({first})) > first


def test_a_command_finds_servers_roles_and_settings(clone: Clone) -> None:
    ask = "select rolname, rolsuper, rolbypassrls, rolcreatedb from pg_roles where rolname like 'autotech%' order by 1"
    owns = "select count(*) from pg_database where datdba = 'autotech_app'::regrole"
    said = clone.dev(
        "run",
        "--",
        "sh",
        "-c",
        f'psql "$OWNER_DATABASE_URL" -XAtc "{ask}" -c "{owns}"; env',
        PYTHONDONTWRITEBYTECODE="1",
    )

    assert said.startswith("autotech_app|f|f|f\nautotech_owner|f|f|t\n0\n")
    given = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    assert Path(given["POSTGRES_BIN"], "postgres").exists()
    assert Path(given["REDIS_SERVER"]).exists()
    assert {"SECRET_KEY", "SEALING_KEYS", "DOCUMENTS_DIR", "MAIL_DIR", "DETRAN_BASE_URL"} <= set(given)
    assert "PYTHONDONTWRITEBYTECODE" not in given


def test_the_second_run_keeps_the_cluster_and_nothing_listens_in_between(clone: Clone) -> None:
    clone.dev("run", "--", "sh", "-c", 'psql "$OWNER_DATABASE_URL" -Xqc "create table kept (id int)"')
    assert processes(str(clone.folder)) == []

    said = clone.dev("run", "--owner", "--", "sh", "-c", 'psql "$DATABASE_URL" -XAtc "select count(*) from kept"')

    assert said == "0\n", "the table is still there, and nothing was installed or announced"


def test_runs_at_the_same_time_have_their_own_database_and_redis_number(clone: Clone) -> None:
    meet = clone.folder / "meet"
    wait = f"while [ ! -e {meet} ]; do sleep 0.1; done"
    runs = [clone.start("run", "--", "sh", "-c", f"{SHOW}; touch {meet}.{number}; {wait}") for number in range(3)]
    wait_until(lambda: len(list(clone.folder.glob("meet.*"))) == 3, seconds=40)
    meet.touch()

    said = [run.communicate(timeout=30)[0] for run in runs]

    assert sorted(line for words in said for line in words.splitlines() if "|" in line) == [
        "autotech_app|autotech",
        "autotech_app|autotech_1",
        "autotech_app|autotech_2",
    ]
    assert len({words.split("?db=")[1] for words in said}) == 3


def test_addresses_of_ones_own_win_and_no_server_is_started(clone: Clone) -> None:
    said = clone.dev(
        "run", "--", "sh", "-c", 'echo "$DATABASE_URL $OWNER_DATABASE_URL $REDIS_URL"',
        DATABASE_URL="postgresql://app@db/x", OWNER_DATABASE_URL="postgresql://own@db/x", REDIS_URL="redis://cache/3",
    )  # fmt: skip

    assert said == "postgresql://app@db/x postgresql://own@db/x redis://cache/3\n"
    assert not (clone.folder / "var/test/log").exists() or not list((clone.folder / "var/test/log").iterdir())


def test_a_killed_run_leaves_no_process(clone: Clone) -> None:
    run = clone.start("run", "--", "sh", "-c", "echo here; exec sleep 600.125")
    assert run.stdout is not None
    assert run.stdout.readline() == "here\n"
    assert len(processes(str(clone.folder))) > 2

    run.send_signal(signal.SIGKILL)
    run.wait()

    wait_until(lambda: not processes(str(clone.folder)) and not processes("600.125"))


def test_the_status_of_the_command_is_the_launchers(clone: Clone) -> None:
    run = clone.start("run", "--", "sh", "-c", "exit 7")
    run.communicate(timeout=30)
    assert run.returncode == 7


def test_stop_ends_what_somebody_else_started(clone: Clone) -> None:
    run = clone.start("run", "--", "sh", "-c", "echo here; exec sleep 600")
    assert run.stdout is not None
    assert run.stdout.readline() == "here\n"

    assert "stopped: test servers" in clone.dev("stop")

    wait_until(lambda: not processes(str(clone.folder)))


def test_a_second_demo_says_that_one_is_running(clone: Clone) -> None:
    run = clone.folder / "var/demo/run"
    with locked(run / "demo.lock"):
        (run / "address").write_text("http://localhost:8123/")
        second = clone.start("demo")
        said = second.communicate(timeout=30)[0]

    assert "running already: http://localhost:8123/" in said
    assert second.returncode == 1


def test_the_demos_secrets_are_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devtools.places.VAR", tmp_path)
    kind = Kind("demo").made()

    made = environment.demo_secrets(kind)

    assert environment.demo_secrets(kind) == made
    assert (kind.home / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(made["SECRET_KEY"]) >= 50


def test_the_demo_says_where_the_sandbox_is_and_what_opens_its_control_address() -> None:
    env = {"SANDBOX_URL": "http://127.0.0.1:8101", "SANDBOX_CONTROL_KEY": "a-key"}

    said = demo.addresses(env, port=8001).splitlines()

    assert "http://127.0.0.1:8101" in said[0]
    assert "a-key" in said[0]
    assert said[-1] == "AutoTech: http://localhost:8001/"


def test_the_launcher_needs_the_standard_library_only() -> None:
    ours = [ROOT / "dev.py", *(ROOT / "devtools").glob("*.py")]
    named = {
        found
        for path in ours
        for found in re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(), flags=re.MULTILINE)
    }
    assert named - set(sys.stdlib_module_names) == {"devtools"}


@pytest.mark.parametrize("words", [[], ["help"], ["--help"], ["run", "--help"]])
def test_help_tells_how_to_run_a_command(clone: Clone, words: list[str]) -> None:
    assert "dev.py run -- pytest" in clone.dev(*words)
