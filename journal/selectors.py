"""Reading what happened."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from journal.models import Event

BROKEN = """
SELECT id FROM (
  SELECT id, hash, prev_hash, seq,
         journal_hash(prev_hash, chain, seq, at, ecosystem_id, establishment_id, actor_kind, actor_id, actor_name, verb,
                      subject_type, subject_id, data, request_id) AS right_hash,
         coalesce(lag(hash) OVER w, ''::bytea) AS before,
         coalesce(lag(seq) OVER w, 0) + 1 AS right_seq
  FROM journal_event WHERE chain = %s WINDOW w AS (ORDER BY seq)
) e WHERE hash <> right_hash OR prev_hash <> before OR seq <> right_seq ORDER BY seq LIMIT 1
"""
LAST = """
SELECT count(*), (SELECT (seq, hash) FROM journal_event WHERE chain = %(chain)s ORDER BY seq DESC LIMIT 1)
  IS NOT DISTINCT FROM (SELECT h FROM journal_head(%(chain)s) h WHERE h.seq IS NOT NULL)
FROM journal_event WHERE chain = %(chain)s
"""


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """`first_broken` is the id of the first event that does not fit; `length` counts what was read."""

    chain: str
    length: int
    first_broken: int | None
    head_fits: bool

    @property
    def intact(self) -> bool:
        return self.first_broken is None and self.head_fits


def events_of(subject_type: str, subject_id: int) -> QuerySet[Event]:
    """The history of one subject, oldest first."""
    return Event.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("id")


def check_chain(chain: str) -> ChainCheck:
    """Recomputes a chain of the scope in force; a changed, missing or added event is found, also at the end."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, [chain])
        row = cursor.fetchone()
        cursor.execute(LAST, {"chain": chain})
        length, head_fits = cursor.fetchone()
    return ChainCheck(chain, length, row[0] if row else None, head_fits)
