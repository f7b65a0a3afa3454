"""Many at once want the same thing. Each was seen red with its lock or constraint taken away."""

from collections import Counter

from django.db import connection

from kernel.errors import DomainError
from outbox.models import Message
from tests.sandbox.specimens import vehicle
from tests.support.acting import acting_across, acting_as_machine, acting_in
from tests.support.database import in_threads
from tests.support.people import Cast
from tests.transactions.making import ANA, submit, typed
from transactions.errors import NotNow, OrderAlreadyLive
from transactions.models import Draft, Order
from transactions.rules.agencies import SALE_INTENTION
from transactions.rules.reading import read_order
from transactions.services import settle
from transactions.services.drafts import submit_draft


def kinds(results: list[object]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def test_the_same_vehicle_from_four_tabs_and_a_rival_is_one_order(committed_cast: Cast) -> None:
    cast = committed_cast
    words = typed(vehicle(), seller=cast.house.cnpj)
    rivals = {**words, "seller_document": cast.rival_house.cnpj}
    jobs = [lambda: submit(cast.house, words)] * 4 + [lambda: submit(cast.rival_house, rivals)] * 2
    results = in_threads(*jobs)
    assert kinds(results) == {"Order": 1, "OrderAlreadyLive": 5}
    assert all(isinstance(result, (Order, OrderAlreadyLive)) for result in results)
    with acting_as_machine():
        assert Message.objects.count() == 1


def test_a_draft_sent_from_four_tabs_is_one_order(committed_cast: Cast) -> None:
    cast = committed_cast
    words = typed(vehicle(), seller=cast.house.cnpj)
    facts, _ = read_order(SALE_INTENTION, words)
    place = {"ecosystem_id": cast.ecosystem.pk, "establishment_id": cast.house.pk}
    with acting_in(cast.house):
        draft = Draft(**place, kind=SALE_INTENTION, agency="detran-mg", data=words)
        draft.save()

    def send() -> str:
        with acting_in(cast.house):
            return submit_draft(
                draft_id=draft.pk, establishment=cast.house, facts=facts, actor=ANA, user_id=cast.ana.pk, request_id=""
            ).number

    results = in_threads(*[send] * 4)
    assert kinds(results) == {"str": 4}
    assert len(set(results)) == 1
    with acting_across(cast.ecosystem):
        assert Order.objects.count() == 1


def test_many_orders_at_once_have_numbers_of_their_own_and_an_intact_journal(committed_cast: Cast) -> None:
    house = committed_cast.house

    def some() -> list[str]:
        return [submit(house, typed(vehicle(), seller=house.cnpj)).number for _ in range(6)]

    results = in_threads(*[some] * 4)
    numbers = [number for some in results if isinstance(some, list) for number in some]
    assert len(set(numbers)) == 24
    with acting_in(house), connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT seq), max(seq) FROM journal_event")
        assert cursor.fetchone() == (24, 24)


def test_an_order_is_withdrawn_or_sent_but_never_both(committed_cast: Cast) -> None:
    house = committed_cast.house
    for _ in range(5):
        order = submit(house, typed(vehicle(), seller=house.cnpj))

        def withdraw(pk: int = order.pk) -> str:
            with acting_in(house):
                return settle.withdraw_order(order_id=pk, actor=ANA).state

        def take_off(pk: int = order.pk) -> bool:
            with acting_in(house):
                return settle.take_off(order_id=pk) is not None

        withdrawn, flying = in_threads(withdraw, take_off)
        with acting_in(house):
            state = Order.objects.get(pk=order.pk).state
        if withdrawn == "cancelled":
            assert (flying, state) == (False, "cancelled")
        else:
            assert isinstance(withdrawn, NotNow)
            assert isinstance(withdrawn, DomainError)
            assert (flying, state) == (True, "in_flight")
