"""What every page knows: whose brand it wears and, behind the door, where the person is."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.brand import OWN, Brand
from portal.selectors import ecosystem_by_host, ecosystem_by_slug
from tenants.models import Ecosystem
from tenants.models.ecosystem import SLUG

BRAND_COOKIE = "ecossistema"


def page(request: HttpRequest) -> dict[str, Any]:
    """`brand` (of the place, the address, the page to return to, the host, the last entry) and `place`."""
    return {"brand": SimpleLazyObject(lambda: brand_of(request)), "place": getattr(request, "place", None)}


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
