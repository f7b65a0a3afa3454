"""Cancelling: why, the request to sign, its signed copy, and sending it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kernel.errors import DomainError, Problem
from tenants.access import in_establishment, place_of
from tenants.roles import Right
from transactions.cancel_selectors import requests
from transactions.models import Draft
from transactions.presenting.cancelling import request_page
from transactions.presenting.offers import offer_of, reasons_for
from transactions.rules.agencies import agency
from transactions.rules.cancelling import MOST_WORDS
from transactions.services import cancel
from transactions.views.common import STOP_POLLING, find_order, go, only_post, request_id
from transactions.views.files import content_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_establishment(Right.SUBMIT_ORDERS)
def begin(request: HttpRequest, number: str) -> HttpResponse:
    """What cancelling this order costs and means, and why one wants it; POST has the request written out."""
    order, person = find_order(number), place_of(request).user
    typed = {name: request.POST.get(name, "") for name in ("reason", "justification")}
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            draft = cancel.prepare_cancellation(
                order_id=order.pk,
                **typed,
                actor=person.as_actor(),
                user_id=person.pk,
                request_id=request_id(request),
            )
        except DomainError as e:
            problems = list(e.problems) or [Problem("", e.code, e.message)]
        else:
            return go(request, "transactions:cancellation_draft", number=draft.number)
    context = {
        "order": order,
        "agency": agency(order.agency),
        "offer": offer_of(order),
        "reasons": reasons_for(order),
        "typed": typed,
        "errors": _by_field(problems),
        "most_words": MOST_WORDS,
    }
    return render(request, "transactions/cancellation.html", context, status=422 if problems else 200)


@never_cache
@require_GET
@in_establishment(Right.SUBMIT_ORDERS)
def page(request: HttpRequest, number: str) -> HttpResponse:
    return _show(request, _find(number))


@never_cache
@require_GET
@in_establishment(Right.SUBMIT_ORDERS)
def live(request: HttpRequest, number: str) -> HttpResponse:
    """The steps again: 204 while nothing changed, 286 when nothing more changes by itself."""
    draft = _find(number)
    shown = request_page(draft, sees=place_of(request).sees_personal_data)
    if shown["moving"] and request.GET.get("v") == shown["version"]:
        return HttpResponse(status=204)
    status = 200 if shown["moving"] else STOP_POLLING
    return render(request, "transactions/_cancellation_steps.html", {**shown, "swapped": True}, status=status)


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:cancellation_draft")
def signed(request: HttpRequest, number: str) -> HttpResponse:
    """Takes the signed copy; its code and signatures are read in the background."""
    draft = _find(number)
    try:
        content = content_of(request.FILES.get("signed_request"), most=cancel.MOST_BYTES, what="a cópia assinada")
        cancel.attach_signed(
            draft_id=draft.pk, content=content, user_id=place_of(request).user.pk, request_id=request_id(request)
        )
    except DomainError as e:
        problems = list(e.problems) or [Problem("signed_request", e.code, e.message)]
        return _show(request, draft, problems, status=422)
    return go(request, "transactions:cancellation_draft", number=number)


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:cancellation_draft")
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Sends the cancellation once; whoever comes second is led to the same order."""
    draft, place = _find(number), place_of(request)
    try:
        order = cancel.submit_cancellation(
            draft_id=draft.pk,
            establishment=place.establishment,
            actor=place.user.as_actor(),
            user_id=place.user.pk,
            request_id=request_id(request),
        )
    except DomainError as e:
        problems = list(e.problems) or [Problem("", e.code, e.message)]
        return _show(request, draft, problems, status=e.status)
    messages.success(request, f"{order.kind_label} {order.number} na fila do {agency(order.agency).name}.")
    return go(request, "transactions:order", number=order.number)


def _find(number: str) -> Draft:
    """Raises Http404 outside its establishment."""
    return get_object_or_404(requests(number))


def _show(
    request: HttpRequest, draft: Draft, problems: list[Problem] | None = None, *, status: int = 200
) -> HttpResponse:
    if draft.order is not None:
        return go(request, "transactions:order", number=draft.order.number)
    shown = request_page(draft, sees=place_of(request).sees_personal_data)
    context = {**shown, "errors": _by_field(problems or [])}
    return render(request, "transactions/cancellation_draft.html", context, status=status)


def _by_field(problems: list[Problem]) -> dict[str, list[str]]:
    """Messages by field; those of no field of these pages under `form`."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        name = problem.field if problem.field in {"reason", "justification", "signed_request"} else "form"
        found.setdefault(name, []).append(problem.message)
    return found
