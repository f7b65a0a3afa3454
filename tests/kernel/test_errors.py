"""A refusal carries every problem, and cannot be changed on its way."""

import dataclasses

import pytest

from kernel.errors import DomainError, Problem

PROBLEM = Problem("plate", "placa_formato", "Confira a placa.")


def test_a_refusal_has_its_words_its_code_and_all_problems() -> None:
    error = DomainError("Não foi possível.", problems=(problem for problem in (PROBLEM, PROBLEM)))
    assert (str(error), error.message, error.code, error.status) == (
        "Não foi possível.",
        "Não foi possível.",
        "recusado",
        422,
    )
    assert error.problems == (PROBLEM, PROBLEM)
    assert DomainError("x").problems == ()


def test_a_problem_is_what_it_was() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PROBLEM.code = "outro"  # type: ignore[misc]  # that is the point
