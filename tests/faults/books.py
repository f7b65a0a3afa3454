"""After the storm: the agency's ledger against our orders, and the money against both."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from billing.models import FeeSlip
from journal.selectors import check_chain
from outbox.models import Message
from tests.faults.careers import FEE, Careers
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast
from transactions.models import Order

ACTS = frozenset({"incluir_intencao", "incluir_comunicado", "cancelar_intencao", "cancelar_comunicado"})
FINAL = frozenset({"registered", "cancelled", "refused"})


def unfinished(cast: Cast) -> int:
    """Orders whose end is still to come."""
    with acting_in(cast.house):
        return Order.objects.exclude(state__in=FINAL).count()


def open_messages() -> int:
    with acting_as_machine():
        return Message.objects.exclude(state="done").count()


def differences(cast: Cast, ledger: list[dict[str, Any]], taken: list[str], careers: Careers) -> Iterator[str]:
    """Whatever is lost, doubled or half, in words; nothing when the books agree."""
    with acting_in(cast.house):
        orders = {order.number: order for order in Order.objects.all()}
        slips = list(FeeSlip.objects.all())
        if not check_chain(f"establishment:{cast.house.pk}").intact:
            yield "the journal is broken"
    effects = Counter(row["referencia"] for row in ledger if row["operacao"] in ACTS)
    protocols = {row["referencia"]: row["protocolo"] for row in ledger if row["operacao"] in ACTS}
    for number in taken:
        if number not in orders:
            yield f"{number} was taken and is lost"
    if len(taken) != len(set(taken)):
        yield "a client was given another's order"
    for number, order in orders.items():
        if effects[number] != 1:
            yield f"{number} ({order.state}) has {effects[number]} effects"
        elif order.protocol != protocols[number]:
            yield f"{number} ({order.state}) has protocol {order.protocol!r}, the agency {protocols[number]}"
        if order.state not in ("registered", "cancelled"):
            yield f"{number} ended as {order.state}: {order.agency_words}"
    yield from (f"an effect without an order: {number}" for number in effects.keys() - orders.keys())
    yield from _money(ledger, slips, careers)
    yield from (f"{chassis} was never {plan}" for chassis, plan in careers.plans.items())
    with acting_as_machine():
        left = Counter(Message.objects.exclude(state="done").values_list("topic", "state"))
    yield from (f"{many} messages of {topic} are {state}" for (topic, state), many in left.items())


def _money(ledger: list[dict[str, Any]], slips: list[FeeSlip], careers: Careers) -> Iterator[str]:
    """To the cent: what they issued we hold, what was paid we saw, what was recognised is the fee."""
    issued = sum(row["operacao"] == "emitir_guia" for row in ledger)
    recognised = sum(row["operacao"] == "reconhecer_taxa" for row in ledger)
    seen = sum(slip.paid_cents for slip in slips)
    if not issued == recognised == len(slips) == len(careers.paid):
        yield f"{issued} slips issued, {len(slips)} kept, {len(careers.paid)} paid, {recognised} recognised"
    if seen != sum(careers.paid.values()) or any(slip.value_cents != FEE for slip in slips):
        yield f"{seen} cents seen, {sum(careers.paid.values())} paid"
