"""What becomes of some orders after their registration. Each step looks where things stand, so it may be repeated."""

from dataclasses import dataclass, field
from typing import Any

from django.db import Error, connection

from billing.models import FeeSlip
from documents import services as documents
from kernel import clock
from outbox import services as outbox
from outbox.models import Message
from tests.sandbox.process import SandboxProcess
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast
from tests.transactions.making import ANA, submit
from transactions.errors import NotNow
from transactions.models import Draft, Order
from transactions.services import cancel, settle

FOLLOW = "transactions.follow_cancellation"
SOLD, CANCELLED, PAID = "sold", "cancelled", "paid"
FEE = 18742


@dataclass
class Careers:
    """`plans` says of a chassis what becomes of it; what is through is taken out."""

    cast: Cast
    sandbox: SandboxProcess
    words: dict[str, dict[str, str]]
    plans: dict[str, str]
    paid: dict[str, int] = field(default_factory=dict)
    decided: int = 0

    def step(self) -> None:
        """A step of every career, and a person's decision for everything parked. The database may be away."""
        try:
            for chassis, plan in [*self.plans.items()]:
                if self._advance(chassis, plan):
                    del self.plans[chassis]
            self._decide()
            self._verify()
        except Error:
            connection.close()
        except NotNow:
            return  # what was looked at has moved on meanwhile

    def _decide(self) -> None:
        """What was doubtful too often waits for a person, who sends it on: the agency is asked first."""
        with acting_as_machine():
            parked = list(Message.objects.filter(state="parked"))
        for message in parked:
            with acting_in(self.cast.house):
                if message.topic == "transactions.send_order" and message.subject_id:
                    settle.ask_again(order_id=message.subject_id, actor=ANA)
                else:
                    outbox.release(message.pk)
            self.decided += 1

    def _verify(self) -> None:
        """Nobody waits for the agency's cadence: half an hour passes as the quarantines do."""
        with acting_as_machine():
            Message.objects.filter(topic=FOLLOW, state="waiting").update(due_at=clock.now())

    def _advance(self, chassis: str, plan: str) -> bool:
        with acting_in(self.cast.house):
            intention = Order.objects.filter(chassis=chassis, kind="sale_intention").first()
            communication = Order.objects.filter(chassis=chassis, kind="sale_communication").first()
        if intention is None or intention.state not in ("registered", "cancelled"):
            return False
        if plan == CANCELLED:
            return self._cancelled(intention)
        if communication is None:
            words = {**self.words[chassis], "origin": "atpve", "atpve_number": intention.atpve_number}
            submit(self.cast.house, words, kind="sale_communication")
            return False
        return communication.state == "registered" if plan == SOLD else self._cancelled(communication)

    def _cancelled(self, target: Order) -> bool:
        if target.state != "registered":
            return target.state == "cancelled"
        with acting_in(self.cast.house):
            cancellation = Order.objects.filter(cancels=target).first()
            if cancellation is None:
                self._ask_to_cancel(target)
            elif cancellation.state == "awaiting_fee":
                self._pay(cancellation)
        return False

    def _ask_to_cancel(self, target: Order) -> None:
        draft = Draft.objects.select_related("request").filter(cancels=target, order=None).first()
        who: dict[str, Any] = {"actor": ANA, "user_id": self.cast.ana.pk}
        if draft is None:
            cancel.prepare_cancellation(order_id=target.pk, reason="DESISTENCIA", justification="", **who)
        elif draft.request is not None and draft.signed_request_id is None:
            signed = documents.read(draft.request)
            cancel.attach_signed(draft_id=draft.pk, content=signed, user_id=self.cast.ana.pk)
        elif draft.signed_check is not None:
            cancel.submit_cancellation(draft_id=draft.pk, establishment=self.cast.house, **who)

    def _pay(self, cancellation: Order) -> None:
        slip = FeeSlip.objects.filter(subject_type="order", subject_id=cancellation.pk).first()
        if slip is not None and slip.number not in self.paid:
            self.paid[slip.number] = FEE
            self.sandbox.pay(slip.number)
