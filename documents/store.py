"""The sealed blobs on disk: named by the hash of their clear content, written whole or not at all."""

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

from documents.errors import DocumentDamaged, DocumentNotStored
from kernel.sealing import SealBroken, Sealer

ALIAS = "documents"
DAMAGED = "O arquivo guardado está danificado e não pode ser aberto. Avise o suporte, com o número do documento."
NOT_STORED = "Não foi possível guardar o arquivo: o armazenamento está cheio ou fora do ar. Tente de novo mais tarde."


class WholeFiles(FileSystemStorage):
    """A folder in which a file appears complete or not at all, also when the machine dies meanwhile."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File | IO[bytes]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(content.read())
                out.flush()
                os.fsync(out.fileno())
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return name


def _sync_folder(folder: Path) -> None:
    """Makes the new name itself durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def name_of(ecosystem_id: int, sha256: str) -> str:
    return f"{ecosystem_id}/{sha256[:2]}/{sha256}"


def put(content: bytes, *, ecosystem_id: int) -> str:
    """Its SHA-256, once the sealed content is durable; a sound blob of the same content is left alone.

    Raises DocumentNotStored.
    """
    sha256 = digest(content)
    name = name_of(ecosystem_id, sha256)
    try:
        if not (_storage().exists(name) and _is_sound(ecosystem_id, sha256)):
            sealed = _sealer(settings.SEALING_KEYS).seal(content, context=f"{ecosystem_id}:{sha256}")
            _storage().save(name, ContentFile(sealed))
    except OSError as e:
        raise DocumentNotStored(NOT_STORED) from e
    return sha256


def get(*, ecosystem_id: int, sha256: str) -> bytes:
    """The clear content. Raises DocumentDamaged when the blob is missing, changed, moved or cannot be opened."""
    try:
        with _storage().open(name_of(ecosystem_id, sha256), "rb") as blob:
            sealed = blob.read()
        content = _sealer(settings.SEALING_KEYS).open(sealed, context=f"{ecosystem_id}:{sha256}")
    except (OSError, SealBroken) as e:
        raise DocumentDamaged(DAMAGED) from e
    if digest(content) != sha256:
        raise DocumentDamaged(DAMAGED)
    return content


def _is_sound(ecosystem_id: int, sha256: str) -> bool:
    try:
        get(ecosystem_id=ecosystem_id, sha256=sha256)
    except DocumentDamaged:
        return False
    return True


def _storage() -> Storage:
    return storages[ALIAS]


@cache
def _sealer(keys: str) -> Sealer:
    return Sealer.from_text(keys)
