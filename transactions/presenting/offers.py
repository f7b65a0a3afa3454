"""The cancellation that a page offers: what it costs, what follows, and why it may be impossible."""

from dataclasses import dataclass

from kernel import clock
from transactions.cancel_selectors import request_being_prepared
from transactions.models import Order
from transactions.rules.agencies import CANCELLED_BY, SALE_COMMUNICATION, SALE_INTENTION, Reason, agency
from transactions.services.cancel import obstacles
from transactions.states import State

CONSEQUENCES = {
    SALE_INTENTION: "A ATPV-e perde o valor e o veículo fica livre para outra intenção de venda.",
    SALE_COMMUNICATION: "O registro da venda sai da Base de Índice Nacional e o vendedor volta a responder pelo "
    "veículo. A ATPV-e da venda não volta a valer.",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """The cancellation of an order before it is begun. `cents` is the state's fee today, None where it names none;
    `reasons_against` is empty when it may be done. `begun` is the number of a request being prepared."""

    cents: int | None
    fee_source: str
    consequence: str
    reasons_against: list[str]
    begun: str

    @property
    def possible(self) -> bool:
        return not self.reasons_against


def offer_of(order: Order) -> Offer | None:
    """None for what is not registered or is a cancellation itself: there is nothing to cancel."""
    if order.is_cancellation or order.state != State.REGISTERED.value:
        return None
    fee = agency(order.agency).fee(CANCELLED_BY[order.kind], on=clock.today())
    begun = request_being_prepared(order)
    return Offer(
        fee.cents if fee else None,
        fee.source if fee else "",
        CONSEQUENCES[order.kind],
        obstacles(order),
        begun.number or "" if begun else "",
    )


def reasons_for(order: Order) -> tuple[Reason, ...]:
    """The reasons that the agency takes."""
    service = agency(order.agency).service(CANCELLED_BY[order.kind], on=clock.today())
    return service.reasons if service else ()
