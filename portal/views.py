"""The entry, the chooser of places, the colours, what one is told, and whether portal and agencies are well."""

import logging
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts.forms import LoginForm
from accounts.models import User
from kernel.db.transactions import scoped
from outbox.selectors import oldest_due_seconds
from portal.context_processors import BRAND_COOKIE, brand_of_ecosystem
from portal.home import home_page
from portal.presenting import agencies_seen
from portal.selectors import ecosystem_by_host, ecosystem_by_slug, only_place, own_memberships, own_notices, places_of
from portal.services import read_all_notices, read_notice
from tenants.access import in_establishment, place_of
from tenants.models import Ecosystem
from tenants.roles import Right

log = logging.getLogger(__name__)
BRAND_SECONDS = 180 * 86400
SHOWN_NOTICES = 50


@never_cache
@require_safe
def entry(request: HttpRequest) -> HttpResponse:
    """The portal's main address, or an ecosystem's own when the host is its domain (AT-01)."""
    return _enter(request, ecosystem_by_host(request.get_host()))


@never_cache
@require_safe
def ecosystem_entry(request: HttpRequest, ecosystem: str) -> HttpResponse:
    found = ecosystem_by_slug(ecosystem)
    if found is None:
        raise Http404
    return _enter(request, found)


def _enter(request: HttpRequest, ecosystem: Ecosystem | None) -> HttpResponse:
    request.ecosystem = ecosystem  # type: ignore[attr-defined]  # whose brand the page wears
    if not isinstance(request.user, User):
        form = LoginForm(request=request)
        page = render(request, "portal/entry.html", {"form": form, "ecosystem": ecosystem, "next": request.path})
        return _remember(page, ecosystem)
    memberships = own_memberships(request.user, ecosystem=ecosystem) or own_memberships(request.user)
    only = only_place(memberships)
    if only is None:
        return redirect("portal:places")
    return redirect("portal:home", ecosystem=memberships[0].ecosystem.slug, establishment=only.slug)


@never_cache
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Where to go, for people who may go to more than one place."""
    if not isinstance(request.user, User):
        return redirect("account_login")
    words = request.GET.get("busca", "").strip()[:80]
    after = request.GET.get("depois", "")
    groups = places_of(
        request.user,
        words=words,
        after=int(after) if after.isdecimal() and len(after) < 19 else None,
        within=request.GET.get("em", ""),
    )
    search = bool(words) or any(group.wide or len(group.choices) > 6 for group in groups)
    return render(request, "portal/places.html", {"groups": groups, "words": words, "search": search})


def nothing(request: HttpRequest) -> HttpResponse:
    raise Http404


@never_cache
@require_safe
@in_establishment(Right.ENTER)
def home(request: HttpRequest) -> HttpResponse:
    place = place_of(request)
    return _remember(render(request, "portal/home.html", home_page(place)), place.ecosystem)


@never_cache
@require_safe
@in_establishment(Right.VIEW_ORDERS)
def agencies(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/agencies.html", {"seen": agencies_seen(place_of(request)), "outage": None})


@never_cache
@require_safe
@in_establishment(Right.ENTER)
def notices(request: HttpRequest) -> HttpResponse:
    place = place_of(request)
    shown = list(own_notices(place.establishment.pk, place.user.pk)[:SHOWN_NOTICES])
    unread = any(notice.read_at is None for notice in shown)
    return render(request, "portal/notices.html", {"notices": shown, "unread_here": unread})


@in_establishment(Right.ENTER)
def notices_read(request: HttpRequest) -> HttpResponse:
    place = place_of(request)
    if request.method == "POST":
        read_all_notices(establishment_id=place.establishment.pk, user_id=place.user.pk)
    return redirect(reverse("portal:notices", kwargs=place.slugs))


@in_establishment(Right.ENTER)
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Reads a notice and leads to what it speaks of."""
    place = place_of(request)
    if request.method != "POST":
        return redirect(reverse("portal:notices", kwargs=place.slugs))
    notice = read_notice(notice_id=pk, user_id=place.user.pk)
    if notice is None:
        raise Http404
    return redirect(notice.link)


def _remember(page: HttpResponse, ecosystem: Ecosystem | None) -> HttpResponse:
    """A cookie and not the session: strangers at the entry must not fill a table."""
    if ecosystem is None:
        page.delete_cookie(BRAND_COOKIE, samesite="Lax")
    else:
        page.set_cookie(
            BRAND_COOKIE,
            ecosystem.slug,
            max_age=BRAND_SECONDS,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return page


@require_safe
@cache_control(public=True, max_age=3600)
def brand_css(request: HttpRequest, ecosystem: str) -> HttpResponse:
    """The ecosystem's accent as CSS variables: a file, so that pages need no inline style."""
    found = ecosystem_by_slug(ecosystem)
    if found is None:
        raise Http404
    css = render_to_string("portal/brand.css", {"brand": brand_of_ecosystem(found)})
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"vivo": True})


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 while the database answers. Redis is only a doorbell: its absence is told, and is no failure."""
    state: dict[str, Any] = {"banco": "ok", "redis": "ok" if _redis_answers() else "fora", "outbox_atraso_s": None}
    try:
        with scoped(system=True):
            state["outbox_atraso_s"] = oldest_due_seconds()
    except DatabaseError:
        log.exception("The database does not answer.")
        connection.close()
        state["banco"] = "fora"
    return JsonResponse(state, status=200 if state["banco"] == "ok" else 503)


def _redis_answers() -> bool:
    probe: bool = cache.answers()  # type: ignore[attr-defined]  # autotech.cache.PatientRedisCache
    return probe
