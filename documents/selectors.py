"""Reading which documents there are."""

from django.db.models import QuerySet

from documents.models import Document


def documents_of(subject_type: str, subject_id: int) -> QuerySet[Document]:
    """What is kept for one subject in the scope in force, oldest first."""
    return Document.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("pk")


def newest_of(subject_type: str, subject_id: int, *, kind: str) -> Document | None:
    return documents_of(subject_type, subject_id).filter(kind=kind).last()
