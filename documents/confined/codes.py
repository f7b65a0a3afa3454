"""Reads QR codes from pictures and PDFs. Runs confined: see `documents.codes` for the door."""

import io
import math
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from documents.confined.process import Json, Unreadable, serve

MOST_PIXELS = 64_000_000
LONGEST_SIDE = 4000
MOST_PAGES = 10
PAGE_DPI = 200
MOST_PAGE_PIXELS = 12_000_000
MOST_CODES = 20
SMALL_SIDE = 1500
QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


def read(content: bytes, question: Json) -> list[str]:
    """The texts of all QR codes, each once, in the order in which they were met."""
    media_type = question["media_type"]
    pictures = _pages(content) if media_type == "application/pdf" else [_photo(content, FORMATS[media_type])]
    found: dict[str, None] = {}
    for picture in pictures:
        found |= dict.fromkeys(_codes_of(picture))
    return list(found)[:MOST_CODES]


def _codes_of(picture: Image.Image) -> list[str]:
    """What the first treatment brings out that brings out anything: most pictures need none."""
    for treated in _treatments(picture):
        for binarizer in (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram):
            codes = zxingcpp.read_barcodes(treated, formats=QR_CODES, binarizer=binarizer)
            texts = [code.text for code in codes if code.valid and code.text]
            if texts:
                return texts
    return []


def _treatments(picture: Image.Image) -> Iterator[Image.Image]:
    yield picture
    yield ImageOps.autocontrast(picture, cutoff=2)
    if max(picture.size) <= SMALL_SIDE:
        yield picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
    else:
        yield picture.reduce(2)
    yield picture.filter(ImageFilter.MedianFilter(3))
    yield picture.filter(ImageFilter.UnsharpMask(radius=4, percent=200, threshold=2))


def _photo(content: bytes, form: str) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unreadable("too_large")
            picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG alone can be decoded at a fraction of its size
            gray = _on_white(picture)
    except Image.DecompressionBombError as e:
        raise Unreadable("too_large") from e
    except (OSError, SyntaxError, ValueError) as e:
        raise Unreadable("damaged") from e
    gray.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return gray


def _on_white(picture: Image.Image) -> Image.Image:
    """In gray; where it is transparent, as on paper: black on transparent would be black on black."""
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value / 256).convert("L")
    if "transparency" not in picture.info and picture.mode not in ("LA", "PA", "RGBA"):
        return picture.convert("L")
    layers = picture.convert("LA")
    gray, opacity = layers.split()
    return Image.composite(gray, Image.new("L", gray.size, 255), opacity)


def _pages(content: bytes) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as e:
        raise Unreadable("encrypted" if "password" in str(e).lower() else "damaged") from e
    for number in range(min(len(document), MOST_PAGES)):
        try:
            yield _drawn(document[number])
        except pypdfium2.PdfiumError as e:
            raise Unreadable("damaged") from e


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    width, height = page.get_size()
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise Unreadable("damaged")
    scale = min(PAGE_DPI / 72, math.sqrt(MOST_PAGE_PIXELS / (width * height)), 2 * LONGEST_SIDE / max(width, height))
    return page.render(scale=scale, grayscale=True).to_pil().convert("L")


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    serve(read)
