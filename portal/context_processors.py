"""What every page knows: whose brand it wears and, behind the door, where the person is."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.brand import OWN, Brand
from portal.presenting import outage_at
from portal.selectors import ecosystem_by_host, ecosystem_by_slug, own_notices
from tenants.access import Place
from tenants.models import Ecosystem
from tenants.models.ecosystem import SLUG
from tenants.roles import Right

MOST_UNREAD = 99
BRAND_COOKIE = "ecossistema"


def page(request: HttpRequest) -> dict[str, Any]:
    """`brand` (of the place, the address, the page to return to, the host, the last entry) and `place`; behind the
    door also `unread` notices (a text, empty when there are none) and the `outage` of the place's DETRAN."""
    place: Place | None = getattr(request, "place", None)
    known: dict[str, Any] = {"brand": SimpleLazyObject(lambda: brand_of(request)), "place": place}
    if place is not None:
        known["unread"] = SimpleLazyObject(lambda: unread_shown(place))
        known["outage"] = SimpleLazyObject(lambda: outage_at(place) if place.may(Right.VIEW_ORDERS) else None)
    return known


def unread_shown(place: Place) -> str:
    many = own_notices(place.establishment.pk, place.user.pk).filter(read_at=None)[: MOST_UNREAD + 1].count()
    return "" if not many else f"{MOST_UNREAD}+" if many > MOST_UNREAD else str(many)


def brand_of(request: HttpRequest) -> Brand:
    place = getattr(request, "place", None)
    ecosystem = place.ecosystem if place else getattr(request, "ecosystem", None)
    ecosystem = ecosystem or _returning_to(request) or ecosystem_by_host(request.get_host()) or _last_entry(request)
    return brand_of_ecosystem(ecosystem) if ecosystem else OWN


def brand_of_ecosystem(ecosystem: Ecosystem) -> Brand:
    return Brand.of(slug=ecosystem.slug, name=ecosystem.name, color=ecosystem.color, logo=ecosystem.logo)


def _returning_to(request: HttpRequest) -> Ecosystem | None:
    """The sign-in pages have no ecosystem in their address; the page to return to has."""
    there = request.POST.get("next") or request.GET.get("next") or ""
    slug = urlsplit(there).path.strip("/").split("/")[0]
    return _ecosystem(slug)


def _last_entry(request: HttpRequest) -> Ecosystem | None:
    """Pages of one's own account belong to no ecosystem, and keep the look of the door one came through."""
    slug = request.COOKIES.get(BRAND_COOKIE, "")
    return _ecosystem(slug) if request.path != "/" else None


def _ecosystem(slug: str) -> Ecosystem | None:
    """None, without a query, for what cannot be a slug: both callers read what the browser sent."""
    return ecosystem_by_slug(slug) if re.fullmatch(SLUG.regex, slug) else None
