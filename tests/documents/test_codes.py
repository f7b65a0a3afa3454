"""QR codes come back from clean PDFs, from bad photos and from scans; hostile files are refused within limits."""

import io
import resource
import struct
import time
import zlib

import pytest
import segno
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from weasyprint import HTML

from documents.codes import qr_svg, read_qr
from documents.confined import process
from documents.errors import FileRefused
from tests.documents import papers

TEXT = "https://portal.autotech.example/c/7Q2M-K9XD?h=4f1c0a9b"
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
pytestmark = pytest.mark.req("AT-07")


def refusal(content: bytes, media_type: str, **limits: float) -> str:
    with pytest.raises(FileRefused) as refused:
        read_qr(content, media_type, field="scan", **limits)
    [problem] = refused.value.problems
    assert problem.field == "scan"
    assert problem.message == refused.value.message
    return problem.code


@pytest.mark.parametrize("degrees", [0, 7, 33, 90, 181, 270])
def test_a_turned_photo_is_read(degrees: float) -> None:
    assert read_qr(papers.as_jpeg(papers.photo(TEXT, degrees=degrees)), JPEG) == [TEXT]


@pytest.mark.parametrize(
    "harm",
    [
        {"skew": 0.08},
        {"skew": 0.15, "degrees": 12},
        {"dim": True},
        {"dim": True, "skew": 0.08, "degrees": -8},
        {"blur": 2.5},
        {"dim": True, "blur": 1.5},
    ],
)
def test_a_bad_photo_is_read(harm: dict[str, float]) -> None:
    assert read_qr(papers.as_jpeg(papers.photo(TEXT, **harm), quality=45), JPEG) == [TEXT]


def test_black_on_transparent_is_read_as_on_paper() -> None:
    drawn = io.BytesIO()
    segno.make_qr(TEXT).save(drawn, kind="png", scale=5, light=None)
    assert read_qr(drawn.getvalue(), PNG) == [TEXT]


def test_a_scan_of_sixteen_bits_is_read() -> None:
    deep = papers.photo(TEXT).convert("I").point(lambda value: value * 256).convert("I;16")
    assert read_qr(papers.as_png(deep), PNG) == [TEXT]


def test_the_largest_picture_that_is_taken_fits_into_the_memory() -> None:
    assert read_qr(papers.as_png(Image.new("RGBA", (8000, 8000), "white")), PNG) == []


def test_what_we_print_is_read_back() -> None:
    page = f"<p>Requerimento</p><div style='width: 28mm'>{qr_svg(TEXT, label='Código')}</div>"
    assert read_qr(bytes(HTML(string=page).write_pdf()), PDF) == [TEXT]


def test_a_scan_of_two_pages_gives_every_code_once() -> None:
    pages = [papers.photo(TEXT, degrees=2), papers.photo("segunda"), papers.photo(TEXT)]
    assert read_qr(papers.as_scan(pages), PDF) == [TEXT, "segunda"]


def test_pages_beyond_the_tenth_are_not_looked_at() -> None:
    blank = Image.new("L", (200, 200), 255)
    assert read_qr(papers.as_scan([blank] * 10 + [papers.photo(TEXT)]), PDF) == []


def test_without_a_code_the_answer_is_empty() -> None:
    assert read_qr(papers.pdf(), PDF) == []
    assert read_qr(papers.as_png(Image.new("RGB", (300, 300), "white")), PNG) == []


def test_the_text_comes_back_in_its_own_letters() -> None:
    text = "Comunicação nº 12 — São João"
    assert read_qr(papers.as_png(papers.photo(text)), PNG) == [text]


@pytest.mark.parametrize("side", [1, 2, 17])
def test_a_tiny_picture_is_no_trouble(side: int) -> None:
    assert read_qr(papers.as_png(Image.new("L", (side, side))), PNG) == []


def test_a_large_photo_is_read() -> None:
    picture = papers.photo(TEXT).resize((5600, 7900))
    assert read_qr(papers.as_jpeg(picture), JPEG) == [TEXT]


def test_other_kinds_of_file_are_refused() -> None:
    assert refusal(b"GIF89a", "image/gif") == "arquivo_formato"


@pytest.mark.parametrize("media_type", [PDF, JPEG, PNG])
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"\xff\xd8\xff\xe0 cut", b"\x89PNG\r\n\x1a\n cut"])
def test_a_broken_file_is_refused_in_words(content: bytes, media_type: str) -> None:
    assert refusal(content, media_type) == "arquivo_danificado"


def test_a_file_that_lies_about_its_kind_is_refused() -> None:
    assert refusal(papers.as_png(papers.photo(TEXT)), JPEG) == "arquivo_danificado"


def test_a_photo_cut_off_on_the_way_is_refused() -> None:
    content = papers.as_jpeg(papers.photo(TEXT))
    assert refusal(content[: len(content) // 2], JPEG) == "arquivo_danificado"


def test_a_pdf_with_a_password_is_refused() -> None:
    assert refusal(papers.locked_pdf(user_password="segredo"), PDF) == "arquivo_protegido"


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unseen() -> None:
    started = time.monotonic()
    assert refusal(png_bomb(60_000), PNG) == "imagem_grande"
    assert time.monotonic() - started < 5


def test_a_page_of_any_size_is_drawn_within_limits() -> None:
    assert read_qr(papers.pdf(size=14_400), PDF) == []
    assert read_qr(papers.pdf(size=0.5), PDF) == []


def test_a_page_that_draws_for_ever_is_ended() -> None:
    started = time.monotonic()
    assert refusal(endless_pdf(), PDF, cpu_seconds=2, wall_seconds=20) == "arquivo_complexo"
    assert time.monotonic() - started < 20


def test_a_reading_that_waits_too_long_is_ended() -> None:
    started = time.monotonic()
    assert refusal(endless_pdf(), PDF, wall_seconds=1) == "arquivo_complexo"
    assert time.monotonic() - started < 5


def test_a_scan_with_a_huge_picture_inside_stays_within_its_memory() -> None:
    """400 megapixels in a PDF of half a megabyte: read or refused, either way inside the limit."""
    try:
        assert read_qr(pdf_with_huge_picture(20_000), PDF) == []
    except FileRefused as refused:
        assert refused.code == "arquivo_recusado"  # noqa: PT017  either end is right
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert largest <= process.ADDRESS_SPACE


def test_the_label_is_escaped() -> None:
    assert "<b>" not in qr_svg("x", label="<b>&")


def png_bomb(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 2**24)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def endless_pdf(levels: int = 9) -> bytes:
    """Each form draws the one below it ten times: a thousand million squares in a few kilobytes."""
    writer = PdfWriter()
    page = writer.add_blank_page(600, 600)
    inner = None
    for _ in range(levels):
        form = DecodedStreamObject()
        form.set_data(b"0 0 1 rg 1 1 500 500 re f" if inner is None else b"/F Do " * 10)
        form.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
        form[NameObject("/BBox")] = page.mediabox
        if inner is not None:
            form[NameObject("/Resources")] = resources(inner)
        inner = writer._add_object(form)
    stream = DecodedStreamObject()
    stream.set_data(b"/F Do " * 10)
    page[NameObject("/Contents")] = writer._add_object(stream)
    page[NameObject("/Resources")] = resources(inner)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def resources(form: object) -> DictionaryObject:
    return DictionaryObject({NameObject("/XObject"): DictionaryObject({NameObject("/F"): form})})


def pdf_with_huge_picture(side: int) -> bytes:
    row = zlib.compressobj(1)
    packed = b"".join([row.compress(b"\xff" * side) for _ in range(side)]) + row.flush()
    picture = (
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>\nstream\n" % (side, side, len(packed))
    )
    drawing = b"500 0 0 500 0 0 cm /F Do"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n" % len(drawing) + drawing + b"\nendstream",
        picture + packed + b"\nendstream",
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n" % n + text + b"\nendobj\n" for n, text in enumerate(objects, 1))
    return body + b"trailer\n<</Root 1 0 R/Size 6>>\n%%EOF\n"
