"""Bad days on order: which fault hits a request is decided here, reproducibly, and counted."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What can go wrong."""

    LATENCY = "latencia"
    LATE_ANSWER = "latencia_depois"
    LOST_BEFORE = "perdida_antes"
    LOST_AFTER = "perdida_depois"
    LATE_COMMIT = "commit_tardio"
    ERROR_500 = "erro_500"
    TOO_MANY = "limite_429"
    GARBAGE = "lixo"
    OUTAGE = "fora_do_ar"


@dataclass(slots=True)
class Fault:
    """One standing order: whom it hits, how often, and how often it already did."""

    number: int
    uf: str
    operation: str
    kind: Kind
    times: int | None
    probability: float
    seconds: float
    seed: int | None
    chassis: str | None
    fired: int = 0
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Give each fault its own dice, so that a seed repeats the same sequence."""
        self.dice = random.Random(self.seed)  # noqa: S311 -- chance, not secrecy

    def hits(self, *, uf: str, operation: str, chassis: str | None) -> bool:
        """Say whether this fault strikes the request, and count it if so."""
        if (
            self.uf not in ("*", uf)
            or self.operation not in ("*", operation)
            or self.chassis not in (None, chassis)
            or (self.times is not None and self.fired >= self.times)
            or self.dice.random() >= self.probability
        ):
            return False
        self.fired += 1
        return True

    def as_wire(self) -> dict[str, Any]:
        """Return the fault as the control address shows it."""
        return {
            "id": self.number,
            "uf": self.uf,
            "operacao": self.operation,
            "tipo": self.kind.value,
            "vezes": self.times,
            "probabilidade": self.probability,
            "segundos": self.seconds,
            "semente": self.seed,
            "chassi": self.chassis,
            "disparos": self.fired,
        }


class Faults:
    """The standing faults, in order of arrival. Kept in memory: a restarted agency is a healthy one."""

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._numbers = 0

    def add(self, **order: Any) -> Fault:
        """Set a fault and return it with its number."""
        self._numbers += 1
        fault = Fault(number=self._numbers, **order)
        self._faults[fault.number] = fault
        return fault

    def remove(self, number: int) -> bool:
        """Take one fault away; False when there is none of that number."""
        return self._faults.pop(number, None) is not None

    def clear(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    def all(self) -> Iterable[Fault]:
        """Return the standing faults, spent ones included."""
        return self._faults.values()

    def drawn(self, *, uf: str, operation: str, chassis: str | None) -> tuple[float, Fault | None]:
        """Return the seconds of latency to add and the one other fault that hits this request, if any.

        Latencies add up; of the others the oldest that hits wins and later ones are not asked.
        """
        seconds = 0.0
        struck: Fault | None = None
        for fault in self._faults.values():
            is_latency = fault.kind is Kind.LATENCY
            if (is_latency or struck is None) and fault.hits(uf=uf, operation=operation, chassis=chassis):
                if is_latency:
                    seconds += fault.seconds
                else:
                    struck = fault
        return seconds, struck
