"""Telling people: a notice in the portal and a mail, once for each mark."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail

from accounts.models import User
from kernel import clock
from kernel.db.transactions import scoped, unit_of_work
from outbox import services as outbox
from portal.models import Notice
from portal.selectors import own_notices, places_to_watch
from portal.topics import HOUSE, WATCH_DEADLINES
from tenants.models import Establishment

FIRST_HOUR = 6


@dataclass(frozen=True, slots=True)
class Told:
    """What is told: `mark` names it, `link` is a path inside the portal."""

    text: str
    link: str
    mark: str


def tell(
    *, establishment_id: int, users: Sequence[User], kind: str, told: Sequence[Told], subject: str, lead: str
) -> int:
    """Makes the notices that are not there yet and mails each person theirs in one mail; how many were made.

    In the establishment's scope. The establishment's row is held, so that two workers tell nobody twice.
    """
    with unit_of_work():
        house = Establishment.objects.select_for_update(no_key=True).get(pk=establishment_id)
        there = set(
            Notice.objects.filter(kind=kind, mark__in=[one.mark for one in told]).values_list("user_id", "mark")
        )
        many = 0
        for user in users:
            new = [one for one in told if (user.pk, one.mark) not in there]
            Notice.objects.bulk_create(_notice(house, user, kind, one) for one in new)
            if new:
                _mail(house, user, new, subject=subject, lead=lead)
            many += len(new)
        return many


def _notice(house: Establishment, user: User, kind: str, told: Told) -> Notice:
    return Notice(
        ecosystem_id=house.ecosystem_id,
        establishment=house,
        user=user,
        kind=kind,
        text=told.text[:300],
        link=told.link,
        mark=told.mark,
    )


def _mail(house: Establishment, user: User, told: Sequence[Told], *, subject: str, lead: str) -> None:
    lines = [f"- {one.text}\n  {settings.PUBLIC_URL}{one.link}" for one in told]
    body = "\n\n".join([f"Olá, {user.get_short_name()}.", f"{house.name}: {lead}", *lines])
    send_mail(f"{subject} · {house.name}", body + "\n", None, [user.email])


def read_notice(*, notice_id: int, user_id: int) -> Notice | None:
    """Marks one of a person's own notices as read; None when it is not theirs."""
    with unit_of_work():
        notice = Notice.objects.select_for_update().filter(pk=notice_id, user_id=user_id).first()
        if notice is not None and notice.read_at is None:
            notice.read_at = clock.now()
            notice.save(update_fields=["read_at"])
        return notice


def read_all_notices(*, establishment_id: int, user_id: int) -> int:
    with unit_of_work():
        return own_notices(establishment_id, user_id).filter(read_at=None).update(read_at=clock.now())


def watch_deadlines() -> int:
    """Leaves today's look at the legal terms for every establishment that has none yet; how many were left.

    From six in the morning in São Paulo on: the mails that follow wake nobody up.
    """
    today = clock.today()
    begins = dt.datetime.combine(today, dt.time(FIRST_HOUR), tzinfo=clock.SAO_PAULO)
    if clock.now() < begins:
        return 0
    with scoped(system=True):
        places = places_to_watch(WATCH_DEADLINES, since=begins)
    for ecosystem_id, establishment_id in places:
        with scoped(ecosystem_id=ecosystem_id, establishment_id=establishment_id):
            outbox.enqueue(WATCH_DEADLINES, lane=HOUSE, payload={"day": today.isoformat()})
    return len(places)
