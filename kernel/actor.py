"""Who does a thing. Every service that writes takes one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind` is user, api or system; `name` is what the history page shows."""

    kind: str
    id: str
    name: str


SYSTEM = Actor("system", "", "AutoTech")
