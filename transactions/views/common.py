"""What the screens of this room share."""

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from kernel.errors import DomainError
from tenants.access import place_of
from transactions.models import Draft, Order
from transactions.presenting.drafts import draft_page
from transactions.selectors import draft_id_of, order_with_parties

View = Callable[..., HttpResponse]
STOP_POLLING = 286


def only_post(back: str) -> Callable[[View], View]:
    """A button's address. Whoever comes back to it by GET, as after signing in again, is led to the page `back`."""

    def wrapped(view: View) -> View:
        @functools.wraps(view)
        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return go(request, back, **kwargs)
            return view(request, *args, **kwargs)

        return guard

    return wrapped


def go(request: HttpRequest, name: str, **kwargs: object) -> HttpResponse:
    """A redirect to an address inside the place of the request."""
    return redirect(reverse(name, kwargs={**place_of(request).slugs, **kwargs}))


def find_draft(token: UUID) -> Draft:
    """Raises Http404 outside its establishment."""
    return get_object_or_404(
        Draft.objects.select_related("order", "scan", "intention", "corrects").filter(cancels=None), token=token
    )


def draft_id(token: UUID) -> int:
    """Raises Http404 outside its establishment."""
    found = draft_id_of(token)
    if found is None:
        raise Http404
    return found


def find_order(number: str) -> Order:
    """Raises Http404 outside its establishment."""
    return get_object_or_404(order_with_parties(number))


def show_draft(request: HttpRequest, draft: Draft, *, status: int = 200, **shown: Any) -> HttpResponse:
    """The page of a draft; of one that is spent, the page of its order, to which it led."""
    if draft.order is not None:
        return go(request, "transactions:order", number=draft.order.number)
    context = draft_page(draft, place_of(request).establishment, **shown)
    return render(request, "transactions/draft.html", context, status=status)


def done(request: HttpRequest, order: Order, act: Callable[[], object], words: str) -> HttpResponse:
    """Does what a button of an order's page asks, says how it went there, and leads back."""
    try:
        act()
    except DomainError as e:
        messages.error(request, e.message)
    else:
        messages.success(request, words)
    return go(request, "transactions:order", number=order.number)


def request_id(request: HttpRequest) -> str:
    found: str = getattr(request, "request_id", "")
    return found
