"""What may not be in the repository: addresses of package indexes, paths of one machine, unlocked requirements."""

import re
import subprocess

import pytest

from devtools.places import ROOT

DIRECT = re.compile(r"^([A-Za-z0-9._-]+)", flags=re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", flags=re.MULTILINE)
# Written in pieces, so that this file does not hold what it forbids.
FORBIDDEN = [
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
    "registry" + r"\.npmjs\.",
    "registry" + r"\.yarnpkg\.",
    "proxy" + r"\.golang\.org",
    "/work" + r"/(?:main|shared|\.library)",
    "/root" + r"/",
    r"\$?HOME" + r"/\.(?:cache|pyenv)",
]


def tracked() -> list[str]:
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_index_or_a_folder_of_one_machine() -> None:
    needle = re.compile("|".join(FORBIDDEN).encode(), flags=re.IGNORECASE)
    files = tracked()
    assert len(files) > 20
    found = [f"{name}: {hit[0].decode()}" for name in files if (hit := needle.search((ROOT / name).read_bytes()))]
    assert found == []


def test_what_our_pages_link_to_is_there() -> None:
    pages = [ROOT / name for name in tracked() if name.endswith(".md") and not name.startswith("portal/")]
    links = [(page, link) for page in pages for link in LINK.findall(page.read_text())]
    assert len(links) > 5
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-uv"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    locked = (ROOT / f"{name}.txt").read_text()
    blocks = [block for block in re.split(r"\n(?=\S)", locked) if block.strip() and not block.startswith("#")]
    assert [block for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []

    wanted = {canonical(found) for found in DIRECT.findall((ROOT / f"{name}.in").read_text())} - {"-r"}
    assert wanted <= {canonical(found) for found, _ in PINNED.findall(locked)}


def test_what_runs_in_production_is_what_was_tested() -> None:
    tested = dict(PINNED.findall((ROOT / "requirements-dev.txt").read_text()))
    shipped = dict(PINNED.findall((ROOT / "requirements.txt").read_text()))
    assert {name: version for name, version in shipped.items() if tested.get(name) != version} == {}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
