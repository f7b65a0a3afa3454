"""QR codes: read back from what people upload, and drawn for the pages that they sign."""

import segno
from django.utils.safestring import SafeString, mark_safe

from documents.confined import process
from documents.errors import FileRefused
from documents.kinds import FORMATS
from kernel.errors import Problem

MODULE = "documents.confined.codes"
READABLE = frozenset(form.media_type for form in FORMATS)
_CODES = {
    "damaged": "arquivo_danificado",
    "encrypted": "arquivo_protegido",
    "too_large": "imagem_grande",
    "too_costly": "arquivo_complexo",
}
_WORDS = {
    "damaged": "O arquivo está danificado e não pôde ser lido; gere ou fotografe de novo e envie outra vez.",
    "encrypted": "O PDF está protegido por senha; salve-o sem senha e envie de novo.",
    "too_large": "A imagem tem pixels demais; envie uma foto comum, de até 64 megapixels.",
    "too_costly": "O arquivo é complexo demais para ser lido; imprima-o em PDF ou fotografe o papel e envie de novo.",
}


def read_qr(
    content: bytes,
    media_type: str,
    *,
    field: str = "file",
    cpu_seconds: int = process.CPU_SECONDS,
    wall_seconds: float = process.WALL_SECONDS,
) -> list[str]:
    """The texts of the QR codes on a photo or on a PDF's first 10 pages, each once; empty when there is none.

    Turned, skewed and badly lit photos are read as far as they can be. Runs in a process of its own, about half a
    second and never above the two limits. Raises FileRefused beside `field`, with code `arquivo_formato`,
    `arquivo_danificado`, `arquivo_protegido`, `imagem_grande` or `arquivo_complexo`.
    """
    if media_type not in READABLE:
        raise _refused(field, "arquivo_formato", "Só se leem códigos de PDF, JPEG e PNG; envie um desses.")
    question = {"media_type": media_type}
    try:
        texts = process.ask(MODULE, content, question, cpu_seconds=cpu_seconds, wall_seconds=wall_seconds)
    except process.Unreadable as e:
        raise _refused(field, _CODES[e.reason], _WORDS[e.reason]) from e
    return [str(text) for text in texts]


def qr_svg(text: str, *, label: str = "QR code") -> SafeString:
    """An SVG element to put into a template; it fills the width that CSS gives it, on white with a quiet zone.

    Raises segno.DataOverflowError for more text than a QR code holds.
    """
    drawn = segno.make_qr(text, error="m").svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None, title=label
    )
    # Safe: the text is only in the modules; segno escapes the title.
    return mark_safe(drawn)  # noqa: S308  as said above


def _refused(field: str, code: str, message: str) -> FileRefused:
    return FileRefused(message, problems=[Problem(field, code, message)])
