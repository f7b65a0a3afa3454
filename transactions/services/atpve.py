"""The ATPV-e: asked for by a person, since an agency may forbid cancelling after it was read; then kept."""

import datetime as dt

from documents import services as documents
from kernel import clock
from kernel.actor import SYSTEM, Actor
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach
from outbox import services as outbox
from transactions.errors import NotNow
from transactions.models import Order
from transactions.services._move import SUBJECT, lock, record
from transactions.states import State
from transactions.topics import FETCH_ATPVE

KIND = "atpve"
KEPT_FOR = dt.timedelta(days=5 * 366)


def ask_for_atpve(*, order_id: int, actor: Actor, request_id: str = "") -> Order:
    """Leaves the fetching in the outbox, once however often it is clicked. Raises NotNow without a registration."""
    with unit_of_work():
        order = lock(order_id)
        if not order.is_intention or State(order.state) is not State.REGISTERED:
            raise NotNow("A ATPV-e só existe depois que o DETRAN registra a intenção de venda.")
        if order.atpve_id is None and order.atpve_asked_at is None:
            order.atpve_asked_at = clock.now()
            order.save(update_fields=["atpve_asked_at", "updated_at"])
            reach("transactions.atpve.ask_for_atpve.order_saved")
            outbox.enqueue(
                FETCH_ATPVE,
                lane=order.lane,
                payload={"order_id": order.pk, "agency": order.agency},
                subject_type=SUBJECT,
                subject_id=order.pk,
                request_id=request_id,
            )
            reach("transactions.atpve.ask_for_atpve.message_left")
            record(order, "atpve_asked", actor=actor)
            reach("transactions.atpve.ask_for_atpve.recorded")
    reach("transactions.atpve.ask_for_atpve.committed")
    return order


def wanted(*, order_id: int) -> Order | None:
    """The order whose ATPV-e is still to be fetched."""
    with unit_of_work():
        order = Order.objects.get(pk=order_id)
    reach("transactions.atpve.wanted.read")
    return order if order.atpve_id is None else None


def keep(*, order_id: int, atpve_number: str, content: bytes) -> None:
    """Stores the official PDF, then hangs it on the order: storage may be far away and is not waited for in a lock."""
    document = documents.store(
        content=content,
        kind=KIND,
        subject_type=SUBJECT,
        subject_id=order_id,
        media_type="application/pdf",
        filename=f"atpve-{atpve_number}.pdf",
        keep_until=clock.today() + KEPT_FOR,
        actor_user_id=None,
    )
    reach("transactions.atpve.keep.document_stored")
    with unit_of_work():
        order = lock(order_id)
        if order.atpve_id is None:
            order.atpve = document
            order.save(update_fields=["atpve", "updated_at"])
            reach("transactions.atpve.keep.order_saved")
            record(order, "atpve_kept", actor=SYSTEM, data={"document": document.pk, "sha256": document.sha256})
            reach("transactions.atpve.keep.recorded")
    reach("transactions.atpve.keep.committed")


def not_available(*, order_id: int, code: str, words: str) -> None:
    """The agency refused to hand it out: said on the page, and it may be asked for again."""
    with unit_of_work():
        order = lock(order_id)
        order.atpve_asked_at = None
        order.save(update_fields=["atpve_asked_at", "updated_at"])
        reach("transactions.atpve.not_available.order_saved")
        record(order, "atpve_refused", actor=SYSTEM, data={"code": code, "words": words})
        reach("transactions.atpve.not_available.recorded")
    reach("transactions.atpve.not_available.committed")
