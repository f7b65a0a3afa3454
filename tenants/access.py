"""The one door: finds the place in the address, the person's membership there, and the right that is needed.

Strangers get 404, members without the right 403, people who are not signed in the sign-in page. Behind the door
the view runs in the establishment's scope and in one transaction; without the door no tenant row can be read.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse

from accounts.models import User
from kernel.db.transactions import scoped
from tenants.models import Ecosystem, Establishment, Membership
from tenants.roles import Right
from tenants.selectors import adhesion_is_due, memberships_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request is, and as what. On `request.place` behind the door."""

    ecosystem: Ecosystem
    establishment: Establishment
    membership: Membership
    user: User

    def may(self, right: Right) -> bool:
        return self.membership.has(right)

    @property
    def sees_personal_data(self) -> bool:
        return self.may(Right.VIEW_PERSONAL_DATA)

    @property
    def may_submit(self) -> bool:
        return self.may(Right.SUBMIT_ORDERS)

    @property
    def may_decide(self) -> bool:
        return self.may(Right.DECIDE_ORDERS)

    @property
    def may_accept_term(self) -> bool:
        return self.may(Right.ACCEPT_TERM)

    @property
    def slugs(self) -> dict[str, str]:
        """The keyword arguments of every address inside this place."""
        return {"ecosystem": self.ecosystem.slug, "establishment": self.establishment.slug}


def in_establishment(
    right: Right, *, before_adhesion: bool = False
) -> Callable[[Callable[..., HttpResponse]], View[Any]]:
    """Door of the views whose address names an ecosystem and an establishment.

    Unless `before_adhesion`, a current *Termo de Adesão* must have been accepted (AT-02).
    """

    def door(view: Callable[..., HttpResponse]) -> View[Any]:
        @functools.wraps(view)
        def enter(request: HttpRequest, *args: Any, ecosystem: str, establishment: str, **kwargs: Any) -> HttpResponse:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            place = find_place(request.user, ecosystem=ecosystem, establishment=establishment)
            if not place.may(right):
                raise PermissionDenied
            request.place = place  # type: ignore[attr-defined]  # read by views and templates
            with scoped(ecosystem_id=place.ecosystem.pk, establishment_id=place.establishment.pk):
                if not before_adhesion and adhesion_is_due(place.establishment):
                    return redirect(reverse("tenants:adhesion", kwargs=place.slugs))
                response = view(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
                return response

        enter.right = right  # type: ignore[attr-defined]  # the every-URL test reads it
        return enter

    return door


def place_of(request: HttpRequest) -> Place:
    """Where the request is. Only behind the door."""
    place: Place = request.place  # type: ignore[attr-defined]  # the door puts it there
    return place


def find_place(user: User, *, ecosystem: str, establishment: str) -> Place:
    """Raises Http404 unless the person belongs there. A role in the house itself goes before an ecosystem-wide one."""
    own = Q(establishment__slug=establishment, establishment__active=True)
    with scoped(user_id=user.pk):
        memberships = memberships_of(user.pk).filter(ecosystem__slug=ecosystem)
        found = memberships.filter(own | Q(establishment=None)).order_by(F("establishment").asc(nulls_last=True))
        membership = found.first()
    if membership is None:
        raise Http404
    house = membership.establishment or _house(membership.ecosystem, establishment)
    return Place(membership.ecosystem, house, membership, user)


def _house(ecosystem: Ecosystem, slug: str) -> Establishment:
    with scoped(ecosystem_id=ecosystem.pk):
        house = Establishment.objects.filter(slug=slug, active=True).first()
    if house is None:
        raise Http404
    return house
