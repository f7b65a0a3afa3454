"""An agency that is gone for a while, at the sandbox: few calls meanwhile, everything delivered afterwards."""

import datetime as dt
import time

import pytest

from kernel import clock
from outbox import services as outbox
from outbox.models import LaneHealth, Message
from tests.sandbox.process import SandboxProcess
from tests.support.acting import acting_as_machine, acting_in
from tests.support.database import in_threads
from tests.support.people import Cast
from tests.transactions.making import submit, typed, vehicle_of
from transactions.models import Order

pytestmark = [pytest.mark.req("AT-19"), pytest.mark.req("AT-05")]
MANY = 20


def an_order(cast: Cast, sandbox: SandboxProcess, *, agency: str = "detran-mg", days_ago: int = 0) -> Order:
    house = cast.house
    day = (clock.today() - dt.timedelta(days=days_ago)).isoformat()
    uf = agency.removeprefix("detran-")
    vehicle = vehicle_of(sandbox, house, **({} if uf == "mg" else {"uf": uf}))
    return submit(house, typed(vehicle, seller=house.cnpj, sale_date=day), agency=agency)


def drain() -> int:
    """What beat and a worker do: ring, and deliver what was rung for."""
    visits = [outbox.deliver(pk) for pk in outbox.due()]
    return sum(visit is not None for visit in visits)


def down(lane: str = "detran-mg") -> bool:
    return LaneHealth.objects.filter(lane=lane, state="down").exists()


def states(cast: Cast) -> set[str]:
    with acting_in(cast.house):
        return set(Order.objects.values_list("state", flat=True))


def work_until_all_are_registered(cast: Cast, *, seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while states(cast) != {"registered"}:
        assert time.monotonic() < limit, states(cast)
        drain()
        time.sleep(0.02)


def calls(sandbox: SandboxProcess, orders: list[Order], operation: str | None = None) -> int:
    return sum(len(sandbox.visits(chassis=order.chassis, operation=operation)) for order in orders)


def test_an_outage_costs_few_calls_and_loses_and_doubles_nothing(cast: Cast, sandbox: SandboxProcess) -> None:
    orders = [an_order(cast, sandbox) for _ in range(MANY)]
    fault = sandbox.fault("fora_do_ar", uf="mg")
    end = time.monotonic() + 2.0
    while time.monotonic() < end:
        drain()
        time.sleep(0.02)
    assert down()
    # Five until it opens, then probes after 0.05, 0.1, 0.2, 0.4, 0.8 … s at this pace.
    assert 5 <= calls(sandbox, orders) <= 5 + 7
    orders.append(an_order(cast, sandbox))  # accepted while it lasts
    sandbox.remove_fault(fault)
    work_until_all_are_registered(cast)
    assert not down()
    assert [len(sandbox.ledger(chassis=order.chassis)) for order in orders] == [1] * (MANY + 1)


def test_what_could_not_even_connect_goes_the_nearest_deadline_first(
    committed_cast: Cast, sandbox: SandboxProcess
) -> None:
    orders = [an_order(committed_cast, sandbox) for _ in range(8)]
    with acting_as_machine():
        for days, order in zip((9, 2, 7, 4, 5, 3, 8, 6), orders, strict=True):
            Message.objects.filter(subject_id=order.pk).update(urgent_by=clock.now() + dt.timedelta(days=days))
    sandbox.stop()
    try:
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            drain()
            time.sleep(0.02)
        assert down()
    finally:
        sandbox.start()
    work_until_all_are_registered(committed_cast)
    came = {row["chassi"]: number for number, row in enumerate(sandbox.ledger())}
    by_arrival = sorted(orders, key=lambda order: came[order.chassis])
    # The probe that found the agency back was chosen before; after it the nearest deadline comes first.
    wanted = [orders[i] for i in (1, 5, 3, 4, 7, 2, 6, 0)]
    assert [order.pk for order in by_arrival if order != by_arrival[0]] == [
        order.pk for order in wanted if order != by_arrival[0]
    ]
    assert len(came) >= 8


def test_another_state_s_agency_goes_on(cast: Cast, sandbox: SandboxProcess) -> None:
    sandbox.fault("fora_do_ar", uf="mg")
    gone = [an_order(cast, sandbox) for _ in range(6)]
    for _ in range(3):
        drain()
    assert down()
    there = an_order(cast, sandbox, agency="detran-sp")
    drain()
    with acting_in(cast.house):
        assert Order.objects.get(pk=there.pk).state == "registered"
        assert set(Order.objects.filter(pk__in=[o.pk for o in gone]).values_list("state", flat=True)) <= {
            "queued",
            "unconfirmed",
        }
    assert not down("detran-sp")


def test_many_workers_at_once_do_not_run_at_an_agency_that_is_gone(
    committed_cast: Cast, sandbox: SandboxProcess
) -> None:
    orders = [an_order(committed_cast, sandbox) for _ in range(16)]
    fault = sandbox.fault("fora_do_ar", uf="mg")
    in_threads(*[drain] * 4)
    time.sleep(0.05)
    for _ in range(6):
        in_threads(*[drain] * 4)
    # What flew when it opened was not to be called back: at most one visit more for each of the four workers.
    assert calls(sandbox, orders) <= 5 + 4 + 8
    sandbox.remove_fault(fault)
    work_until_all_are_registered(committed_cast)
    assert [len(sandbox.ledger(chassis=order.chassis)) for order in orders] == [1] * 16
