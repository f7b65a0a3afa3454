"""*Termo de Adesão*: reading it, accepting it, and who accepted which version."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kernel.errors import DomainError
from tenants import selectors, services
from tenants.access import in_establishment, place_of
from tenants.forms import AcceptTerm
from tenants.models import AdhesionTerm
from tenants.prose import to_html
from tenants.roles import Right


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_establishment(Right.VIEW_TERM, before_adhesion=True)
def adhesion(request: HttpRequest) -> HttpResponse:
    """The term in force; POST accepts it for the establishment."""
    if request.method == "POST" and not place_of(request).may_accept_term:
        raise PermissionDenied
    term = selectors.term_in_force()
    if term is None:
        return render(request, "tenants/adhesion_missing.html")
    if request.method != "POST":
        return _page(request, term, AcceptTerm.for_term(term))
    form = AcceptTerm.for_term(term, request.POST)
    if not form.is_valid():
        return _page(request, term, form, status=422)
    return _accept(request, term, form)


def _accept(request: HttpRequest, term: AdhesionTerm, form: AcceptTerm) -> HttpResponse:
    place = place_of(request)
    try:
        services.accept_term(
            establishment=place.establishment,
            user=place.user,
            membership=place.membership,
            shown_version=form.cleaned_data["version"],
            shown_hash=form.cleaned_data["text_hash"],
            ip=get_adapter(request).get_client_ip(request),
            user_agent=request.headers.get("User-Agent", ""),
            request_id=getattr(request, "request_id", ""),
        )
    except DomainError as e:
        messages.error(request, e.message)
        newest = selectors.term_in_force() or term
        return _page(request, newest, AcceptTerm.for_term(newest), status=e.status)
    messages.success(request, f"Termo aceito em nome de {place.establishment.name}. Os serviços estão liberados.")
    return HttpResponseRedirect(reverse("tenants:adhesion", kwargs=place.slugs))


def _page(request: HttpRequest, term: AdhesionTerm, form: AcceptTerm, *, status: int = 200) -> HttpResponse:
    house = place_of(request).establishment
    context = {
        "term": term,
        "text": to_html(term.text, top_heading=3),
        "acceptance": selectors.acceptance_of(term, house),
        "history": selectors.acceptances_of(house),
        "signers": selectors.people_with(Right.ACCEPT_TERM, house),
        "form": form,
    }
    return render(request, "tenants/adhesion.html", context, status=status)
