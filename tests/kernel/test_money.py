"""R$ as people write it, cents inside."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel.money import MOST_CENTS, decimal_text, format_brl, parse_brl

CENTS = st.integers(0, MOST_CENTS)


@given(CENTS)
def test_what_is_written_is_read_back(cents: int) -> None:
    text = format_brl(cents)
    assert parse_brl(text) == cents
    assert parse_brl(text.removeprefix("R$ ")) == cents
    assert parse_brl(text.replace(".", "")) == cents
    assert parse_brl(decimal_text(cents)) == cents


@given(st.one_of(st.text(), st.text(alphabet="0123456789.,-R$ \u00a0eE+"), st.from_regex(r"R?\$?\s*\d+[.,]?\d*")))
@example("٣٤")
@example("9" * 5000)
@example("")
def test_anything_else_is_a_value_error_and_nothing_worse(text: str) -> None:
    try:
        cents = parse_brl(text)
    except ValueError:
        return
    assert 0 <= cents <= MOST_CENTS
    assert text.isascii() or "\u00a0" in text or text.strip().isascii()


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("96.900,00", 9_690_000),
        ("R$ 96.900,00", 9_690_000),
        ("r$\u00a096.900", 9_690_000),
        ("96900", 9_690_000),
        ("96900,5", 9_690_050),
        ("96900.05", 9_690_005),
        ("1.000.000,01", 100_000_001),
        ("0,01", 1),
        ("0", 0),
        ("999999999,99", MOST_CENTS),
    ],
)
def test_people_write_money_in_many_ways(text: str, cents: int) -> None:
    assert parse_brl(text) == cents


@pytest.mark.parametrize(
    "text",
    ["", "R$", "-1", "1.5.0", "1,000.00", "96.90,00", "0.500", "1,234", "1e5", "١٢٣", "1000000000", "96 mil", "1_000"],
)
def test_what_could_mean_two_things_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_brl(text)


def test_less_than_nothing_is_written_with_its_sign() -> None:
    assert (format_brl(-123456), format_brl(123456), format_brl(5)) == ("-R$ 1.234,56", "R$ 1.234,56", "R$ 0,05")
