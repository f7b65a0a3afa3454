"""The journal only grows, and whoever changes it all the same is found out."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from journal import services
from journal.models import Event
from journal.selectors import ChainCheck, check_chain, events_of
from kernel.actor import SYSTEM, Actor
from tenants.models import Establishment
from tests.support.acting import acting_across, acting_as_machine, acting_in
from tests.support.database import in_threads
from tests.support.people import Cast

ANA = Actor("user", "1", "Ana")


def write(house: Establishment, *verbs: str) -> None:
    for verb in verbs:
        with acting_in(house):
            services.record(verb, subject_type="order", subject_id=1, actor=ANA, data={"cents": 1, "text": "ção"})


def check(house: Establishment) -> ChainCheck:
    with acting_in(house):
        return check_chain(f"establishment:{house.pk}")


def unlocked(boss: psycopg.Connection, statement: str, **values: object) -> None:
    """What only the owner could do, having taken the trigger and the second wall away."""
    boss.execute("ALTER TABLE journal_event DISABLE TRIGGER journal_closed")
    boss.execute("ALTER TABLE journal_event NO FORCE ROW LEVEL SECURITY")
    try:
        assert boss.execute(statement, values).rowcount == 1
    finally:
        boss.execute("ALTER TABLE journal_event FORCE ROW LEVEL SECURITY")
        boss.execute("ALTER TABLE journal_event ENABLE TRIGGER journal_closed")


def test_each_establishment_and_ecosystem_has_its_own_chain(cast: Cast) -> None:
    write(cast.house, "a.done", "b.done")
    write(cast.sister, "c.done")
    with acting_across(cast.ecosystem):
        services.record("d.done", subject_type="order", subject_id=1, actor=SYSTEM)
        assert check_chain(f"ecosystem:{cast.ecosystem.pk}") == ChainCheck(
            f"ecosystem:{cast.ecosystem.pk}", 1, None, True
        )
    assert (check(cast.house).length, check(cast.sister).length) == (2, 1)
    assert check(cast.house).intact


def test_an_empty_chain_is_intact(cast: Cast) -> None:
    assert check(cast.house) == ChainCheck(f"establishment:{cast.house.pk}", 0, None, True)


def test_the_platforms_own_chain_is_read_by_the_machinery_only(cast: Cast) -> None:
    with transaction.atomic():
        services.record("deploy.done", subject_type="portal", subject_id=1, actor=SYSTEM)
    with acting_as_machine():
        assert check_chain("platform").intact
        assert Event.objects.filter(chain="platform").count() == 1
    with acting_in(cast.house):
        assert not Event.objects.filter(chain="platform").exists()


def test_the_history_of_a_subject_is_in_order_and_of_the_scope(cast: Cast) -> None:
    write(cast.house, "a.done", "b.done")
    write(cast.sister, "c.done")
    with acting_in(cast.house):
        assert [event.verb for event in events_of("order", 1)] == ["a.done", "b.done"]
        assert events_of("order", 1)[0].data == {"cents": 1, "text": "ção"}


def test_an_event_needs_the_transaction_of_its_act(committed_cast: Cast) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        services.record("a.done", subject_type="order", subject_id=1, actor=ANA)


def test_a_rolled_back_act_leaves_no_event_and_no_gap(committed_cast: Cast) -> None:
    house = committed_cast.house
    write(house, "a.done")

    def act_that_fails() -> None:
        with acting_in(house):
            services.record("b.done", subject_type="order", subject_id=1, actor=ANA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_that_fails()
    write(house, "c.done")
    assert check(house) == ChainCheck(f"establishment:{house.pk}", 2, None, True)


def test_the_chain_is_intact_after_concurrent_writers(committed_cast: Cast) -> None:
    house = committed_cast.house

    def job() -> None:
        write(house, *["a.done"] * 25)

    assert in_threads(job, job, job, job) == [None] * 4
    assert check(house) == ChainCheck(f"establishment:{house.pk}", 100, None, True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_event SET verb = 'x.done'",
        "DELETE FROM journal_event",
        "TRUNCATE journal_event",
        "SELECT * FROM journal_chain",
        "UPDATE journal_chain SET seq = 0",
        "SELECT * FROM journal_event_default",
        "INSERT INTO journal_event_default SELECT * FROM journal_event",
        "ALTER TABLE journal_event DISABLE TRIGGER journal_closed",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_cannot_touch_what_is_written(cast: Cast, statement: str) -> None:
    write(cast.house, "a.done")
    with (
        acting_in(cast.house),
        pytest.raises(DatabaseError, match="permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert check(cast.house).intact


def test_no_partition_can_be_read_directly(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'journal_event'::regclass")
        partitions = [name for (name,) in cursor.fetchall()]
    assert len(partitions) >= 4
    for name in partitions:
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT * FROM {name}")


@pytest.mark.parametrize("statement", ["UPDATE journal_event SET verb = 'x.done'", "DELETE FROM journal_event"])
def test_even_the_owner_is_refused_while_the_trigger_stands(
    committed_cast: Cast, owner_db: psycopg.Connection, statement: str
) -> None:
    write(committed_cast.house, "a.done")
    owner_db.execute("ALTER TABLE journal_event NO FORCE ROW LEVEL SECURITY")
    try:
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            owner_db.execute(statement)
    finally:
        owner_db.execute("ALTER TABLE journal_event FORCE ROW LEVEL SECURITY")


WRITTEN = ("a.done", "b.done", "c.done", "d.done")


def broken_at(house: Establishment) -> str | None:
    found = check(house)
    assert not found.intact
    with acting_in(house):
        return Event.objects.get(pk=found.first_broken).verb if found.first_broken else None


@pytest.mark.parametrize("column", ["verb", "actor_name", "request_id"])
def test_a_changed_event_is_found(committed_cast: Cast, owner_db: psycopg.Connection, column: str) -> None:
    write(committed_cast.house, *WRITTEN)
    change = sql.SQL("UPDATE journal_event SET {} = 'x' WHERE verb = 'b.done'").format(sql.Identifier(column))
    unlocked(owner_db, change.as_string())
    assert broken_at(committed_cast.house) in {"b.done", "x"}


def test_changed_data_and_times_are_found(committed_cast: Cast, owner_db: psycopg.Connection) -> None:
    write(committed_cast.house, *WRITTEN)
    unlocked(owner_db, "UPDATE journal_event SET data = data || '{\"cents\": 2}' WHERE verb = 'c.done'")
    assert broken_at(committed_cast.house) == "c.done"
    unlocked(owner_db, "UPDATE journal_event SET at = at - interval '1 second' WHERE verb = 'b.done'")
    assert broken_at(committed_cast.house) == "b.done"


def test_a_deleted_middle_is_found(committed_cast: Cast, owner_db: psycopg.Connection) -> None:
    write(committed_cast.house, *WRITTEN)
    unlocked(owner_db, "DELETE FROM journal_event WHERE verb = 'b.done'")
    assert broken_at(committed_cast.house) == "c.done"


def test_a_deleted_last_event_is_found(committed_cast: Cast, owner_db: psycopg.Connection) -> None:
    write(committed_cast.house, *WRITTEN)
    unlocked(owner_db, "DELETE FROM journal_event WHERE verb = 'd.done'")
    assert broken_at(committed_cast.house) is None


REHASH = """
UPDATE journal_event SET actor_name = 'Eva', hash = journal_hash(prev_hash, chain, seq, at, ecosystem_id,
  establishment_id, actor_kind, actor_id, 'Eva', verb, subject_type, subject_id, data, request_id) WHERE verb = 'd.done'
"""


def test_a_last_event_forged_together_with_its_hash_is_found(
    committed_cast: Cast, owner_db: psycopg.Connection
) -> None:
    write(committed_cast.house, *WRITTEN)
    unlocked(owner_db, REHASH)
    assert broken_at(committed_cast.house) is None


def test_the_whole_chain_deleted_is_found(committed_cast: Cast, owner_db: psycopg.Connection) -> None:
    write(committed_cast.house, "a.done")
    unlocked(owner_db, "DELETE FROM journal_event WHERE verb = 'a.done'")
    assert not check(committed_cast.house).intact


def test_partitions_are_made_ahead_and_the_default_catches_the_rest(cast: Cast) -> None:
    services.ensure_partitions(months_ahead=5)
    services.ensure_partitions(months_ahead=5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'journal_event'::regclass")
        assert cursor.fetchone()[0] >= 7
    write(cast.house, "a.done")


def test_one_ecosystem_cannot_write_into_the_chain_of_anothers_establishment(committed_cast: Cast) -> None:
    cast = committed_cast
    write(cast.rival_house, "a.done")
    with pytest.raises(DatabaseError), acting_across(cast.ecosystem):
        services.record("b.done", subject_type="order", subject_id=1, actor=ANA, establishment_id=cast.rival_house.pk)
    assert check(cast.rival_house) == ChainCheck(f"establishment:{cast.rival_house.pk}", 1, None, True)
