"""The buttons of an order's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenants.access import in_establishment, place_of
from tenants.roles import Right
from transactions.presenting.orders import service_for
from transactions.rules.agencies import agency
from transactions.rules.closing import FINDINGS
from transactions.services import settle
from transactions.services.atpve import ask_for_atpve
from transactions.views.common import done, find_order, only_post, request_id


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:order")
def ask_atpve(request: HttpRequest, number: str) -> HttpResponse:
    """Leaves the fetching to the outbox; where reading forbids cancelling, only after the person was told so."""
    order, person = find_order(number), place_of(request).user
    service = service_for(order)
    if service is not None and service.reading_forbids_cancelling and "confirmado" not in request.POST:
        name = agency(order.agency).name
        return render(request, "transactions/atpve_confirm.html", {"order": order, "agency_name": name})
    return done(
        request,
        order,
        lambda: ask_for_atpve(order_id=order.pk, actor=person.as_actor(), request_id=request_id(request)),
        "Pedimos a ATPV-e ao DETRAN; ela aparece aqui assim que chegar.",
    )


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:order")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Takes an order back that has not left yet, after asking once."""
    order, person = find_order(number), place_of(request).user
    if "confirmado" not in request.POST:
        return render(request, "transactions/withdraw_confirm.html", {"order": order})
    return done(
        request,
        order,
        lambda: settle.withdraw_order(order_id=order.pk, actor=person.as_actor()),
        "Pedido retirado da fila. Nada foi enviado ao DETRAN.",
    )


@in_establishment(Right.DECIDE_ORDERS)
@only_post(back="transactions:order")
def ask_again(request: HttpRequest, number: str) -> HttpResponse:
    """Sends a parked order on: the agency is asked before anything is repeated."""
    order, person = find_order(number), place_of(request).user
    return done(
        request,
        order,
        lambda: settle.ask_again(order_id=order.pk, actor=person.as_actor()),
        "O portal vai perguntar ao DETRAN antes de repetir qualquer envio.",
    )


@in_establishment(Right.DECIDE_ORDERS)
@only_post(back="transactions:order")
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Ends a parked order on what a person found at the agency, after asking what that was."""
    order, person = find_order(number), place_of(request).user
    if "finding" not in request.POST:
        told = {"order": order, "findings": FINDINGS, "missing": "confirmado" in request.POST}
        return render(request, "transactions/close_confirm.html", told)
    return done(
        request,
        order,
        lambda: settle.close_order(order_id=order.pk, finding=request.POST["finding"], actor=person.as_actor()),
        "Pedido encerrado. O veículo está livre para um novo pedido.",
    )
