"""The first wall with the second one down: the manager answers nothing without a scope and never a foreign row."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django import forms
from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import User
from documents.models import Document
from kernel.scope import ScopeMissing
from tenants.models import Ecosystem, Establishment, Membership
from tests.support.acting import acting_across, acting_in
from tests.support.people import Cast
from tests.support.walls import without_row_security

pytestmark = pytest.mark.req("AT-14")


def document(ecosystem_id: int, establishment_id: int, **changed: Any) -> Document:
    values = {
        "kind": "atpve",
        "subject_type": "order",
        "subject_id": establishment_id,
        "sha256": "0" * 64,
        "size": 1,
        "media_type": "application/pdf",
        "filename": "x.pdf",
        "keep_until": dt.date(2036, 1, 1),
    }
    return Document(**{**values, **changed}, ecosystem_id=ecosystem_id, establishment_id=establishment_id)


rows = Document.objects.all
ASKING: dict[str, Callable[[], Any]] = {
    "iterate": lambda: list(rows()),
    "len": lambda: len(rows()),
    "bool": lambda: bool(rows()),
    "index": lambda: rows()[0],
    "slice": lambda: list(rows()[:3]),
    "contains": lambda: Document(pk=1) in rows(),
    "repr": lambda: repr(rows()),
    "exists": lambda: rows().exists(),
    "exclude exists": lambda: Document.objects.exclude(pk=1).exists(),
    "count": lambda: rows().count(),
    "aggregate": lambda: rows().aggregate(Max("size")),
    "annotate": lambda: list(rows().annotate(n=Count("pk"))),
    "alias": lambda: list(rows().alias(n=F("size")).filter(n=1)),
    "get": lambda: Document.objects.get(pk=1),
    "first": lambda: rows().first(),
    "last": lambda: rows().last(),
    "earliest": lambda: rows().earliest("pk"),
    "latest": lambda: rows().latest("pk"),
    "in_bulk": lambda: Document.objects.in_bulk([1]),
    "iterator": lambda: list(rows().iterator()),
    "values": lambda: list(rows().values("pk")),
    "values_list": lambda: list(rows().values_list("pk", flat=True)),
    "dates": lambda: list(rows().dates("keep_until", "year")),
    "datetimes": lambda: list(rows().datetimes("created_at", "year")),
    "distinct": lambda: list(rows().distinct()),
    "reverse": lambda: list(rows().order_by("pk").reverse()),
    "only": lambda: list(rows().only("pk")),
    "defer": lambda: list(rows().defer("size")),
    "select_related": lambda: Membership.objects.select_related("establishment").exists(),
    "prefetch_related": lambda: list(Membership.objects.prefetch_related("establishment")),
    "select_for_update": lambda: list(rows().select_for_update()),
    "explain": lambda: rows().explain(),
    "union": lambda: list(rows().union(rows())),
    "intersection": lambda: list(rows().intersection(rows())),
    "or": lambda: list(rows() | rows()),
    "and": lambda: list(rows() & rows()),
    "complex filter": lambda: list(Document.objects.complex_filter({"pk": 1})),
    "q object": lambda: list(Document.objects.filter(Q(pk=1) | ~Q(pk=2))),
    "subquery in": lambda: list(User.objects.filter(pk__in=Membership.objects.values("user"))),
    "subquery after exclude": lambda: list(User.objects.filter(pk__in=Membership.objects.exclude(pk=1).values("user"))),
    "subquery expression": lambda: list(User.objects.annotate(x=Subquery(Membership.objects.values("pk")[:1]))),
    "exists expression": lambda: list(User.objects.filter(Exists(Membership.objects.filter(user=OuterRef("pk"))))),
    "sql text": lambda: str(rows().query),
    "update": lambda: rows().update(size=2),
    "delete": lambda: rows().delete(),
    "raw delete": lambda: rows()._raw_delete("default"),
    "create": lambda: Document.objects.create(**_values()),
    "get_or_create": lambda: Document.objects.get_or_create(sha256="1" * 64, defaults=_values()),
    "update_or_create": lambda: Document.objects.update_or_create(sha256="1" * 64, defaults=_values()),
    "bulk_create": lambda: Document.objects.bulk_create([document(1, 1)]),
    "bulk_update": lambda: Document.objects.bulk_update([document(1, 1, pk=1)], ["size"]),
    "save": lambda: document(1, 1).save(),
    "save over": lambda: document(1, 1, pk=1).save(update_fields=["size"]),
    "delete row": lambda: document(1, 1, pk=1).delete(),
    "reverse relation": lambda: list(User(pk=1).memberships.all()),
    "reverse create": lambda: User(pk=1).memberships.create(ecosystem=Ecosystem(pk=1), role="reader"),
    "default manager": lambda: list(Document._default_manager.all()),
    "model choice": lambda: list(Choose().fields["house"].choices),
}


def _values() -> dict[str, Any]:
    made = document(1, 1)
    return {
        field.attname: getattr(made, field.attname) for field in Document._meta.concrete_fields if field.attname != "id"
    }


class Choose(forms.Form):
    """Declared at import, outside any scope: that alone must not ask the database."""

    house = forms.ModelChoiceField(Establishment.objects.all())


@pytest.mark.parametrize("way", ASKING)
def test_without_a_scope_every_way_of_asking_is_refused(db: None, way: str) -> None:
    with pytest.raises(ScopeMissing):
        ASKING[way]()


def test_a_query_without_scope_can_be_declared_and_copied() -> None:
    later = Document.objects.filter(size=1).exclude(kind="x").order_by("pk").select_related("created_by")
    assert isinstance(later.all(), QuerySet)


@pytest.fixture
def bare(committed_cast: Cast, owner_db: psycopg.Connection) -> Iterator[Cast]:
    """A document in each house, and no second wall."""
    for house in (committed_cast.house, committed_cast.sister, committed_cast.rival_house):
        with acting_in(house):
            document(house.ecosystem_id, house.pk).save()
    connection.close()
    with without_row_security(owner_db):
        yield committed_cast
        connection.close()


def seen() -> set[int]:
    return set(Document.objects.values_list("establishment_id", flat=True))


def everything() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ecosystem_id, establishment_id, size, kind, sha256 FROM documents_document ORDER BY id")
        return cursor.fetchall()


def test_the_second_wall_is_really_down_here(bare: Cast) -> None:
    assert len(everything()) == 3


def test_a_scope_sees_its_own_rows_only(bare: Cast) -> None:
    with acting_in(bare.house):
        assert seen() == {bare.house.pk}
    with acting_across(bare.ecosystem):
        assert seen() == {bare.house.pk, bare.sister.pk}
    with acting_in(bare.rival_house):
        assert seen() == {bare.rival_house.pk}


READING: dict[str, Callable[[Cast, int], Any]] = {
    "count": lambda cast, pk: rows().count() - 1,
    "exists": lambda cast, pk: Document.objects.filter(pk=pk).exists(),
    "exclude": lambda cast, pk: Document.objects.exclude(establishment_id=cast.house.pk).exists(),
    "in_bulk": lambda cast, pk: Document.objects.in_bulk([pk]),
    "aggregate": lambda cast, pk: (rows().aggregate(n=Count("pk"))["n"] or 0) - 1,
    "iterator": lambda cast, pk: [row for row in rows().iterator() if row.pk == pk],
    "values": lambda cast, pk: list(Document.objects.values("pk").filter(pk=pk)),
    "union": lambda cast, pk: [row for row in rows().union(rows()) if row.pk == pk],
    "or": lambda cast, pk: list(Document.objects.filter(pk=pk) | Document.objects.filter(pk=pk)),
    "first": lambda cast, pk: Document.objects.filter(pk=pk).first(),
    "subquery": lambda cast, pk: User.objects.filter(
        pk__in=Membership.objects.filter(establishment=cast.rival_house).values("user")
    ).exists(),
    "reverse relation": lambda cast, pk: cast.eva.memberships.exists(),
    "prefetch": lambda cast, pk: [
        member
        for user in User.objects.filter(pk=cast.eva.pk).prefetch_related(
            Prefetch("memberships", Membership.objects.all())
        )
        for member in user.memberships.all()
    ],
    "plain prefetch": lambda cast, pk: [
        member
        for user in User.objects.filter(pk=cast.eva.pk).prefetch_related("memberships")
        for member in user.memberships.all()
    ],
    "update": lambda cast, pk: Document.objects.filter(pk=pk).update(size=9),
    "delete": lambda cast, pk: Document.objects.filter(pk=pk).delete()[0],
    "raw delete": lambda cast, pk: Document.objects.filter(pk=pk)._raw_delete("default"),
    "bulk_update": lambda cast, pk: Document.objects.bulk_update(
        [document(cast.ecosystem.pk, cast.house.pk, pk=pk, size=9)], ["size"]
    ),
    "lock": lambda cast, pk: list(Document.objects.select_for_update().filter(pk=pk)),
}


@pytest.mark.parametrize("way", READING)
def test_in_a_scope_no_way_reaches_a_foreign_row(bare: Cast, way: str) -> None:
    with acting_in(bare.rival_house):
        foreign = Document.objects.get().pk
    before = everything()
    with acting_in(bare.house):
        assert not READING[way](bare, foreign)
    assert everything() == before


WRITING: dict[str, Callable[[Cast, int], Any]] = {
    "insert for the rival": lambda cast, pk: document(cast.rival_ecosystem.pk, cast.rival_house.pk, kind="x").save(),
    "insert for the sister": lambda cast, pk: document(cast.ecosystem.pk, cast.sister.pk, kind="x").save(),
    "bulk insert": lambda cast, pk: Document.objects.bulk_create(
        [document(cast.ecosystem.pk, cast.house.pk, kind="y"), document(cast.ecosystem.pk, cast.sister.pk, kind="y")]
    ),
    "create": lambda cast, pk: Document.objects.create(
        **{**_values(), "ecosystem_id": cast.rival_ecosystem.pk, "establishment_id": cast.rival_house.pk}
    ),
    "give away by update": lambda cast, pk: rows().update(establishment_id=cast.sister.pk),
    "give away by save": lambda cast, pk: _given_away(cast.sister.pk).save(),
    "give away by bulk_update": lambda cast, pk: Document.objects.bulk_update(
        [_given_away(cast.sister.pk)], ["establishment_id"]
    ),
    "delete in disguise": lambda cast, pk: document(cast.ecosystem.pk, cast.house.pk, pk=pk).delete(),
    "steal by primary key": lambda cast, pk: document(cast.ecosystem.pk, cast.house.pk, pk=pk).save(
        update_fields=["size"]
    ),
    "steal by forced update": lambda cast, pk: document(cast.ecosystem.pk, cast.house.pk, pk=pk).save(
        force_update=True
    ),
    "steal by save": lambda cast, pk: document(cast.ecosystem.pk, cast.house.pk, pk=pk, kind="z").save(),
    "steal by upsert": lambda cast, pk: Document.objects.bulk_create(
        [document(cast.ecosystem.pk, cast.house.pk, pk=pk, kind="z")],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["kind", "establishment_id", "ecosystem_id"],
    ),
}


def _given_away(establishment_id: int) -> Document:
    mine = Document.objects.get()
    mine.establishment_id = establishment_id
    return mine


@pytest.mark.parametrize("way", WRITING)
def test_in_a_scope_no_way_writes_a_foreign_row(bare: Cast, way: str) -> None:
    with acting_in(bare.rival_house):
        foreign = Document.objects.get().pk
    before = everything()
    with acting_in(bare.house), pytest.raises(Exception) as caught, transaction.atomic():  # noqa: PT011  # see below
        WRITING[way](bare, foreign)
    assert caught.type.__name__ in {"ForeignRow", "DatabaseError", "IntegrityError"}, caught.value
    assert everything() == before
