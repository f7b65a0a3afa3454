"""docs/agencies/detran-sandbox.md is the contract: what the agency can say stands in it, word for word."""

from pathlib import Path

import pytest

from sandbox import fields
from sandbox.detran import rules
from sandbox.faults import Kind
from tests.sandbox import test_communications, test_intentions

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "agencies" / "detran-sandbox.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("code", "words"), (rules.REFUSALS | fields.MESSAGES).items())
def test_every_code_is_documented_in_the_agencys_words(code, words):
    assert f"| `{code}` | {words} |" in DOCUMENT


@pytest.mark.parametrize("word", [*Kind, "GER-400", "GER-404", "GER-405", "GER-413", "GER-429", "GER-500", "GER-503"])
def test_every_fault_and_general_code_is_documented(word):
    assert f"| `{word}` |" in DOCUMENT


def test_every_refusal_is_provoked_over_http():
    counter = {"IV-012", "IV-013"}  # cancelled at the counter: test_control, test_atpve_pdf
    provoked = set(test_intentions.MESSAGES) | set(test_communications.MESSAGES) | {"IV-009"}
    assert provoked | counter == set(rules.REFUSALS)


def test_the_sandbox_imports_nothing_of_the_house():
    house = {"autotech", "portal", "transactions", "documents", "tenants", "accounts", "outbox", "journal"}
    house |= {"kernel", "brazil", "django", "celery"}
    for file in (ROOT / "sandbox").rglob("*.py"):
        for line in file.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                assert words[1].split(".")[0] not in house, f"{file.name}: {line}"
