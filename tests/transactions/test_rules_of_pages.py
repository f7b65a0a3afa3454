"""Pure rules that the pages rest on: judging what was typed, understanding a search, counting days."""

import datetime as dt
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.specimens import a_cnpj, a_cpf, vehicle
from tests.transactions.making import typed
from transactions.presenting.days import deadline, left
from transactions.rules.agencies import agency
from transactions.rules.copying import FIELDS
from transactions.rules.explanations import EXPLANATIONS, TURNS
from transactions.rules.judging import MISSING, judge
from transactions.rules.searching import meant_by

CNPJ = "99791605000105"
TODAY = dt.date(2026, 11, 20)


def judged(words: dict[str, str], kind: str = "sale_intention") -> list[tuple[str, str]]:
    _, found = judge(kind, words, has_scan=False, agency=agency("detran-mg"), establishment_cnpj=CNPJ, today=TODAY)
    return [(problem.field, problem.code) for problem in found]


def sale(**changes: str) -> dict[str, str]:
    return typed(vehicle(), seller=CNPJ) | {"sale_date": "2026-11-20"} | changes


def test_a_good_sale_has_no_problems() -> None:
    assert judged(sale()) == []


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=40)))
def test_whatever_is_typed_is_judged_and_a_wrong_field_is_not_called_missing(words: dict[str, str]) -> None:
    for kind in ("sale_intention", "sale_communication"):
        found = judged(words, kind)
        wrong = {field for field, code in found if code != MISSING}
        missing = [field for field, code in found if code == MISSING]
        assert wrong.isdisjoint(missing)
        assert len(missing) == len(set(missing))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"buyer_city": ""}, [("buyer_city", MISSING)]),
        ({"buyer_uf": ""}, [("buyer_uf", MISSING)]),
        ({"buyer_city": "", "buyer_uf": ""}, [("buyer_uf", MISSING), ("buyer_city", MISSING)]),
        ({"buyer_city": "Betimm"}, [("buyer_city", "municipio")]),
        ({"buyer_city": "Campinas", "buyer_uf": "SP"}, [("buyer_city", "municipio")]),
        ({"buyer_city": "Campinas", "buyer_uf": "SP", "buyer_city_code": "3509502"}, []),
        ({"sale_city": "Betim", "sale_city_code": "3170206"}, []),
        ({"sale_city": "Betimm", "sale_city_code": "3170206"}, [("sale_city", "municipio")]),
        ({"sale_city": "", "sale_city_code": ""}, [("sale_city", MISSING)]),
    ],
)
def test_a_municipality_is_asked_for_by_its_name(changes: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert sorted(judged(sale(**changes))) == sorted(expected)


def test_numbers_of_the_origin_not_chosen_say_nothing() -> None:
    words = sale(origin="atpve", atpve_number="312600000000016", atpv_number="x", atpv_security_code="y")
    assert judged(words, "sale_communication") == []
    words = sale(origin="paper_atpv", atpve_number="x")
    assert "atpve_number" not in dict(judged(words, "sale_communication"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("abc-1d23", "ABC1D23"),
        ("ABC 1234", "ABC1234"),
        ("9br abf0ee kz683200", "9BRABF0EEKZ683200"),
        ("0032483409-8", "00324834098"),
        ("324834098", "00324834098"),
        (" iv-abcdefgh ", "IV-ABCDEFGH"),
        ("CVABCDEFGH", "CV-ABCDEFGH"),
    ],
)
def test_a_search_is_understood_however_it_is_written(text: str, found: str) -> None:
    meant = meant_by(text)
    assert meant is not None
    assert (meant.text, meant.document) == (found, "")


def test_people_are_searched_by_their_documents() -> None:
    for document in (a_cpf(), a_cnpj(), a_cnpj(alphanumeric=True)):
        meant = meant_by(document)
        assert meant is not None
        assert meant.document == document


@given(st.text(max_size=60) | st.text(string.digits + "./- ", max_size=20))
def test_no_search_breaks_and_eleven_digits_are_shown_in_an_address_only_as_a_renavam(text: str) -> None:
    meant = meant_by(text)
    if meant is not None:
        assert meant.text or meant.document
        assert len(meant.text) in (0, 7, 11, 17)


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (16, "faltam 16 dias", "idle"),
        (15, "faltam 15 dias", "warn"),
        (1, "falta 1 dia", "warn"),
        (0, "vence hoje", "warn"),
        (-1, "venceu há 1 dia", "bad"),
        (-9, "venceu há 9 dias", "bad"),
    ],
)
def test_days_left_are_told_in_words(days: int, words: str, tone: str) -> None:
    clock = deadline(TODAY + dt.timedelta(days=days), today=TODAY)
    assert clock is not None
    assert (clock.words, clock.tone, left(days)) == (words, tone, words)


def test_where_no_clock_runs_none_is_shown() -> None:
    assert deadline(None) is None


def test_every_explanation_says_whose_turn_it_is() -> None:
    for code, explanation in EXPLANATIONS.items():
        assert explanation.text.endswith("."), code
        assert explanation.turn in TURNS, code
