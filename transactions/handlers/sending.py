"""What the outbox calls: sending orders and fetching ATPV-e. Idempotent, outside transactions.

A second visit asks before it repeats; whatever is not known stays *unconfirmed* until the agency was asked. A visit
settles an order only while its lease is held.
"""

from kernel.http import NotSent, OutcomeUnknown, Refused
from outbox import services as outbox
from outbox.registry import Job, Visit, handles
from transactions import gateway
from transactions.gateway import Found, Registration
from transactions.handlers.policy import agency_policy
from transactions.services import atpve, settle
from transactions.services.settle import Flight
from transactions.topics import FETCH_ATPVE, SEND


@handles(
    SEND, policy=agency_policy, give_up=lambda job, why: settle.park_order(order_id=job.payload["order_id"], why=why)
)
def send_order(job: Job) -> Visit:
    """In flight is committed before the call; NotSent and OutcomeUnknown fly on to the outbox."""
    with outbox.holding(job):
        flight = settle.take_off(order_id=job.payload["order_id"])
    if flight is None:
        return Visit(explanation="O pedido já estava resolvido; nada foi enviado.", called=False)
    if flight.sent_before:
        settled = _ask(flight, job)
        if settled is not None:
            return settled
        with outbox.holding(job):
            settle.resend(order_id=flight.order.pk)
    return _send(flight, job)


def _send(flight: Flight, job: Job) -> Visit:
    order = flight.order
    try:
        registration = gateway.register(order, seller=flight.seller, buyer=flight.buyer, request_id=job.request_id)
    except Refused as e:
        # After a doubtful visit, "already registered" may speak of our own act that was committed late.
        if flight.sent_before:
            with outbox.holding(job):
                settle.doubt_order(order_id=order.pk)
            settled = _ask(flight, job)
            if settled is not None:
                return settled
        with outbox.holding(job):
            settle.refuse_order(order_id=order.pk, code=e.code, words=e.words, fields=e.fields)
        return Visit(code=e.code, words=e.words, asked_first=flight.sent_before)
    except NotSent:
        with outbox.holding(job):
            settle.return_order(order_id=order.pk)
        raise
    except OutcomeUnknown:
        with outbox.holding(job):
            settle.doubt_order(order_id=order.pk)
        raise
    return _accept(flight, registration, job, adopted=False)


def _ask(flight: Flight, job: Job) -> Visit | None:
    """None when the agency has nothing of ours: then, and only then, sending again doubles nothing."""
    found = gateway.find(flight.order, seller=flight.seller, buyer=flight.buyer, request_id=job.request_id)
    if found.kind is Found.FOREIGN:
        return Visit(
            words=found.evidence, explanation="Outro registro ocupa este veículo.", asked_first=True, park=True
        )
    if found.registration is None:
        return None
    return _accept(flight, found.registration, job, adopted=True)


def _accept(flight: Flight, registration: Registration, job: Job, *, adopted: bool) -> Visit:
    with outbox.holding(job):
        settle.accept_order(
            order_id=flight.order.pk,
            protocol=registration.protocol,
            atpve_number=registration.atpve_number,
            code=registration.code,
            words=registration.words,
            adopted=adopted,
        )
    explanation = "Perguntamos ao órgão e o registro é nosso: adotado, nada foi reenviado." if adopted else ""
    return Visit(
        code=registration.code,
        words=registration.words,
        explanation=explanation,
        asked_first=adopted or flight.sent_before,
    )


def _atpve_given_up(job: Job, why: str) -> None:
    """Without this the person could never ask for it again."""
    atpve.not_available(order_id=job.payload["order_id"], code="", words=why)


@handles(FETCH_ATPVE, policy=agency_policy, give_up=_atpve_given_up)
def fetch_atpve(job: Job) -> Visit:
    """Reading the same ATPV-e twice does no harm: any doubtful end is simply tried again."""
    order = atpve.wanted(order_id=job.payload["order_id"])
    if order is None:
        return Visit(explanation="A ATPV-e já estava guardada.", called=False)
    try:
        content = gateway.fetch_atpve(order, request_id=job.request_id)
    except Refused as e:
        atpve.not_available(order_id=order.pk, code=e.code, words=e.words)
        return Visit(code=e.code, words=e.words)
    atpve.keep(order_id=order.pk, atpve_number=order.atpve_number, content=content)
    return Visit(explanation="ATPV-e recebida e guardada.")
