"""Work is left in the transaction that makes it necessary, in the scope it belongs to."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, models, transaction

from kernel import clock
from kernel.scope import Scope
from outbox import bell, services
from outbox.models import Attempt, Message
from outbox.selectors import attempts_of, oldest_due_seconds, open_messages
from tests.outbox.errands import TOPIC, Errands, deliver_when_due, fresh, leave
from tests.support.acting import acting_across, acting_as_machine, acting_in
from tests.support.people import Cast


@pytest.fixture
def rung() -> Iterator[list[int]]:
    """A bell that only remembers; the project's own hangs again afterwards."""
    before, heard = bell._ring, []
    bell.connect(heard.append)
    yield heard
    bell._ring = before


def test_the_bell_rings_after_the_commit_and_not_before(committed_cast: Cast, rung: list[int]) -> None:
    with acting_in(committed_cast.house):
        message = services.enqueue(TOPIC, lane="rua", payload={})
        assert rung == []
    assert rung == [message.pk]


def test_work_left_for_later_rings_nobody(committed_cast: Cast, rung: list[int]) -> None:
    leave(committed_cast.house, due_at=clock.now() + dt.timedelta(hours=1))
    assert rung == []


def test_a_dead_bell_costs_nothing_but_time(committed_cast: Cast) -> None:
    def nobody_hears(message_id: int) -> None:
        raise ConnectionError

    before = bell._ring
    bell.connect(nobody_hears)
    try:
        message = leave(committed_cast.house)
    finally:
        bell._ring = before
    assert services.due() == [message.pk], "the drain finds the row"


def test_what_is_rolled_back_leaves_nothing(committed_cast: Cast, rung: list[int]) -> None:
    def act_that_fails() -> None:
        with acting_in(committed_cast.house):
            services.enqueue(TOPIC, lane="rua", payload={})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_that_fails()
    with acting_as_machine():
        assert not Message.objects.exists()
    assert rung == []


def test_work_needs_the_transaction_of_its_act(committed_cast: Cast) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        services.enqueue(TOPIC, lane="rua", payload={})


def test_a_tenant_s_work_runs_in_its_scope_and_the_platform_s_in_none(cast: Cast, errands: Errands) -> None:
    theirs = leave(cast.house)
    with transaction.atomic():
        ours = services.enqueue(TOPIC, lane="correio", payload={})
    deliver_when_due(theirs)
    deliver_when_due(ours)
    assert errands.scopes == [Scope(cast.ecosystem.pk, cast.house.pk), Scope()]
    assert (fresh(theirs).state, fresh(ours).state) == ("done", "done")


def test_work_left_while_somebody_looks_for_a_place_is_the_platform_s(cast: Cast) -> None:
    with transaction.atomic():
        message = services.enqueue(TOPIC, lane="correio", payload={})
    with acting_in(cast.house):
        assert not Message.objects.filter(pk=message.pk).exists()
    assert fresh(message).ecosystem_id is None


def test_nobody_sees_another_s_work_nor_its_visits(cast: Cast, errands: Errands) -> None:
    message = leave(cast.house, subject_type="order", subject_id=7)
    deliver_when_due(message)
    for stranger in (acting_in(cast.sister), acting_in(cast.rival_house), acting_across(cast.rival_ecosystem)):
        with stranger:
            assert not Message.objects.filter(pk=message.pk).exists()
            assert not attempts_of("order", 7).exists()
            with pytest.raises(Message.DoesNotExist):
                services.release(message.pk)
    with acting_in(cast.house):
        assert Message.objects.filter(pk=message.pk).exists()
        assert attempts_of("order", 7).count() == 1
        assert not open_messages("order", 7).exists()


def test_the_database_too_refuses_work_in_another_s_name(cast: Cast) -> None:
    foreign = Message(ecosystem_id=cast.rival_ecosystem.pk, topic="x", lane="x", due_at=clock.now())
    with acting_in(cast.house), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        models.QuerySet(Message).bulk_create([foreign])


def test_how_long_the_oldest_waits_is_known(cast: Cast) -> None:
    with acting_as_machine():
        assert oldest_due_seconds() == 0
    leave(cast.house, due_at=clock.now() - dt.timedelta(minutes=5))
    leave(cast.house, due_at=clock.now() + dt.timedelta(minutes=5))
    with acting_as_machine():
        assert 300 <= oldest_due_seconds() < 330
        assert Attempt.objects.count() == 0
