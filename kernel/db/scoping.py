"""The first wall: a manager whose queries cannot be run until the running code says for whom.

It replaces the *query*, not the queryset's methods by name, so that no way of asking is forgotten: without a scope
the query can be built, copied and declared in forms, but neither compiled nor turned into UPDATE or DELETE.
The second wall, PostgreSQL row-level security, is in each room's migrations.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models
from django.db.models import Q, sql

from kernel import scope

M = TypeVar("M", bound="Scoped")


class ClosedQuery(sql.Query):
    """A query that only knows how to refuse."""

    def get_compiler(self, *args: Any, **kwargs: Any) -> NoReturn:
        name = self.model.__name__ if self.model else "A table"
        raise scope.ScopeMissing(f"{name} was asked for outside any scope.")

    def as_sql(self, *args: Any, **kwargs: Any) -> NoReturn:
        self.get_compiler()

    def resolve_expression(self, *args: Any, **kwargs: Any) -> NoReturn:
        self.get_compiler()

    def explain(self, *args: Any, **kwargs: Any) -> NoReturn:
        self.get_compiler()

    def chain(self, klass: type[sql.Query] | None = None) -> sql.Query:
        if klass is not None and klass is not type(self):
            self.get_compiler()
        return super().chain(klass)


WHOSE = frozenset({"ecosystem", "ecosystem_id", "establishment", "establishment_id"})


class ScopedQuerySet(models.QuerySet[M]):
    def update(self, **kwargs: Any) -> int:
        """Raises ForeignRow when a row would change hands: nothing in this house is ever given to another tenant."""
        if not WHOSE.isdisjoint(kwargs):
            raise ForeignRow(f"A {self.model.__name__} does not change its tenant.")
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]  # as Django marks its own

    def bulk_create(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> list[M]:
        """Raises ForeignRow for a foreign row, and for an upsert: nobody can say whose row it would write over."""
        rows = list(objs)
        for row in rows:
            assert_own(row)
        if update_conflicts:
            raise ForeignRow(f"{self.model.__name__}: look first, then write; an upsert does not ask whose row it is.")
        return super().bulk_create(rows, batch_size, ignore_conflicts, False, *args, **kwargs)

    def _raw_delete(self, using: str | None) -> int:
        """Django turns a copy of the query into a DELETE without asking the query."""
        if isinstance(self.query, ClosedQuery):
            self.query.get_compiler()
        return super()._raw_delete(using)


class ScopedManager(models.Manager[M]):
    """Answers the rows of the scope in force, and nothing at all outside one."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[M]:
        if scope.current() is None:
            return ScopedQuerySet(self.model, query=ClosedQuery(self.model), using=self._db)
        return ScopedQuerySet(self.model, using=self._db).filter(self.model.rows_of(scope.required()))


def assert_own(row: "Scoped") -> None:
    """Raises ScopeMissing outside a scope and ForeignRow for a row of somebody else."""
    if not row.belongs_to(scope.required()):
        raise ForeignRow(f"A {type(row).__name__} of another tenant may not be written here.")


class ForeignRow(RuntimeError):
    """A row of one tenant was about to be written in the scope of another. Always a programming error."""


class Scoped(models.Model):
    """Base of every table that belongs to somebody. Says which rows a scope sees, and checks every write."""

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def rows_of(cls, of: scope.Scope) -> Q:
        raise NotImplementedError

    def belongs_to(self, of: scope.Scope) -> bool:
        raise NotImplementedError

    def save(self, *args: Any, **kwargs: Any) -> None:
        assert_own(self)
        super().save(*args, **kwargs)

    def _do_update(self, base_qs: models.QuerySet[Self], *args: Any, **kwargs: Any) -> Any:
        """Django updates by primary key alone: an instance that claims to be ours must not write over a foreign row."""
        return super()._do_update(base_qs.filter(self.rows_of(scope.required())), *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """For the same reason the row itself is asked whose it is."""
        assert_own(self)
        if not type(self).objects.filter(pk=self.pk).exists():
            raise ForeignRow(f"This {type(self).__name__} is not here.")
        return super().delete(*args, **kwargs)


class EstablishmentRows(Scoped):
    """Rows with `ecosystem_id` and `establishment_id`; a scope with no establishment sees the ecosystem's."""

    class Meta:
        abstract = True

    @classmethod
    def rows_of(cls, of: scope.Scope) -> Q:
        if of.system:
            return Q()
        if of.ecosystem_id is None:
            return Q(pk__in=[])
        rows = Q(ecosystem_id=of.ecosystem_id)
        return rows if of.establishment_id is None else rows & Q(establishment_id=of.establishment_id)

    def belongs_to(self, of: scope.Scope) -> bool:
        if of.system:
            return True
        mine = getattr(self, "ecosystem_id", None), getattr(self, "establishment_id", None)
        return mine[0] == of.ecosystem_id and of.establishment_id in (None, mine[1])


class EcosystemRows(Scoped):
    """Rows that belong to the ecosystem as a whole."""

    class Meta:
        abstract = True

    @classmethod
    def rows_of(cls, of: scope.Scope) -> Q:
        return Q() if of.system else Q(ecosystem_id=of.ecosystem_id) if of.ecosystem_id else Q(pk__in=[])

    def belongs_to(self, of: scope.Scope) -> bool:
        return of.system or getattr(self, "ecosystem_id", None) == of.ecosystem_id
