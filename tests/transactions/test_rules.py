"""May this order be sent? Each rule alone, and all of them at once."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.specimens import a_cnpj, vehicle
from tests.transactions.making import typed
from transactions.rules.agencies import SALE_COMMUNICATION, SALE_INTENTION, TRANSFER, Agency, agency
from transactions.rules.deadlines import LONGEST_OVERDUE, OVERDUE, due_on, mark_of
from transactions.rules.facts import Evidence, OrderFacts
from transactions.rules.reading import read_order
from transactions.rules.submission import OLDEST_CAR, REQUIRED, REQUIRED_HERE, problems

HOUSE = "99791605000105"
TODAY = dt.date(2026, 11, 21)
MG, SP = agency("detran-mg"), agency("detran-sp")
PAPER = Evidence("paper_atpv", "", "1" * 12, "2" * 11, has_scan=True)
DIGITAL = Evidence("atpve", "3" * 15)


def a_sale(kind: str = SALE_INTENTION, *, evidence: Evidence = DIGITAL, **changes: str) -> OrderFacts:
    words = typed(vehicle(), seller=HOUSE, sale_date="2026-11-20") | changes
    facts, unread = read_order(kind, words)
    assert unread == []
    return dataclasses.replace(facts, evidence=evidence) if kind == SALE_COMMUNICATION else facts


def found(facts: OrderFacts, *, of: Agency = MG, today: dt.date = TODAY) -> list[tuple[str, str]]:
    return [(p.field, p.code) for p in problems(facts, agency=of, establishment_cnpj=HOUSE, today=today)]


def with_service(kind: str, **changes: Any) -> Agency:
    services = tuple(s.model_copy(update=changes) if s.kind == kind else s for s in MG.services)
    return MG.model_copy(update={"services": services})


@pytest.mark.parametrize("of", [MG, SP], ids=["MG", "SP"])
def test_a_good_sale_has_no_problem(of: Agency) -> None:
    assert found(a_sale(), of=of) == []
    assert found(a_sale(SALE_COMMUNICATION), of=of) == []


def test_a_paper_atpv_is_good_where_the_agency_takes_it() -> None:
    paper = a_sale(SALE_COMMUNICATION, evidence=PAPER)
    assert found(paper) == []
    assert found(paper, of=SP) == [("origin", "origem_nao_aceita")]


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_each_field_every_agency_needs_is_asked_for(name: str) -> None:
    blank = {name: ""} | ({"sale_city": ""} if name == "sale_city_code" else {})
    if name in ("buyer_city_code", "buyer_uf"):
        blank |= {"buyer_uf": "", "buyer_city_code": ""}
    assert (name, "obrigatorio") in found(a_sale(**blank))


@pytest.mark.parametrize(
    ("name", "of"), [(name, SP if name == "buyer_phone" else MG) for name in sorted(REQUIRED_HERE)]
)
def test_each_field_this_agency_needs_is_asked_for_and_by_no_other(name: str, of: Agency) -> None:
    assert found(a_sale(**{name: ""}), of=of) == [(name, "obrigatorio")]
    assert found(a_sale(**{name: ""}), of=with_service(SALE_INTENTION, requires=())) == []


def test_everything_is_said_at_once() -> None:
    facts, _ = read_order(SALE_COMMUNICATION, {})
    asked = {name for name, code in found(facts) if code == "obrigatorio"}
    assert asked == set(REQUIRED) | {"seller_email", "buyer_email", "origin"}


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-22", [("sale_date", "data_futura")]),
        ("2026-11-21", []),
        ("1990-01-01", []),
        ("1989-12-31", [("sale_date", "data_antiga")]),
        ("0001-01-01", [("sale_date", "data_antiga")]),
        ("9999-12-31", [("sale_date", "data_futura")]),
    ],
)
def test_a_sale_is_not_in_the_future_nor_before_cars(day: str, said: list[tuple[str, str]]) -> None:
    assert found(a_sale(sale_date=day)) == said
    assert dt.date(1990, 1, 1) == OLDEST_CAR


def test_an_agency_may_take_recent_sales_only() -> None:
    strict = with_service(SALE_INTENTION, oldest_sale_days=30)
    assert found(a_sale(sale_date="2026-10-22"), of=strict) == []
    assert found(a_sale(sale_date="2026-10-21"), of=strict) == [("sale_date", "data_antiga")]


@pytest.mark.parametrize(("price", "said"), [("0", [("price", "valor_zero")]), ("0,01", [])])
def test_a_price_is_more_than_nothing(price: str, said: list[tuple[str, str]]) -> None:
    assert found(a_sale(price=price)) == said


def test_nobody_sells_to_himself() -> None:
    assert found(a_sale(buyer_document=HOUSE)) == [("buyer_document", "mesma_pessoa")]


def test_the_establishment_is_seller_or_buyer_where_the_agency_wants_it() -> None:
    assert found(a_sale(seller_document=a_cnpj())) == [("seller_document", "estabelecimento_fora_da_venda")]
    assert found(a_sale(seller_document=a_cnpj(), buyer_document=HOUSE)) == []
    assert found(a_sale(seller_document=a_cnpj()), of=with_service(SALE_INTENTION, establishment_is_party=False)) == []


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence(), [("origin", "obrigatorio")]),
        (Evidence("atpve"), [("atpve_number", "obrigatorio")]),
        (dataclasses.replace(PAPER, atpv_number=""), [("atpv_number", "obrigatorio")]),
        (dataclasses.replace(PAPER, atpv_security_code=""), [("atpv_security_code", "obrigatorio")]),
        (dataclasses.replace(PAPER, has_scan=False), [("scan", "obrigatorio")]),
    ],
)
def test_a_communication_rests_on_whole_evidence(evidence: Evidence, said: list[tuple[str, str]]) -> None:
    assert found(a_sale(SALE_COMMUNICATION, evidence=evidence)) == said


def test_an_intention_needs_no_evidence() -> None:
    assert found(dataclasses.replace(a_sale(), evidence=Evidence())) == []


def test_a_service_is_offered_from_its_day_on() -> None:
    since = MG.services[0].offered_since
    assert found(a_sale(sale_date="2020-01-01"), today=since) == []
    assert found(a_sale(), today=since - dt.timedelta(days=1)) == [("", "servico_nao_oferecido")]
    assert found(dataclasses.replace(a_sale(), kind="atpve_cancellation")) == [("", "servico_nao_oferecido")]


@given(st.dates(dt.date(2021, 4, 12), dt.date(9999, 10, 1)))
def test_the_law_gives_sixty_calendar_days_from_the_sale(day: dt.date) -> None:
    assert due_on(MG, SALE_COMMUNICATION, sale_date=day) == day + dt.timedelta(days=60)
    assert due_on(MG, SALE_INTENTION, sale_date=day) is None


@given(st.dates(dt.date(2021, 4, 12), dt.date(9999, 9, 1)))
def test_where_the_state_counts_so_the_sixty_days_begin_when_the_buyer_s_thirty_are_over(day: dt.date) -> None:
    end_of_the_buyer_s = due_on(SP, TRANSFER, sale_date=day)
    assert end_of_the_buyer_s == day + dt.timedelta(days=30)
    assert due_on(SP, SALE_COMMUNICATION, sale_date=day) == day + dt.timedelta(days=90)
    assert due_on(MG, TRANSFER, sale_date=day) == end_of_the_buyer_s


@pytest.mark.parametrize(
    ("sold", "mg", "sp"),
    [
        (dt.date(2026, 11, 21), dt.date(2027, 1, 20), dt.date(2027, 2, 19)),
        (dt.date(2026, 12, 31), dt.date(2027, 3, 1), dt.date(2027, 3, 31)),
        (dt.date(2027, 12, 31), dt.date(2028, 2, 29), dt.date(2028, 3, 30)),
        (dt.date(2028, 1, 31), dt.date(2028, 3, 31), dt.date(2028, 4, 30)),
        (dt.date(2028, 2, 29), dt.date(2028, 4, 29), dt.date(2028, 5, 29)),
    ],
)
def test_terms_over_ends_of_months_and_leap_days(sold: dt.date, mg: dt.date, sp: dt.date) -> None:
    assert due_on(MG, SALE_COMMUNICATION, sale_date=sold) == mg
    assert due_on(SP, SALE_COMMUNICATION, sale_date=sold) == sp


@given(st.integers(-400, 400), st.sets(st.integers(0, 60)).map(tuple))
def test_each_day_has_the_notice_of_the_nearest_chosen_day_not_passed_by(left: int, chosen: tuple[int, ...]) -> None:
    mark = mark_of(left, chosen)
    if left < 0:
        assert mark == (OVERDUE if left >= -LONGEST_OVERDUE else None)
    elif mark is None:
        assert not [day for day in chosen if day >= left]
    else:
        assert mark in chosen
        assert mark >= left
        assert not [day for day in chosen if left <= day < mark]


def test_no_clock_of_this_law_runs_for_a_sale_before_it() -> None:
    assert due_on(MG, SALE_COMMUNICATION, sale_date=dt.date(2021, 4, 11)) is None
