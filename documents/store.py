"""The blobs: sealed, named by the hash of their clear content, one per ecosystem and content."""

import errno

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from kernel.errors import DomainError
from kernel.sealing import Sealer

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


class NoRoomForDocument(DomainError):
    code = "sem_espaco"
    status = 507


class DocumentDamaged(Exception):
    """The blob is gone or is not what was stored."""


def _name(ecosystem_id: int, sha256: str) -> str:
    return f"{ecosystem_id}/{sha256[:2]}/{sha256}"


def _context(ecosystem_id: int, sha256: str) -> str:
    return f"{ecosystem_id}:{sha256}"


def put(content: bytes, *, ecosystem_id: int, sha256: str) -> None:
    """Writes the sealed blob unless it is there. Raises NoRoomForDocument when it cannot be written."""
    storage = storages["documents"]
    name = _name(ecosystem_id, sha256)
    if storage.exists(name):
        return
    sealed = Sealer.from_text(settings.SEALING_KEYS).seal(content, context=_context(ecosystem_id, sha256))
    try:
        storage.save(name, ContentFile(sealed))
    except OSError as e:
        if e.errno not in FULL:
            raise
        raise NoRoomForDocument("Não há espaço para guardar o arquivo agora; tente de novo em alguns minutos.") from e


def get(*, ecosystem_id: int, sha256: str) -> bytes:
    """Raises DocumentDamaged when the blob is missing, and SealBroken when it does not open."""
    try:
        with storages["documents"].open(_name(ecosystem_id, sha256)) as file:
            sealed = file.read()
    except FileNotFoundError as e:
        raise DocumentDamaged("The blob is missing.") from e
    return Sealer.from_text(settings.SEALING_KEYS).open(sealed, context=_context(ecosystem_id, sha256))
