"""Keeping files and giving them out again."""

import datetime as dt
import re

from django.db import IntegrityError, transaction

from accounts.models import User
from documents import store as blobs
from documents.models import Document
from journal import services as journal
from kernel import scope
from kernel.actor import SYSTEM, Actor
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach

UNSAFE = re.compile(r"[^\w.\- ]+")
LONGEST_NAME = 120


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
    """Keeps `content` for the establishment of the scope in force; the same again answers the row that is there.

    The sealed blob is durable before the row exists: a row never points at nothing, and what a rollback leaves behind
    is a blob nobody can read. Raises DocumentNotStored (full disk, storage down), then there is no row.
    """
    of = scope.required()
    if of.ecosystem_id is None or of.establishment_id is None:
        raise scope.ScopeMissing("A document belongs to an establishment: enter its scope.")
    document = Document(
        ecosystem_id=of.ecosystem_id,
        establishment_id=of.establishment_id,
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        sha256=blobs.put(content, ecosystem_id=of.ecosystem_id),
        size=len(content),
        media_type=media_type,
        filename=safe_filename(filename),
        keep_until=keep_until,
        created_by_id=actor_user_id,
    )
    reach("documents.store.blob_put")
    with unit_of_work():
        if (same := _same(document)) is not None:
            return same
        try:
            with transaction.atomic():
                document.save(force_insert=True)
                reach("documents.store.document_saved")
        except IntegrityError:
            same = _same(document)
            if same is None:
                raise
            return same
        journal.record(
            "document.stored",
            subject_type="document",
            subject_id=document.pk,
            actor=User.objects.get(pk=actor_user_id).as_actor() if actor_user_id else SYSTEM,
            data={"kind": kind, "sha256": document.sha256, "subject": f"{subject_type}:{subject_id}"},
        )
        reach("documents.store.recorded")
    reach("documents.store.committed")
    return document


def read(document: Document) -> bytes:
    """The clear content, its hash verified. Raises DocumentDamaged."""
    return blobs.get(ecosystem_id=document.ecosystem_id, sha256=document.sha256)


def hand_out(document: Document, *, actor: Actor, request_id: str = "") -> bytes:
    """The content for a person or a machine outside, with an event that says who took it. Raises DocumentDamaged."""
    content = read(document)
    with unit_of_work():
        journal.record(
            "document.read",
            subject_type="document",
            subject_id=document.pk,
            actor=actor,
            data={"kind": document.kind, "subject": f"{document.subject_type}:{document.subject_id}"},
            request_id=request_id,
        )
        reach("documents.hand_out.recorded")
    reach("documents.hand_out.committed")
    return content


def safe_filename(name: str) -> str:
    """Without folders, control characters and what file systems choke on; keeps the suffix when it shortens."""
    bare = UNSAFE.sub("-", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .-") or "documento"
    stem, dot, suffix = bare.rpartition(".")
    if not dot or len(suffix) > 8:
        return bare[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"


def _same(document: Document) -> Document | None:
    return Document.objects.filter(
        subject_type=document.subject_type,
        subject_id=document.subject_id,
        kind=document.kind,
        sha256=document.sha256,
    ).first()
