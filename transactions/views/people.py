"""Help while typing: is this field good, and do we know this person?"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from tenants.access import in_establishment, place_of
from tenants.roles import Right
from transactions.forms import typed_of
from transactions.models import Draft, Party
from transactions.presenting.drafts import form_of, judged
from transactions.rules.judging import MISSING
from transactions.selectors import known_party
from transactions.services import drafts, filling
from transactions.views.common import find_draft, go, only_post

WHO = ("seller", "buyer")


@never_cache
@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:draft")
def field_check(request: HttpRequest, token: UUID) -> HttpResponse:
    """What is wrong with one field, as far as typed; a field that is still empty is not scolded."""
    draft = find_draft(token)
    draft.data = draft.data | typed_of(request.POST)
    name = request.POST.get("field", "")
    if name not in form_of(draft).shown:
        return HttpResponse(status=400)
    found = judged(draft, place_of(request).establishment).problems
    errors = [p.message for p in found if p.field == name and p.code != MISSING]
    return render(request, "transactions/_field_errors.html", {"errors": errors})


@never_cache
@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:draft")
def known(request: HttpRequest, token: UUID) -> HttpResponse:
    """Offers the person of an earlier order when the typed CPF or CNPJ is known in this establishment."""
    draft = find_draft(token)
    draft.data = draft.data | typed_of(request.POST)
    who, party = _asked(request, draft)
    return render(request, "transactions/_person_known.html", {"draft": draft, "who": who, "party": party})


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:draft")
def use(request: HttpRequest, token: UUID) -> HttpResponse:
    """Fills what is empty of the seller or buyer from the earlier order."""
    drafts.save_draft(draft_id=find_draft(token).pk, typed=typed_of(request.POST))
    draft = find_draft(token)
    who, party = _asked(request, draft)
    if party is not None:
        filling.fill_from_party(draft_id=draft.pk, who=who, party=party)
    return go(request, "transactions:draft", token=token)


def _asked(request: HttpRequest, draft: Draft) -> tuple[str, Party | None]:
    who = request.POST.get("usar") or request.POST.get("who", "")
    if who not in WHO:
        return "", None
    return who, known_party(draft.data, who=who)
