"""Keeping files, and reading them back as they were."""

import datetime as dt
import hashlib

from documents import store as blobs
from documents.models import Document
from documents.store import DocumentDamaged
from kernel import scope
from kernel.db.transactions import unit_of_work


def store(
    *,
    content: bytes,
    kind: str,
    subject_type: str,
    subject_id: int,
    media_type: str,
    filename: str,
    keep_until: dt.date,
    actor_user_id: int | None,
) -> Document:
    """Keeps a file for a subject of the establishment in scope; the same file for the same subject is kept once.

    The sealed blob is written before the row: a crash leaves at most a blob nobody names. Raises NoRoomForDocument.
    """
    of = scope.required()
    if of.ecosystem_id is None or of.establishment_id is None:
        raise scope.ScopeMissing("A document belongs to an establishment.")
    sha256 = hashlib.sha256(content).hexdigest()
    blobs.put(content, ecosystem_id=of.ecosystem_id, sha256=sha256)
    with unit_of_work():
        document, _ = Document.objects.get_or_create(
            subject_type=subject_type,
            subject_id=subject_id,
            kind=kind,
            sha256=sha256,
            defaults={
                "ecosystem_id": of.ecosystem_id,
                "establishment_id": of.establishment_id,
                "size": len(content),
                "media_type": media_type,
                "filename": filename,
                "keep_until": keep_until,
                "created_by_id": actor_user_id,
            },
        )
    return document


def read(document: Document) -> bytes:
    """The content as it was stored. Raises DocumentDamaged or SealBroken."""
    content = blobs.get(ecosystem_id=document.ecosystem_id, sha256=document.sha256)
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise DocumentDamaged("The content is not what was stored.")
    return content
