"""Writing down what happened, in the transaction of the act itself."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from kernel import clock, scope
from kernel.actor import Actor

INSERT = """
INSERT INTO journal_event
  (at, ecosystem_id, establishment_id, actor_kind, actor_id, actor_name, verb, subject_type, subject_id, data,
   request_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s)
"""
ENSURE_PARTITIONS = "SELECT journal_ensure_partitions(%s)"


def record(
    verb: str,
    *,
    subject_type: str,
    subject_id: int,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    request_id: str = "",
    establishment_id: int | None = None,
) -> None:
    """Appends one event to the scope's chain; outside any tenant's scope to the platform's.

    Must run inside the transaction that does the act, after the subject was locked: the event holds its chain
    until commit. `establishment_id` narrows an ecosystem-wide scope. By SQL, since the database fills the chain.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An event is written in the transaction of its act.")
    of = scope.current() or scope.Scope()
    values = [
        clock.now(),
        of.ecosystem_id,
        of.establishment_id or establishment_id,
        actor.kind,
        actor.id,
        actor.name[:120],
        verb,
        subject_type,
        subject_id,
        json.dumps(dict(data or {}), cls=DjangoJSONEncoder),
        request_id,
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)


def ensure_partitions(*, months_ahead: int = 3) -> None:
    """Makes the monthly partitions up to `months_ahead`; the default partition catches what it missed."""
    with connection.cursor() as cursor:
        cursor.execute(ENSURE_PARTITIONS, [months_ahead])
