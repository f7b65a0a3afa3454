"""Whatever colour an ecosystem chooses, its pages can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.brand import ENOUGH, PAGE, WHITE, Brand, contrast, luminance, parse, readable, tint

COLORS = st.tuples(*[st.integers(0, 255)] * 3)


@given(COLORS)
def test_accent_reads_on_white_on_the_page_and_on_its_tint_and_white_reads_on_it(color: tuple[int, int, int]) -> None:
    accent = readable(color)
    for ground in (WHITE, PAGE, tint(accent)):
        assert contrast(accent, ground) >= ENOUGH


@given(COLORS)
def test_hover_colour_carries_white_text_too(color: tuple[int, int, int]) -> None:
    brand = Brand.of(slug="x", name="X", color="#{:02x}{:02x}{:02x}".format(*color))
    assert contrast(parse(brand.strong), WHITE) >= ENOUGH


@given(COLORS)
def test_readable_colours_are_left_as_they_are(color: tuple[int, int, int]) -> None:
    assert readable(readable(color)) == readable(color)


@given(COLORS, COLORS)
def test_contrast_is_symmetric_and_between_one_and_twenty_one(
    one: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0000001


def test_formula_agrees_with_published_values() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast((0x77, 0x77, 0x77), WHITE) == pytest.approx(4.48, abs=0.01)
    assert luminance((255, 0, 0)) == pytest.approx(0.2126)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ecossistema Minas Digital", "MD"), ("Rede Sul de Veículos", "RS"), ("Ecossistema", "E"), ("ágil", "Á")],
)
def test_initials_skip_small_words(name: str, initials: str) -> None:
    assert Brand.of(slug="x", name=name, color="#1f5fa8").initials == initials


@pytest.mark.parametrize("bad", ["", "1f5fa8", "#12345", "#gggggg"])
def test_what_is_no_colour_is_refused(bad: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the number's own message differs
        parse(bad)
