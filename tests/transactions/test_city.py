"""The buyer's municipality: the wire wants code and name, people know the name."""

import datetime as dt

import pytest

from transactions.rules.agencies import SALE_INTENTION, agency
from transactions.rules.judging import judge


def judged(**typed: str) -> tuple[str, list[str]]:
    facts, problems = judge(
        SALE_INTENTION,
        typed,
        has_scan=False,
        agency=agency("detran-mg"),
        establishment_cnpj="99791605000105",
        today=dt.date(2026, 11, 21),
    )
    return facts.buyer.address.city, [p.message for p in problems if p.field in ("buyer_city", "buyer_city_code")]


@pytest.mark.req("AT-05")
def test_a_known_code_brings_its_name() -> None:
    assert judged(buyer_uf="MG", buyer_city_code="3106200") == ("Belo Horizonte", [])


@pytest.mark.req("AT-05")
def test_a_code_of_a_state_without_a_table_needs_the_name_beside_it() -> None:
    assert judged(buyer_uf="SP", buyer_city_code="3509502") == ("", ["Informe o nome do município do comprador."])
    assert judged(buyer_uf="SP", buyer_city_code="3509502", buyer_city="Campinas") == ("Campinas", [])
