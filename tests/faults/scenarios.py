"""Stories that together pass by every failpoint. Each ends whole, wherever in it somebody dies."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from billing.models import FeeSlip
from documents import services as documents
from kernel import clock, failpoints
from outbox import services as outbox
from outbox.models import Message
from tenants import services as tenants
from tenants.errors import PlaceRefused
from tenants.models import AdhesionTerm, Ecosystem, Membership
from tenants.roles import Role
from tests.documents import papers
from tests.faults.bulk_story import file_of_several
from tests.faults.lives import LONG_AGO, Life
from tests.support.acting import acting_across, acting_as_machine, acting_in
from tests.transactions.making import ANA
from transactions.models import Draft, Order, Party
from transactions.rules.reading import read_order
from transactions.services import atpve, drafts, fees, filling, settle, submit

TWO_VEHICLES = Path(__file__).parents[1] / "brazil" / "nfe" / "08_dois_veiculos_em_dois_itens.xml"
INCLUDE = "incluir_intencao"


def sale(life: Life) -> None:
    order = life.sells()
    assert order.state == "registered"
    with acting_in(life.cast.house):
        assert (Draft.objects.count(), Order.objects.count()) == (1, 1)


def without_draft(life: Life) -> None:
    """A client of the service that asks whether its order is there before it sends again."""
    draft = life.drafts_a_sale()
    facts, _ = read_order(draft.kind, draft.data, has_scan=False)

    def send() -> Order:
        there = Order.objects.filter(chassis=life.vehicle["chassi"]).first()
        return there or submit.submit_order(
            establishment=life.cast.house, agency_code="detran-mg", facts=facts, actor=ANA
        )

    order = life.does(send)
    life.works()
    life.effects = [INCLUDE]
    assert life.has(order) == "registered"


def refused(life: Life) -> None:
    order = life.sends(life.drafts_a_sale(restricoes=["FURTO"]))
    life.works()
    assert life.has(order) == "refused"


def never_done(life: Life) -> None:
    life.sandbox.fault("perdida_antes", operation=INCLUDE, times=1)
    assert life.sells().state == "registered"


def done_and_not_said(life: Life) -> None:
    life.sandbox.fault("perdida_depois", operation=INCLUDE, times=1)
    assert life.sells().state == "registered"


def turned_away(life: Life) -> None:
    life.sandbox.fault("limite_429", operation=INCLUDE, times=1)
    assert life.sells().state == "registered"


def turned_away_in_doubt(life: Life) -> None:
    order = life.sends(life.drafts_a_sale())
    life.sandbox.fault("perdida_antes", operation=INCLUDE, times=1)
    life.works(until=lambda: life.has(order) == "unconfirmed")
    life.sandbox.fault("limite_429", operation=INCLUDE, times=1)
    life.works()
    life.effects = [INCLUDE]
    assert life.has(order) == "registered"


def found_in_flight(life: Life) -> None:
    """A worker had died before the one that dies here."""
    order = life.sends(life.drafts_a_sale())
    with failpoints.armed("outbox.hold.holding.committed"):
        life.works()
    life.effects = [INCLUDE]
    assert life.has(order) == "registered"


def parked(life: Life) -> None:
    right = life.settings.DETRAN_CREDENTIALS
    life.settings.DETRAN_CREDENTIALS = {**right, "mg": "errada"}
    order = life.sends(life.drafts_a_sale())
    life.works()
    assert life.has(order) == "parked"
    life.settings.DETRAN_CREDENTIALS = right

    def ask() -> None:
        if Order.objects.get(pk=order.pk).state == "parked":
            settle.ask_again(order_id=order.pk, actor=ANA)

    life.does(ask)
    life.works()
    life.effects = [INCLUDE]
    assert life.has(order) == "registered"


def closed(life: Life) -> None:
    """Nobody can confirm it, a person looks it up, and the vehicle is sold by another order."""
    right = life.settings.DETRAN_CREDENTIALS
    life.settings.DETRAN_CREDENTIALS = {**right, "mg": "errada"}
    order = life.sends(life.drafts_a_sale())
    life.works()
    life.settings.DETRAN_CREDENTIALS = right

    def close() -> None:
        if Order.objects.get(pk=order.pk).state == "parked":
            settle.close_order(order_id=order.pk, finding="nothing_there", actor=ANA)

    life.does(close)
    life.works()
    assert life.has(order) == "cancelled"


def withdrawn(life: Life) -> None:
    order = life.sends(life.drafts_a_sale())

    def withdraw() -> None:
        if Order.objects.get(pk=order.pk).state == "queued":
            settle.withdraw_order(order_id=order.pk, actor=ANA)

    life.does(withdraw)
    life.works()
    assert life.has(order) == "cancelled"


def paper(life: Life) -> None:
    """The ATPV-e is fetched, kept and handed out."""
    order = life.sells()
    life.does(lambda: atpve.ask_for_atpve(order_id=order.pk, actor=ANA))
    life.works()
    with acting_in(life.cast.house):
        kept = Order.objects.select_related("atpve").get(pk=order.pk).atpve
    assert kept is not None
    assert life.does(lambda: documents.hand_out(kept, actor=ANA)).startswith(b"%PDF")


def no_paper(life: Life) -> None:
    order = life.sells()
    life.sandbox.cancel(order.protocol)
    life.does(lambda: atpve.ask_for_atpve(order_id=order.pk, actor=ANA))
    life.works()
    assert life.fresh(order).atpve_asked_at is None, "it may be asked for again"
    life.effects = [effect["operacao"] for effect in life.sandbox.ledger(chassis=order.chassis)]


def filled(life: Life) -> None:
    house, order = life.cast.house, life.sells()
    corrected = life.does(
        lambda: drafts.start_draft(
            establishment=house, kind="sale_communication", agency_code="detran-mg", user_id=life.cast.ana.pk
        )
    )
    pk = corrected.pk
    life.does(lambda: filling.fill_from_nfe(draft_id=pk, content=TWO_VEHICLES.read_bytes()))
    life.does(lambda: filling.choose_vehicle(draft_id=pk, item=2))
    with acting_in(house):
        buyer = Party.objects.get(order=order, role="buyer")
    life.does(lambda: filling.fill_from_party(draft_id=pk, who="buyer", party=buyer))
    keep = {"draft_id": pk, "content": papers.pdf(), "filename": "atpv.pdf", "user_id": life.cast.ana.pk}
    life.does(lambda: filling.keep_scan(**keep))  # type: ignore[arg-type]  # a bag of known keys
    assert life.does(lambda: filling.remove_scan(draft_id=pk)).scan is None

    def discard() -> None:
        if Draft.objects.filter(pk=pk).exists():
            drafts.discard_draft(draft_id=pk)

    life.does(discard)


def intention_cancelled(life: Life) -> None:
    order = life.sells()
    cancellation = life.asks_to_cancel(order)
    life.works()
    life.effects.append("cancelar_intencao")
    assert (life.has(cancellation), life.has(order)) == ("registered", "cancelled")


def _fee_wanted(life: Life) -> tuple[Order, Order, FeeSlip]:
    life.sandbox.times(clearing=0.0, processing=0.0)
    communication = life.communicates(life.sells())
    cancellation = life.asks_to_cancel(communication)
    life.works(until=lambda: _slip(life) is not None)
    life.effects += ["cancelar_comunicado", "emitir_guia"]
    slip = _slip(life)
    assert slip is not None
    return communication, cancellation, slip


def _slip(life: Life) -> FeeSlip | None:
    with acting_in(life.cast.house):
        return FeeSlip.objects.order_by("pk").last()


def _one_slip_for_each_of_theirs(life: Life) -> None:
    issued = life.sandbox.ledger(chassis=life.vehicle["chassi"], operation="emitir_guia")
    with acting_in(life.cast.house):
        assert FeeSlip.objects.count() == len(issued)
        assert all(slip.value_cents == 18742 for slip in FeeSlip.objects.all())


def communication_cancelled(life: Life) -> None:
    communication, cancellation, slip = _fee_wanted(life)
    life.sandbox.pay(slip.number)
    life.works()
    life.effects += ["reconhecer_taxa", "concluir_cancelamento"]
    assert (life.has(cancellation), life.has(communication)) == ("registered", "cancelled")
    _one_slip_for_each_of_theirs(life)


def paid_short(life: Life) -> None:
    communication, cancellation, slip = _fee_wanted(life)
    life.sandbox.pay(slip.number, value="100.00")
    life.works(until=lambda: (found := _slip(life)) is not None and found.state == "paid_short")

    def ask() -> None:
        if Message.objects.filter(topic="transactions.issue_slip").count() == 1:
            fees.ask_for_new_slip(order_id=cancellation.pk, actor=ANA)

    life.does(ask)
    life.works(until=lambda: (found := _slip(life)) is not None and found.number != slip.number)
    second = _slip(life)
    assert second is not None
    life.sandbox.pay(second.number)
    life.works()
    life.effects += ["emitir_guia", "reconhecer_taxa", "concluir_cancelamento"]
    assert (life.has(cancellation), life.has(communication)) == ("registered", "cancelled")
    _one_slip_for_each_of_theirs(life)


def paid_twice(life: Life) -> None:
    communication, cancellation, slip = _fee_wanted(life)
    life.sandbox.pay(slip.number)
    life.sandbox.pay(slip.number)
    life.works()
    life.effects += ["reconhecer_taxa", "concluir_cancelamento"]
    with acting_in(life.cast.house):
        kept = FeeSlip.objects.get(pk=slip.pk)
        assert (kept.paid_cents, kept.payments, kept.paid_in_duplicity) == (2 * 18742, 2, True)
    life.does(lambda: fees.settle_duplicity(order_id=cancellation.pk, slip_number=slip.number, actor=ANA))
    assert (life.has(cancellation), life.has(communication)) == ("registered", "cancelled")


def looked_again(life: Life) -> None:
    """A person does not wait for the next round; who asks once more is told that it is on its way."""
    communication, cancellation, slip = _fee_wanted(life)
    life.sandbox.pay(slip.number)
    life.settings.OUTBOX_PACE = 0.0
    follow = "transactions.follow_cancellation"
    with acting_as_machine():
        Message.objects.filter(topic=follow).update(due_at=clock.now() + dt.timedelta(hours=1))

    def verify() -> None:
        if Message.objects.get(topic=follow).due_at > clock.now():
            fees.verify_now(order_id=cancellation.pk, actor=ANA)

    life.does(verify)
    life.works()
    life.effects += ["reconhecer_taxa", "concluir_cancelamento"]
    assert (life.has(cancellation), life.has(communication)) == ("registered", "cancelled")


def denied(life: Life) -> None:
    communication, cancellation, slip = _fee_wanted(life)
    life.sandbox.put_vehicle(**{**life.vehicle, "restricoes": ["JUDICIAL"]})
    life.sandbox.pay(slip.number)
    life.works()
    life.effects += ["reconhecer_taxa", "indeferir_cancelamento"]
    assert (life.has(cancellation), life.has(communication)) == ("refused", "registered")


def nobody_handles(life: Life) -> None:
    """A lost visit that cannot be ended stays leased, seen, and holds nothing up."""
    with acting_in(life.cast.house):
        message = outbox.enqueue("faults.nobody", lane="house", payload={})
    with acting_as_machine():
        Message.objects.filter(pk=message.pk).update(state="leased", leased_until=LONG_AGO)
    for _ in range(2):
        try:
            assert outbox.reap() == []
            break
        except failpoints.Died:
            continue
    with acting_as_machine():
        left = Message.objects.get(pk=message.pk)
        assert (left.state, left.leased_until is not None and left.leased_until > LONG_AGO) == ("leased", True)
        Message.objects.filter(pk=message.pk).update(state="parked", leased_until=None)


def term(life: Life) -> None:
    house, gil = life.cast.house, life.cast.gil

    def publish() -> None:
        with acting_across(life.cast.ecosystem):
            tenants.publish_term(ecosystem=life.cast.ecosystem, title="Termo", text="# Termo\n\nNovo.", actor=ANA)

    life.does(publish)
    with acting_in(house):
        member = Membership.objects.get(user=gil)
        published = tenants_term(house.ecosystem_id)
    accept = {
        "establishment": house, "user": gil, "membership": member, "ip": "127.0.0.1", "user_agent": "x",
        "shown_version": published.version, "shown_hash": published.text_hash,
    }  # fmt: skip
    first = life.does(lambda: tenants.accept_term(**accept))  # type: ignore[arg-type]  # a bag of known keys
    again = life.does(lambda: tenants.accept_term(**accept))  # type: ignore[arg-type]  # a bag of known keys
    assert (first.pk, published.version) == (again.pk, 2)
    life.works()


def tenants_term(ecosystem_id: int) -> AdhesionTerm:
    return AdhesionTerm.objects.filter(ecosystem_id=ecosystem_id).latest("version")


def places(life: Life) -> None:
    """Who repeats is told that it is there already."""

    def settled(act: Callable[[], object]) -> None:
        for _ in range(2):
            try:
                act()
                return
            except failpoints.Died:
                continue
            except PlaceRefused:
                return

    settled(lambda: tenants.create_ecosystem(slug="norte", name="Norte", actor=ANA))
    north = Ecosystem.objects.get(slug="norte")

    def establish() -> None:
        with acting_across(north):
            tenants.create_establishment(
                ecosystem=north, slug="loja", name="Loja", legal_name="Loja Ltda", cnpj="99.063.531/0001-90",
                city_code="3106200", actor=ANA,
            )  # fmt: skip

    settled(establish)

    def join() -> None:
        with acting_across(north):
            tenants.create_membership(
                user=life.cast.ze, ecosystem=north, establishment=None, role=Role.AUDITOR, actor=ANA
            )

    settled(join)
    with acting_across(north):
        assert Membership.objects.filter(ecosystem=north).count() == 1


DRIVEN: dict[Callable[[Life], None], tuple[str, ...]] = {
    refused: ("transactions.settle.refuse_order",),
    never_done: ("transactions.settle.doubt_order", "transactions.settle.resend"),
    done_and_not_said: (),
    turned_away: ("transactions.settle.return_order.returned", "transactions.settle.return_order.committed"),
    turned_away_in_doubt: ("transactions.settle.return_order.doubted",),
    found_in_flight: ("transactions.settle.take_off.doubted", "outbox.deliver.reap", "outbox.deliver.end_lost.attempts",
                      "outbox.deliver.end_lost.committed"),
    nobody_handles: ("outbox.deliver.end_lost.put_off",),
    parked: ("transactions.settle.park_order", "transactions.settle.ask_again", "outbox.park.release",
             "outbox.deliver.tell_parked"),
    closed: ("transactions.settle.close_order",),
    withdrawn: ("transactions.settle.withdraw_order",),
    no_paper: ("transactions.atpve.not_available",),
    paper: ("transactions.atpve", "documents"),
    filled: ("transactions.filling", "transactions.drafts.discard_draft"),
    intention_cancelled: ("transactions.cancel.", "transactions.settle.accept_order.target_cancelled"),
    paid_short: ("transactions.fees.ask_for_new_slip",),
    paid_twice: ("billing.settle_duplicity", "transactions.fees.settle_duplicity", "billing.report_slip.duplicity"),
    denied: ("transactions.fees.note_progress.rejected",),
    looked_again: ("transactions.fees.verify_now", "outbox.hasten"),
    communication_cancelled: ("transactions.fees", "billing", "transactions.settle.accept_order.slip_wanted"),
    term: ("tenants.adhesion",),
    places: ("tenants.places",),
    file_of_several: ("transactions.bulk",),
    without_draft: ("transactions.submit",),
    sale: ("transactions.drafts", "transactions.settle.take_off", "transactions.settle.accept_order", "outbox"),
}  # fmt: skip


def scenario_of(name: str) -> Callable[[Life], None] | None:
    """The first that says it passes by: more particular ones stand before."""
    return next((story for story, prefixes in DRIVEN.items() if name.startswith(prefixes or ("\0",))), None)
