"""Files are kept sealed, once, and given back as they were or not at all."""

import datetime as dt
import errno
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError

from documents import kinds, selectors, services, store
from documents.errors import DocumentDamaged, DocumentNotStored, FileRefused
from documents.models import Document
from journal.selectors import events_of
from kernel.scope import ScopeMissing
from kernel.sealing import Sealer
from tenants.models import Establishment
from tests.support.acting import acting_across, acting_in
from tests.support.database import in_threads
from tests.support.people import Cast

CONTENT = b"%PDF-1.7 quem comprou: Fulano de Tal %%EOF"
KEEP = dt.date(2036, 1, 1)


def keep(content: bytes = CONTENT, *, subject_id: int = 1, filename: str = "atpv-e.pdf") -> Document:
    return services.store(
        content=content,
        kind="atpve",
        subject_type="order",
        subject_id=subject_id,
        media_type="application/pdf",
        filename=filename,
        keep_until=KEEP,
        actor_user_id=None,
    )


def blob(document: Document) -> Path:
    return Path(settings.DOCUMENTS_DIR) / store.name_of(document.ecosystem_id, document.sha256)


def blobs_of(house: Establishment) -> list[Path]:
    folder = Path(settings.DOCUMENTS_DIR) / str(house.ecosystem_id)
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_document_comes_back_as_it_was(cast: Cast) -> None:
    with acting_in(cast.house):
        document = keep()
        assert services.read(Document.objects.get(pk=document.pk)) == CONTENT
        assert [found.pk for found in selectors.documents_of("order", 1)] == [document.pk]
        assert selectors.newest_of("order", 1, kind="atpve") == document
        assert selectors.newest_of("order", 1, kind="outro") is None
        assert [event.verb for event in events_of("document", document.pk)] == ["document.stored"]


def test_nothing_readable_lies_on_the_disk(cast: Cast) -> None:
    with acting_in(cast.house):
        document = keep()
    lying = blob(document).read_bytes()
    assert b"Fulano" not in lying
    assert b"%PDF" not in lying
    assert blob(document).stat().st_mode & 0o077 == 0


def test_the_same_again_is_one_row_and_one_blob(cast: Cast) -> None:
    with acting_in(cast.house):
        first, again, elsewhere = keep(), keep(), keep(subject_id=2)
    assert first.pk == again.pk != elsewhere.pk
    assert len(blobs_of(cast.house)) == 1


def test_another_ecosystem_has_a_blob_of_its_own(cast: Cast) -> None:
    with acting_in(cast.house):
        ours = keep()
    with acting_in(cast.rival_house):
        theirs = keep(subject_id=2)
    assert blob(ours) != blob(theirs)
    blob(theirs).write_bytes(blob(ours).read_bytes())
    with acting_in(cast.rival_house), pytest.raises(DocumentDamaged):
        services.read(theirs)


def test_a_changed_blob_is_found_and_not_given_out(cast: Cast) -> None:
    with acting_in(cast.house):
        document = keep()
        lying = bytearray(blob(document).read_bytes())
        lying[-1] ^= 1
        blob(document).write_bytes(bytes(lying))
        with pytest.raises(DocumentDamaged):
            services.read(document)


def test_a_wrong_content_under_the_right_seal_is_found(cast: Cast) -> None:
    with acting_in(cast.house):
        document = keep()
        context = f"{document.ecosystem_id}:{document.sha256}"
        blob(document).write_bytes(Sealer.from_text(settings.SEALING_KEYS).seal(b"outro", context=context))
        with pytest.raises(DocumentDamaged):
            services.read(document)


def test_a_missing_blob_is_found_and_storing_again_heals_it(cast: Cast) -> None:
    with acting_in(cast.house):
        document = keep()
        blob(document).unlink()
        with pytest.raises(DocumentDamaged):
            services.read(document)
        keep()
        assert services.read(document) == CONTENT


def test_a_full_disk_is_said_in_words_and_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with acting_in(cast.house):
        with pytest.raises(DocumentNotStored, match="armazenamento"):
            keep()
        assert not Document.objects.exists()
    assert blobs_of(cast.house) == []


def test_a_document_belongs_to_an_establishment(cast: Cast) -> None:
    with pytest.raises(ScopeMissing):
        keep()
    with acting_across(cast.ecosystem), pytest.raises(ScopeMissing):
        keep()


def test_the_establishment_is_one_of_the_ecosystems(cast: Cast) -> None:
    """Foreign keys see through the walls, so this one names both columns."""
    with pytest.raises(IntegrityError), acting_across(cast.ecosystem):
        Document(
            ecosystem_id=cast.ecosystem.pk,
            establishment_id=cast.rival_house.pk,
            kind="x",
            subject_type="x",
            subject_id=1,
            sha256="0" * 64,
            size=1,
            media_type="x",
            filename="x",
            keep_until=KEEP,
        ).save()


def test_two_at_once_keep_one_row(committed_cast: Cast) -> None:
    def job() -> int:
        with acting_in(committed_cast.house):
            return keep().pk

    found = in_threads(job, job, job, job)
    assert len(set(found)) == 1, found


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\notas\\Nota Fiscal ção.pdf", "Nota Fiscal ção.pdf"),
        ('a"b\r\nX: y.pdf', "a-b-X- y.pdf"),
        ("", "documento"),
        ("...", "documento"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_file_names_are_harmless(given: str, kept: str) -> None:
    assert services.safe_filename(given) == kept


PNG = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82"


def test_uploads_are_judged_by_their_content() -> None:
    assert kinds.check_upload(CONTENT, field="scan") is kinds.PDF
    assert kinds.check_upload(b"\xff\xd8\xff\xe0....\xff\xd9", field="scan") is kinds.JPEG
    assert kinds.check_upload(PNG, field="scan") is kinds.PNG


@pytest.mark.parametrize(
    ("content", "allowed", "code"),
    [
        (b"", kinds.FORMATS, "arquivo_vazio"),
        (b"MZ\x90 program", kinds.FORMATS, "arquivo_formato"),
        (b"<html>%PDF-", kinds.FORMATS, "arquivo_formato"),
        (PNG, [kinds.PDF], "arquivo_formato"),
        (b"%PDF-1.4 cut off", kinds.FORMATS, "arquivo_incompleto"),
        (CONTENT + b" " * (kinds.MEGABYTE * 10), kinds.FORMATS, "arquivo_grande"),
    ],
)
def test_uploads_that_are_refused(content: bytes, allowed: list[kinds.Format], code: str) -> None:
    with pytest.raises(FileRefused) as caught:
        kinds.check_upload(content, field="scan", allowed=allowed)
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [("scan", code)]
