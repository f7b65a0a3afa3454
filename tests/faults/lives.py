"""A house in which one death happens: people do again what got no answer, and the outbox delivers again."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from documents import services as documents
from documents.models import Document
from journal.selectors import check_chain, events_of
from kernel.failpoints import Died
from outbox import services as outbox
from outbox.models import Attempt, Message
from tests.sandbox.process import SandboxProcess
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast
from tests.transactions.making import ANA, typed, vehicle_of
from transactions.models import Draft, Order
from transactions.rules.reading import read_order
from transactions.services import cancel, drafts

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
T = TypeVar("T")


@dataclass
class Life:
    """What a scenario acts with. `effects` are the operations its ledger must show, each once, at the end."""

    cast: Cast
    sandbox: SandboxProcess
    settings: Any
    effects: list[str] = field(default_factory=list)
    vehicle: dict[str, Any] = field(default_factory=dict)

    def does(self, act: Callable[[], T]) -> T:
        """A person's act, done again by somebody who got no answer."""
        try:
            with acting_in(self.cast.house):
                return act()
        except Died:
            with acting_in(self.cast.house):
                return act()

    def works(self, *, until: Callable[[], bool] | None = None) -> None:
        """Delivers all there is, as if every wait and every dead worker's lease were over, until nothing is open."""
        for _ in range(40):
            waiting = self._hurry()
            if not waiting or (until and until()):
                return
            try:
                outbox.due()
                outbox.reap()
                for pk in waiting:
                    outbox.deliver(pk)
            except Died:
                continue
        raise AssertionError("There is still work, or what was waited for did not come.")

    def _hurry(self) -> list[int]:
        with acting_as_machine():
            Message.objects.filter(state="waiting").update(due_at=LONG_AGO, rung_at=None)
            Message.objects.filter(state="leased").update(leased_until=LONG_AGO)
            return list(Message.objects.filter(state__in=["waiting", "leased"]).values_list("pk", flat=True))

    def has(self, order: Order) -> str:
        with acting_in(self.cast.house):
            return Order.objects.get(pk=order.pk).state

    def fresh(self, order: Order) -> Order:
        with acting_in(self.cast.house):
            return Order.objects.get(pk=order.pk)

    def drafts_a_sale(self, **vehicle: Any) -> Draft:
        self.vehicle = vehicle_of(self.sandbox, self.cast.house, **vehicle)
        draft = self.does(
            lambda: drafts.start_draft(
                establishment=self.cast.house, kind="sale_intention", agency_code="detran-mg", user_id=self.cast.ana.pk
            )
        )
        words = typed(self.vehicle, seller=self.cast.house.cnpj)
        return self.does(lambda: drafts.save_draft(draft_id=draft.pk, typed=words))

    def sends(self, draft: Draft) -> Order:
        facts, problems = read_order(draft.kind, draft.data, has_scan=False)
        assert problems == []
        return self.does(
            lambda: drafts.submit_draft(
                draft_id=draft.pk,
                establishment=self.cast.house,
                facts=facts,
                actor=ANA,
                user_id=self.cast.ana.pk,
                request_id="",
            )
        )

    def sells(self, **vehicle: Any) -> Order:
        """A registered intention, and that is one effect."""
        order = self.sends(self.drafts_a_sale(**vehicle))
        self.works()
        self.effects.append("incluir_intencao")
        return self.fresh(order)

    def communicates(self, intention: Order) -> Order:
        draft = self.does(
            lambda: drafts.start_draft(
                establishment=self.cast.house,
                kind="sale_communication",
                agency_code="detran-mg",
                user_id=self.cast.ana.pk,
                intention=intention,
            )
        )
        order = self.sends(draft)
        self.works()
        self.effects.append("incluir_comunicado")
        return self.fresh(order)

    def asks_to_cancel(self, order: Order) -> Order:
        """The request is written out, comes back signed, and is sent; what the agency says is still to come."""
        house, ana = self.cast.house, self.cast.ana
        draft = self.does(
            lambda: cancel.prepare_cancellation(
                order_id=order.pk, reason="DESISTENCIA", justification="", actor=ANA, user_id=ana.pk
            )
        )
        self.works()
        with acting_in(house):
            written = Draft.objects.select_related("request").get(pk=draft.pk).request
            assert written is not None
            content = documents.read(written)
        self.does(lambda: cancel.attach_signed(draft_id=draft.pk, content=content, user_id=ana.pk))
        self.works()
        return self.does(
            lambda: cancel.submit_cancellation(draft_id=draft.pk, establishment=house, actor=ANA, user_id=ana.pk)
        )

    def is_whole(self) -> None:
        """Nothing lost, nothing doubled, nothing half: asked of the agency's ledger, then of our own tables."""
        chassis = self.vehicle.get("chassi")
        ledger = self.sandbox.ledger(chassis=chassis) if chassis else []
        assert sorted(effect["operacao"] for effect in ledger) == sorted(self.effects)
        with acting_in(self.cast.house):
            orders = {order.number: order for order in Order.objects.all()}
            for effect in ledger:
                if effect["referencia"] and effect["operacao"] not in ("emitir_guia", "reconhecer_taxa"):
                    assert orders[effect["referencia"]].protocol == effect["protocolo"]
            for order in orders.values():
                self._history_tells(order)
            assert check_chain(f"establishment:{self.cast.house.pk}").intact
            for document in Document.objects.all():
                assert documents.read(document), "a row never points at nothing"
        with acting_as_machine():
            assert not Message.objects.exclude(state__in=["done", "parked"]).exists()
            assert not Attempt.objects.filter(outcome="").exists()

    def _history_tells(self, order: Order) -> None:
        moves = [event.data for event in events_of("order", order.pk) if "to" in event.data]
        state = "queued"
        for move in moves:
            assert move["from"] == state
            state = move["to"]
        assert order.state == state
        said = [event.verb.partition(".")[2] for event in events_of("order", order.pk)]
        assert said.count("submitted") == 1
