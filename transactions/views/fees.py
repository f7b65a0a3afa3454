"""The buttons beside a fee slip."""

from django.http import HttpRequest, HttpResponse

from tenants.access import in_establishment, place_of
from tenants.roles import Right
from transactions.services import fees
from transactions.views.common import done, find_order, go, only_post


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:order")
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Has the payment looked at without waiting for the next round, within the agency's rate budget."""
    order, person = find_order(number), place_of(request).user
    return done(
        request,
        order,
        lambda: fees.verify_now(order_id=order.pk, actor=person.as_actor()),
        "O portal está perguntando ao DETRAN; o resultado aparece aqui.",
    )


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:order")
def new_slip(request: HttpRequest, number: str) -> HttpResponse:
    order, person = find_order(number), place_of(request).user
    return done(
        request,
        order,
        lambda: fees.ask_for_new_slip(order_id=order.pk, actor=person.as_actor()),
        "Pedimos uma nova guia ao DETRAN; ela aparece aqui assim que for emitida.",
    )


@in_establishment(Right.DECIDE_ORDERS)
def settle_duplicity(request: HttpRequest, number: str, slip: str) -> HttpResponse:
    """Notes that the refund of what was paid too much was asked for."""
    order, person = find_order(number), place_of(request).user
    if request.method != "POST":
        return go(request, "transactions:order", number=number)
    return done(
        request,
        order,
        lambda: fees.settle_duplicity(order_id=order.pk, slip_number=slip, actor=person.as_actor()),
        "Anotado: a restituição foi pedida.",
    )
