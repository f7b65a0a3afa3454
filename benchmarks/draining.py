"""The outbox with 10,000 messages waiting, against 200: what looking for work costs, and what a message costs."""

import statistics
import time
from dataclasses import dataclass

from benchmarks.measure import Pair, Report, analyze
from kernel import clock
from kernel.db.transactions import scoped
from outbox import services as outbox
from outbox.models import Message
from outbox.registry import Job, Visit, handles
from tests.support.people import Cast

MOST = 2.0
MANY, FEW = 10_000, 200
CYCLES = 6
TOPIC = "benchmarks.nothing"


@handles(TOPIC)
def nothing(job: Job) -> Visit:
    """What is left is the outbox' own work: claim, lease, attempt, end."""
    return Visit()


@dataclass(frozen=True)
class Cycle:
    """Milliseconds of one look at what is due, and of one delivery in the mean."""

    due: float
    delivery: float


def run(report: Report, cast: Cast) -> None:
    """Must come first: the messages that the other figures leave behind would be drained, too."""
    report.title(f"Draining the outbox with {MANY:,} messages waiting against {FEW}")
    few = []
    for _ in range(CYCLES):
        leave(cast, FEW)
        few.append(cycle())
    leave(cast, MANY)
    many = [cycle() for _ in range(CYCLES)]
    for what, of in (("what is due", "due"), ("one delivery", "delivery")):
        pair = Pair(*(statistics.median(getattr(c, of) for c in cycles) for cycles in (many, few)))
        report.ratio(f"{what}, {MANY:,} : {FEW} waiting", pair, most=MOST)
    each = statistics.median(c.due / FEW + c.delivery for c in many)
    report.note(f"one worker process would be through with all {MANY:,} in {MANY * each / 1000:.0f} s of its own work")
    with scoped(system=True):
        Message.objects.filter(topic=TOPIC, state="waiting").update(state="done", ended_at=clock.now())


def leave(cast: Cast, many: int) -> None:
    now, house = clock.now(), cast.house
    with scoped(system=True):
        Message.objects.bulk_create(
            [
                Message(
                    ecosystem_id=house.ecosystem_id, establishment_id=house.pk, topic=TOPIC, lane="bench", due_at=now
                )
                for _ in range(many)
            ],
            batch_size=1000,
        )
    analyze("outbox_message")


def cycle() -> Cycle:
    started = time.perf_counter()
    ids = outbox.due()
    looked = time.perf_counter()
    assert len(ids) == FEW, len(ids)
    for pk in ids:
        assert outbox.deliver(pk) is not None
    return Cycle((looked - started) * 1000, (time.perf_counter() - looked) * 1000 / len(ids))
