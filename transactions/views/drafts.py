"""The draft of an order: its page, saving it, sending it, throwing it away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kernel import clock
from kernel.errors import DomainError, Problem
from tenants.access import in_establishment, place_of
from tenants.roles import Right
from transactions.forms import typed_of
from transactions.models import Draft
from transactions.models.order import KIND_LABELS
from transactions.presenting.drafts import judged
from transactions.presenting.lists import LISTS
from transactions.rules.agencies import agency
from transactions.services import drafts
from transactions.views.common import draft_id, find_draft, go, only_post, request_id, show_draft
from transactions.views.files import scan_problems


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_establishment(Right.SUBMIT_ORDERS)
def page(request: HttpRequest, token: UUID) -> HttpResponse:
    """The page of a draft; POST keeps what was typed and, with `action=enviar`, sends it."""
    if request.method != "POST":
        return show_draft(request, find_draft(token))
    draft = drafts.save_draft(draft_id=draft_id(token), typed=typed_of(request.POST))
    spoilt = scan_problems(request, draft)
    if request.FILES:
        draft = find_draft(token)
    if request.POST.get("action") == "enviar":
        return _send(request, draft, spoilt)
    messages.success(request, "Rascunho salvo.")
    return go(request, "transactions:draft", token=token)


def _send(request: HttpRequest, draft: Draft, spoilt: list[Problem]) -> HttpResponse:
    place = place_of(request)
    if draft.order is not None:
        return go(request, "transactions:order", number=draft.order.number)
    state = judged(draft, place.establishment)
    found = [p for p in state.problems if not (spoilt and p.field == "scan")] + spoilt
    if found:
        return show_draft(request, draft, problems=found, status=422)
    try:
        order = drafts.submit_draft(
            draft_id=draft.pk,
            establishment=place.establishment,
            facts=state.facts,
            actor=place.user.as_actor(),
            user_id=place.user.pk,
            request_id=request_id(request),
        )
    except DomainError as e:
        refused = e.problems or (Problem("", e.code, e.message),)
        return show_draft(request, draft, problems=refused, conflict=getattr(e, "number", ""), status=e.status)
    messages.success(request, f"{order.kind_label} {order.number} na fila do {agency(order.agency).name}.")
    return go(request, "transactions:order", number=order.number)


@never_cache
@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:draft")
def save(request: HttpRequest, token: UUID) -> HttpResponse:
    """Keeps what was typed, without a page: says when, and what is still missing."""
    draft = find_draft(token)
    draft = drafts.save_draft(draft_id=draft.pk, typed=typed_of(request.POST))
    context = {"at": clock.now(), "draft": draft}
    if draft.order_id is None:
        context["lacks"] = judged(draft, place_of(request).establishment).lacks
    return render(request, "transactions/_draft_saved.html", context)


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:draft")
def discard(request: HttpRequest, token: UUID) -> HttpResponse:
    """Throws a draft away, after asking once."""
    draft = find_draft(token)
    if "confirmado" not in request.POST:
        drafts.save_draft(draft_id=draft.pk, typed=typed_of(request.POST))
        return render(request, "transactions/discard_confirm.html", {"draft": draft})
    drafts.discard_draft(draft_id=draft.pk)
    messages.success(request, f"Rascunho de {KIND_LABELS[draft.kind].lower()} descartado.")
    return go(request, LISTS[draft.kind].list_url)
