"""What a visit to the agency does to an order. Each function is one transaction."""

from dataclasses import dataclass

from journal.selectors import events_of
from kernel import clock
from kernel.actor import SYSTEM, Actor
from kernel.db.transactions import unit_of_work
from kernel.errors import Problem
from kernel.failpoints import reach
from outbox import services as outbox
from outbox.selectors import open_messages
from transactions.errors import NotNow, OrderNotSubmittable
from transactions.models import Order, Party
from transactions.models.party import BUYER, SELLER
from transactions.rules.agencies import COMMUNICATION_CANCELLATION
from transactions.rules.closing import FINDINGS
from transactions.services import fees
from transactions.services._move import SUBJECT, lock, move
from transactions.services.cancelled import cancel_target
from transactions.states import Action, State

FLYING = frozenset({State.QUEUED, State.IN_FLIGHT, State.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Flight:
    """An order that a worker holds. `sent_before`: an earlier visit may have had its effect, so ask first."""

    order: Order
    seller: Party
    buyer: Party
    sent_before: bool


def take_off(*, order_id: int) -> Flight | None:
    """Marks the order in flight, committed before anything is sent. None when it is settled already.

    An order found in flight was left there by a worker that died: nobody knows what the agency did with it.
    """
    with unit_of_work():
        order = lock(order_id)
        state = State(order.state)
        if state not in FLYING:
            return None
        if state is State.QUEUED:
            move(order, Action.TAKE_OFF, actor=SYSTEM, verb="sending")
            reach("transactions.settle.take_off.moved")
        elif state is State.IN_FLIGHT:
            move(order, Action.DOUBT, actor=SYSTEM, verb="unconfirmed")
            reach("transactions.settle.take_off.doubted")
        parties = {party.role: party for party in order.parties.all()}
    reach("transactions.settle.take_off.committed")
    return Flight(order, parties[SELLER], parties[BUYER], sent_before=state is not State.QUEUED)


def resend(*, order_id: int) -> None:
    """The agency was asked and has nothing of ours: in flight again, committed before sending."""
    with unit_of_work():
        move(lock(order_id), Action.TAKE_OFF, actor=SYSTEM, verb="absent_sending_again")
        reach("transactions.settle.resend.moved")
    reach("transactions.settle.resend.committed")


def accept_order(*, order_id: int, protocol: str, atpve_number: str, code: str, words: str, adopted: bool) -> None:
    """The agency took it. `adopted`: found by asking, after an answer was lost.

    A cancelled intention takes its order with it; the cancellation of a communication waits for its fee.
    """
    with unit_of_work():
        order = lock(order_id)
        waits_for_fee = order.kind == COMMUNICATION_CANCELLATION
        move(
            order,
            Action.DEMAND_FEE if waits_for_fee else Action.ACCEPT,
            actor=SYSTEM,
            verb="adopted" if adopted else "accepted" if waits_for_fee else "registered",
            data={"protocol": protocol, "code": code},
            protocol=protocol,
            atpve_number=atpve_number or order.atpve_number,
            agency_code=code,
            agency_words=words,
            registered_at=None if waits_for_fee else clock.now(),
        )
        reach("transactions.settle.accept_order.moved")
        if waits_for_fee:
            fees.want_slip(order)
            reach("transactions.settle.accept_order.slip_wanted")
        elif order.cancels_id is not None:
            cancel_target(order)
            reach("transactions.settle.accept_order.target_cancelled")
    reach("transactions.settle.accept_order.committed")


def refuse_order(*, order_id: int, code: str, words: str, fields: tuple[tuple[str, str], ...] = ()) -> None:
    """The agency said no. Its words are kept as it said them, field by field."""
    said = "\n".join([words, *(f"{name}: {text}" for name, text in fields)])
    with unit_of_work():
        move(
            lock(order_id),
            Action.REFUSE,
            actor=SYSTEM,
            verb="refused",
            data={"code": code},
            agency_code=code,
            agency_words=said,
        )
        reach("transactions.settle.refuse_order.moved")
    reach("transactions.settle.refuse_order.committed")


def return_order(*, order_id: int) -> None:
    """Certain not to have been executed: back to the queue, or to doubt when an earlier visit was doubtful.

    The history decides, not the caller: a worker that slept through its lease does not know what came after it.
    """
    with unit_of_work():
        order = lock(order_id)
        doubtful = [f"{order.kind}.unconfirmed", f"{order.kind}.released"]
        if events_of(SUBJECT, order.pk).filter(verb__in=doubtful).exists():
            move(order, Action.DOUBT, actor=SYSTEM, verb="unconfirmed")
            reach("transactions.settle.return_order.doubted")
        else:
            move(order, Action.RETURN, actor=SYSTEM, verb="not_sent")
            reach("transactions.settle.return_order.returned")
    reach("transactions.settle.return_order.committed")


def doubt_order(*, order_id: int) -> None:
    """Sent, and nobody knows: it waits out the quarantine, then the agency is asked."""
    with unit_of_work():
        move(lock(order_id), Action.DOUBT, actor=SYSTEM, verb="unconfirmed")
        reach("transactions.settle.doubt_order.moved")
    reach("transactions.settle.doubt_order.committed")


def park_order(*, order_id: int, why: str) -> None:
    """A person must decide. Nothing happens to an order that was settled meanwhile."""
    with unit_of_work():
        order = lock(order_id)
        if State(order.state) in FLYING:
            move(order, Action.PARK, actor=SYSTEM, verb="parked", agency_words=why)
            reach("transactions.settle.park_order.moved")
    reach("transactions.settle.park_order.committed")


def ask_again(*, order_id: int, actor: Actor) -> Order:
    """A person sends a parked order on: the agency is asked before anything is repeated. Raises NotNow."""
    with unit_of_work():
        order = lock(order_id)
        if State(order.state) is not State.PARKED:
            raise NotNow("Este pedido não está esperando decisão.")
        parked = open_messages(SUBJECT, order.pk).filter(state="parked").last()
        if parked is None:
            raise NotNow("O envio deste pedido ainda está sendo encerrado; tente em instantes.")
        move(order, Action.RELEASE, actor=actor, verb="released")
        reach("transactions.settle.ask_again.moved")
        outbox.release(parked.pk)
        reach("transactions.settle.ask_again.message_released")
    reach("transactions.settle.ask_again.committed")
    return order


def withdraw_order(*, order_id: int, actor: Actor) -> Order:
    """A person takes back an order that was not sent yet. Raises NotNow once it left."""
    with unit_of_work():
        order = lock(order_id)
        if State(order.state) is not State.QUEUED:
            raise NotNow("O pedido já saiu para o DETRAN e não pode mais ser retirado da fila.")
        move(order, Action.WITHDRAW, actor=actor, verb="withdrawn")
        reach("transactions.settle.withdraw_order.moved")
    reach("transactions.settle.withdraw_order.committed")
    return order


def close_order(*, order_id: int, finding: str, actor: Actor) -> Order:
    """A person who looked it up at the agency ends a parked order; the vehicle is free for another one.

    `finding` is one of `rules.closing.FINDINGS`. Nothing is sent any more. Raises NotNow, OrderNotSubmittable.
    """
    if finding not in FINDINGS:
        raise OrderNotSubmittable([Problem("finding", "obrigatorio", "Escolha o que foi conferido no DETRAN.")])
    with unit_of_work():
        order = lock(order_id)
        if State(order.state) is not State.PARKED:
            raise NotNow("Este pedido não está esperando decisão.")
        move(order, Action.CLOSE, actor=actor, verb="closed", data={"finding": finding})
        reach("transactions.settle.close_order.moved")
    reach("transactions.settle.close_order.committed")
    return order
