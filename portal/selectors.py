"""What the entry, the chooser and every page's head read: ecosystems by address, places of a person."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from accounts.models import User
from kernel.db.transactions import scoped
from outbox.models import Message
from portal.models import Notice
from tenants.models import Ecosystem, Establishment, Membership
from tenants.selectors import memberships_of

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One establishment that a person may enter, and as what."""

    establishment: Establishment
    role: str


@dataclass(slots=True)
class EcosystemChoices:
    """The choices within one ecosystem. `wide` is the label of a role that reaches all of them."""

    ecosystem: Ecosystem
    choices: list[Choice] = field(default_factory=list)
    wide: str = ""
    following: int | None = None


def ecosystem_by_slug(slug: str) -> Ecosystem | None:
    return Ecosystem.objects.filter(slug=slug, active=True).first()


def ecosystem_by_host(host: str) -> Ecosystem | None:
    """The ecosystem whose own address `host` is (a port does not matter)."""
    return Ecosystem.objects.filter(domain=host.rsplit(":", 1)[0].lower(), active=True).first()


def own_memberships(user: User, *, ecosystem: Ecosystem | None = None) -> list[Membership]:
    """The person's memberships that still lead somewhere, in one ecosystem or in all."""
    with scoped(user_id=user.pk):
        rows = memberships_of(user.pk).filter(Q(establishment=None) | Q(establishment__active=True))
        return list(rows if ecosystem is None else rows.filter(ecosystem=ecosystem))


def only_place(memberships: Sequence[Membership]) -> Establishment | None:
    """The one establishment to go to without asking, or None when there is something to choose."""
    return memberships[0].establishment if len(memberships) == 1 else None


def places_of(user: User, *, words: str = "", after: int | None = None, within: str = "") -> list[EcosystemChoices]:
    """Where the person may go, by ecosystem. `words` narrows by name or CNPJ.

    Ecosystem-wide roles reach too many establishments for one page: `following` is the last one shown, to be
    given back as `after` together with the ecosystem's slug as `within`.
    """
    groups: dict[int, EcosystemChoices] = {}
    for membership in own_memberships(user):
        group = groups.setdefault(membership.ecosystem_id, EcosystemChoices(membership.ecosystem))
        if membership.establishment is None:
            group.wide = membership.role_label
        else:
            group.choices.append(Choice(membership.establishment, membership.role_label))
    for group in groups.values():
        if group.wide:
            _fill(group, words=words, after=after if group.ecosystem.slug == within else None)
        elif words:
            group.choices = [choice for choice in group.choices if _matches(choice.establishment, words)]
    return list(groups.values())


def _fill(group: EcosystemChoices, *, words: str, after: int | None) -> None:
    own = {choice.establishment.pk: choice.role for choice in group.choices}
    with scoped(ecosystem_id=group.ecosystem.pk):
        rows = Establishment.objects.filter(active=True).order_by("name", "pk")
        if words:
            rows = rows.filter(Q(name__icontains=words) | Q(cnpj__startswith=_bare(words) or words))
        last = Establishment.objects.filter(pk=after).first() if after else None
        if last is not None:
            rows = rows.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
        found = list(rows[: PAGE_SIZE + 1])
    if len(found) > PAGE_SIZE:
        found = found[:PAGE_SIZE]
        group.following = found[-1].pk
    group.choices = [Choice(row, own.get(row.pk, group.wide)) for row in found]


def _bare(words: str) -> str:
    return "".join(c for c in words.upper() if c.isascii() and c.isalnum())


def _matches(establishment: Establishment, words: str) -> bool:
    return words.casefold() in establishment.name.casefold() or bool(
        _bare(words) and establishment.cnpj.startswith(_bare(words))
    )


def own_notices(establishment_id: int, user_id: int) -> QuerySet[Notice]:
    """A person's notices in one place, newest first."""
    return Notice.objects.filter(establishment_id=establishment_id, user_id=user_id).order_by("-id")


def places_told(kind: str, mark: str) -> list[tuple[int, int, list[int]]]:
    """Ecosystem, establishment and people who had a notice. To be read in the system's scope."""
    found: dict[tuple[int, int], list[int]] = {}
    for notice in Notice.objects.filter(kind=kind, mark=mark).order_by("establishment_id", "id"):
        found.setdefault((notice.ecosystem_id, notice.establishment_id), []).append(notice.user_id)
    return [(ecosystem, house, people) for (ecosystem, house), people in found.items()]


def places_to_watch(topic: str, *, since: dt.datetime) -> list[tuple[int, int]]:
    """Active establishments that had no message of this topic since then. To be read in the system's scope."""
    seen = Message.objects.filter(topic=topic, created_at__gte=since).values("establishment_id")
    rows = Establishment.objects.filter(active=True, ecosystem__active=True).exclude(pk__in=seen).order_by("pk")
    return list(rows.values_list("ecosystem_id", "pk"))
