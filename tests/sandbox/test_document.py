"""docs/agencies/detran-sandbox.md is the contract: what the agency can say stands in it, word for word."""

import datetime as dt
from pathlib import Path

import pytest

from sandbox import fields, settings
from sandbox.detran import cancel_rules, rules, slip_codes
from sandbox.faults import Kind
from tests.sandbox import (
    test_cancelled_communications,
    test_cancelled_intentions,
    test_communications,
    test_intentions,
    test_slips,
)

ROOT = Path(__file__).parents[2]
DETRANS = settings.read([], {}).detrans
DOCUMENT = (ROOT / "docs" / "agencies" / "detran-sandbox.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("code", "words"), (rules.REFUSALS | fields.MESSAGES).items())
def test_every_code_is_documented_in_the_agencys_words(code, words):
    assert f"| `{code}` | {words} |" in DOCUMENT


@pytest.mark.parametrize("word", [*Kind, "GER-400", "GER-404", "GER-405", "GER-413", "GER-429", "GER-500", "GER-503"])
def test_every_fault_and_general_code_is_documented(word):
    assert f"| `{word}` |" in DOCUMENT


def test_every_refusal_is_provoked_over_http():
    counter = {"IV-012", "IV-013"}  # cancelled at the counter: test_control, test_atpve_pdf
    suites = (
        test_intentions,
        test_communications,
        test_cancelled_intentions,
        test_cancelled_communications,
        test_slips,
    )
    provoked = {code for suite in suites for code in suite.MESSAGES} | {"IV-009"}
    assert provoked | counter == set(rules.REFUSALS)


def test_the_sandbox_imports_nothing_of_the_house():
    house = {"autotech", "portal", "transactions", "documents", "tenants", "accounts", "outbox", "journal"}
    house |= {"kernel", "brazil", "django", "celery"}
    for file in (ROOT / "sandbox").rglob("*.py"):
        for line in file.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                assert words[1].split(".")[0] not in house, f"{file.name}: {line}"


@pytest.mark.parametrize("operation", sorted({name for one in DETRANS.values() for name in one.operations}))
def test_every_operation_is_documented(operation):
    assert f"| `{operation}` |" in DOCUMENT


@pytest.mark.parametrize("effect", [cancel_rules.ACCEPTED, *cancel_rules.SITUATION_AFTER])
def test_every_effect_of_a_payment_is_documented(effect):
    assert f"| `{effect}` |" in DOCUMENT


def test_the_documents_example_of_a_slip_is_what_the_agency_makes():
    plan = DETRANS["mg"].fee_plan
    number = slip_codes.slip_number(ibge_code="31", year=2026, sequence=1)
    due = dt.date(2026, 11, 25)
    code = slip_codes.bar_code(febraban_number=plan.febraban_number, value="187.42", due=due, number=number)
    payment = slip_codes.br_code(plan, value="187.42", number=number)
    for said in (number, code, slip_codes.typeable_line(code), f"…{payment[-8:]}"):
        assert said in DOCUMENT


@pytest.mark.parametrize("uf", sorted(DETRANS))
def test_the_documents_fees_are_the_tables(uf):
    place = sorted(DETRANS).index(uf)
    plan = DETRANS[uf].fee_plan
    rows = {
        "fee in 2026 (invented, as the agencies are)": plan.fee_on(dt.date(2026, 12, 31)).value,
        "days until `vencimento`": str(plan.due_days),
        "`segundos_compensacao`, `segundos_processamento`": f"{plan.clearing_seconds}, {plan.processing_seconds}",
    }
    for name, value in rows.items():
        [line] = [line for line in DOCUMENT.splitlines() if line.startswith(f"| {name} |")]
        assert line.strip("| ").split(" | ")[1 + place] == value
