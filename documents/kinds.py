"""What a file really is, judged by its first bytes; and which documents show nobody's personal data."""

from collections.abc import Collection
from dataclasses import dataclass

from documents.errors import FileRefused
from kernel.errors import Problem
from tenants.roles import Right

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Format:
    """`magic`: the first bytes; `end`: bytes that the last kilobyte must hold, so that a cut-off file is noticed."""

    media_type: str
    name: str
    suffix: str
    magic: bytes
    end: bytes


PDF = Format("application/pdf", "PDF", ".pdf", b"%PDF-", b"%%EOF")
JPEG = Format("image/jpeg", "JPEG", ".jpg", b"\xff\xd8\xff", b"\xff\xd9")
PNG = Format("image/png", "PNG", ".png", b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82")
FORMATS = (PDF, JPEG, PNG)
SHOWN_INLINE = frozenset(form.media_type for form in FORMATS)

ADHESION_TERM = "adhesion_term"
FEE_SLIP = "fee_slip"
# Kinds that show no buyer's or seller's data. A new kind is closed until somebody has thought about it.
HARMLESS = {ADHESION_TERM: Right.VIEW_TERM, FEE_SLIP: Right.VIEW_ORDERS}


def right_to_read(kind: str) -> Right:
    return HARMLESS.get(kind, Right.VIEW_PERSONAL_DATA)


def recognised(content: bytes) -> Format | None:
    return next((form for form in FORMATS if content.startswith(form.magic)), None)


def check_upload(
    content: bytes, *, field: str, allowed: Collection[Format] = FORMATS, most_bytes: int = 10 * MEGABYTE
) -> Format:
    """The file's format, whatever its name claims. Raises FileRefused with one Problem beside `field`."""
    names = " ou ".join(form.name for form in allowed)
    if not content:
        raise _refused(field, "arquivo_vazio", "O arquivo está vazio; escolha outro.")
    if len(content) > most_bytes:
        most = most_bytes // MEGABYTE
        raise _refused(field, "arquivo_grande", f"O arquivo passa de {most} MB; envie um menor.")
    found = recognised(content)
    if found is None or found not in allowed:
        raise _refused(field, "arquivo_formato", f"Este arquivo não é {names}; salve-o nesse formato e envie de novo.")
    if found.end not in content[-1024:]:
        raise _refused(field, "arquivo_incompleto", "O arquivo chegou incompleto; envie-o de novo.")
    return found


def _refused(field: str, code: str, message: str) -> FileRefused:
    return FileRefused(message, problems=[Problem(field, code, message)])
