"""The agencies as their page shows them: does each answer, since when, and what of one's own waits."""

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache

from kernel import clock
from kernel.clock import SAO_PAULO
from kernel.db.transactions import scoped
from outbox.models import LaneHealth
from outbox.selectors import LaneDay, lane_day, lane_health
from tenants.access import Place
from transactions.rules.agencies import Agency, agencies, agency_of
from transactions.selectors import waiting_by_agency

KEPT = 60
MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Hour:
    """One bar: `level` is good, warn, bad or none."""

    at: str
    level: str
    words: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One agency. `here` is the establishment's own."""

    agency: Agency
    health: LaneHealth | None
    waiting: int
    median_ms: int | None
    hours: list[Hour]
    here: bool

    @property
    def tone(self) -> str:
        if self.health is None:
            return "idle"
        return "bad" if self.health.is_down else "good"

    @property
    def word(self) -> str:
        if self.health is None:
            return "Ainda sem visitas"
        return "Não responde" if self.health.is_down else "Respondendo"

    @property
    def summary(self) -> str:
        """The bars in one sentence."""
        many = [hour.level for hour in self.hours]
        visited = len(many) - many.count("none")
        if not visited:
            return "Sem visitas nas últimas 24 horas."
        if many.count("good") == visited:
            return "Respondeu em todas as horas com visitas."
        failing = many.count("bad")
        said = f"Falhou em {failing} de {visited} horas com visitas" if failing else "Nenhuma hora sem respostas"
        unsteady = many.count("warn")
        return f"{said}; instável em {unsteady}." if unsteady else f"{said}."


def agencies_seen(place: Place) -> list[Seen]:
    """Every DETRAN of the portal, the place's own first. In the place's scope."""
    waiting = waiting_by_agency(place.establishment.pk)
    found = [_seen(agency, waiting.get(agency.code, 0), place) for agency in agencies().values()]
    return sorted(found, key=lambda seen: (not seen.here, seen.agency.name))


def _seen(agency: Agency, waiting: int, place: Place) -> Seen:
    day = _day(agency.code)
    hours = [_hour(at, share) for at, share in day.hours]
    here = agency.uf == place.establishment.uf
    return Seen(agency, lane_health(agency.code), waiting, day.median_ms, hours, here)


def _day(lane: str) -> LaneDay:
    """Kept for a minute: the same for every tenant, and of no tenant."""
    kept: LaneDay | None = cache.get(f"lane-day-{lane}")
    if kept is None:
        with scoped(system=True):
            kept = lane_day(lane)
        cache.set(f"lane-day-{lane}", kept, KEPT)
    return kept


def _hour(at: dt.datetime, share: float | None) -> Hour:
    shown = f"{at.astimezone(SAO_PAULO):%H}h"
    if share is None:
        return Hour(shown, "none", "sem visitas")
    if share >= MOSTLY:
        return Hour(shown, "good", "respondeu")
    return Hour(shown, "warn", "instável") if share > 0 else Hour(shown, "bad", "não respondeu")


@dataclass(frozen=True, slots=True)
class Outage:
    """The establishment's DETRAN is gone: said on top of its pages."""

    name: str
    since: dt.datetime

    @property
    def shown_since(self) -> str:
        """`10:32`, with the day when it is not today's."""
        at = self.since.astimezone(SAO_PAULO)
        return f"{at:%H:%M}" if at.date() == clock.today() else f"{at:%H:%M} de {at:%d/%m}"


def outage_at(place: Place) -> Outage | None:
    where = agency_of(place.establishment.uf)
    health = lane_health(where.code) if where else None
    return Outage(where.name, health.since) if where and health and health.is_down else None
