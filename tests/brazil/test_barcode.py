"""The printed barcode: its measures, and a reader that reads it from a rendering."""

import io
import re

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from weasyprint import HTML

from brazil.barcode import itf_svg
from brazil.errors import Invalid
from tests.brazil.strategies import DIGITS

CODE = "84670000001435900240200240500024384221010811"
PAGE = "<style>@page {{ size: 160mm 60mm; margin: 10mm }}</style>{}"
pytestmark = pytest.mark.req("AT-08")


def printed(svg: str, *, dpi: int) -> Image.Image:
    content = HTML(string=PAGE.format(svg)).write_pdf()
    return pypdfium2.PdfDocument(content)[0].render(scale=dpi / 72).to_pil()


def read(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.ITF)]


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_a_reader_reads_it_from_paper(dpi: int) -> None:
    assert read(printed(itf_svg(CODE), dpi=dpi)) == [CODE]


def test_it_is_read_upside_down_and_sideways() -> None:
    picture = printed(itf_svg(CODE), dpi=200)
    assert read(picture.rotate(180)) == read(picture.rotate(90, expand=True)) == [CODE]


def test_the_bars_measure_103_by_13_millimetres_on_paper() -> None:
    dpi = 300
    picture = printed(itf_svg(CODE), dpi=dpi).convert("L").point(lambda value: 255 if value < 128 else 0)
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert (right - left) / dpi * 25.4 == pytest.approx(103, abs=0.2)
    assert (bottom - top) / dpi * 25.4 == pytest.approx(13, abs=0.2)


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=DIGITS, min_size=44, max_size=44))
def test_every_code_is_drawn_so_that_it_is_read(digits: str) -> None:
    assert read(from_path(itf_svg(digits))) == [digits]


def from_path(svg: str) -> Image.Image:
    """The bars of the SVG's path, drawn three pixels to a module."""
    bars = [(int(x), int(w)) for x, w in re.findall(r"M(\d+) 0h(\d+)v1h-\d+z", svg)]
    picture = Image.new("L", (3 * (405 + 60), 100), 255)
    for x, width in bars:
        picture.paste(0, (3 * (x + 30), 10, 3 * (x + 30 + width), 90))
    return picture


def test_the_label_is_escaped() -> None:
    assert 'aria-label="&lt;b&gt;' in itf_svg(CODE, label="<b>")


@pytest.mark.parametrize("digits", ["", CODE[:-1], CODE + "0", CODE[:-1] + "x", "４" * 44])
def test_anything_but_44_digits_is_refused(digits: str) -> None:
    with pytest.raises(Invalid):
        itf_svg(digits)


def test_the_drawing_is_small() -> None:
    assert len(io.BytesIO(itf_svg(CODE).encode()).getvalue()) < 6000
