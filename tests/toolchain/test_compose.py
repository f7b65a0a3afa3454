"""The containers' description: valid, without made-up secrets, and the same application everywhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.environment import FIXED_SECRETS
from devtools.places import ROOT

COMPOSE = ROOT / "docker-compose.yml"
SECRETS = ("SECRET_KEY", "SEALING_KEYS", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "SANDBOX_CONTROL_KEY")


def valid(path: Path) -> subprocess.CompletedProcess[str]:
    words = [
        str(Path(sys.executable).with_name("check-jsonschema")),
        "--builtin-schema",
        "vendor.compose-spec",
        str(path),
    ]
    return subprocess.run(words, text=True, capture_output=True, check=False)


def service(name: str) -> str:
    """The text of one service in the file."""
    return COMPOSE.read_text().split("\nservices:\n")[1].split(f"  {name}:\n")[1].split("\n\n")[0]


def test_it_follows_the_compose_schema() -> None:
    done = valid(COMPOSE)
    assert done.returncode == 0, done.stdout


def test_the_schema_check_sees_a_misspelt_key(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.read_text().replace("healthcheck:", "healthchekc:"))
    assert valid(wrong).returncode == 1


@pytest.mark.parametrize("name", ["postgres", "redis", "web", "worker", "beat", "sandbox"])
def test_what_stays_up_says_whether_it_is_well(name: str) -> None:
    assert "healthcheck:" in service(name)


def test_migrations_run_once_as_the_owner_and_the_application_is_not_the_owner() -> None:
    assert 'restart: "no"' in service("migrate")
    assert "autotech_owner:" in service("migrate")
    for name in ("web", "worker", "beat", "sandbox"):
        assert "autotech_owner" not in service(name)


def test_no_secret_has_a_default() -> None:
    text = COMPOSE.read_text()
    for name in SECRETS:
        uses = re.findall(r"\$\{" + name + r"\b[^}]*\}", text)
        assert uses, name
        assert all(use.startswith(f"${{{name}:?") for use in uses), name


def test_every_variable_of_the_file_is_in_the_example() -> None:
    example = {line.split("=")[0] for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line}
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE.read_text()))
    assert asked <= example
    assert set(FIXED_SECRETS) <= example


def test_every_setting_read_from_the_environment_is_in_the_example() -> None:
    text = (ROOT / "autotech/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', text)) | set(re.findall(r'environ\S*[\[(]"([A-Z_]+)"', text))
    example = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert read <= example


def test_the_image_holds_no_tools_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER autotech" in lines
    assert lines.index("USER autotech") < next(number for number, line in enumerate(lines) if line.startswith("CMD"))
    assert not any("requirements-dev" in line for line in lines)


def test_the_image_gets_every_room_and_nothing_else() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "devtools", "benchmarks"}
    assert allowed == rooms | {"static", "templates", "manage.py", "requirements.txt"}
