"""The DETRANs as data: which services a state offers, its rules, fees and terms, each with its source.

One TOML file per DETRAN beside this module. A new state is a file, and a connector where its wire is new (AT-19).
"""

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SALE_INTENTION = "sale_intention"
SALE_COMMUNICATION = "sale_communication"
INTENTION_CANCELLATION = "intention_cancellation"
COMMUNICATION_CANCELLATION = "communication_cancellation"
TRANSFER = "transfer"
Kind = Literal["sale_intention", "sale_communication", "intention_cancellation", "communication_cancellation"]
Origin = Literal["atpve", "paper_atpv"]
KINDS: tuple[Kind, ...] = (
    "sale_intention",
    "sale_communication",
    "intention_cancellation",
    "communication_cancellation",
)
SALES: tuple[Kind, ...] = ("sale_intention", "sale_communication")
CANCELS = {INTENTION_CANCELLATION: SALE_INTENTION, COMMUNICATION_CANCELLATION: SALE_COMMUNICATION}
CANCELLED_BY = {target: kind for kind, target in CANCELS.items()}
FOLDER = Path(__file__).parent


class Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Calls(Data):
    """How this agency is visited, in seconds. `follow_every`: how often what waits on a payment is looked at;
    `least_between`: the rate budget that a person's "verify now" obeys, too. After `most_failures` visits in a row
    without an answer it is only probed, every `probe_first` seconds, growing to `probe_most`."""

    quarantine: float = Field(gt=0)
    most_doubts: int = Field(gt=0)
    follow_every: float = Field(3600, ge=180)
    least_between: float = Field(180, ge=180)
    most_failures: int = Field(5, gt=0)
    probe_first: float = Field(5, gt=0)
    probe_most: float = Field(300, gt=0)


class Reason(Data):
    """One reason an agency takes for a cancellation; `explained` ones need words of one's own."""

    code: str
    label: str
    explained: bool = False


class Service(Data):
    """What one kind of order needs here. `requires` names fields of the order beyond those every DETRAN needs."""

    kind: Kind
    offered_since: dt.date
    requires: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    oldest_sale_days: Annotated[int, Field(gt=0)] | None = None
    establishment_is_party: bool = True
    reading_forbids_cancelling: bool = False
    reasons: tuple[Reason, ...] = ()
    source: str


class Fee(Data):
    """A state fee in cents, from `valid_from` until the next row of the same kind."""

    kind: Kind
    cents: int = Field(ge=0)
    valid_from: dt.date
    source: str


class Term(Data):
    """A legal clock: `days` calendar days after `counted_from`, for sales from `valid_from` on.

    `buyer_term_end` is the last day of the buyer's own term, the agency's `transfer` row. People are told when
    `notice_days` are left, and once when the term is over.
    """

    kind: Kind | Literal["transfer"]
    days: int = Field(gt=0)
    counted_from: Literal["sale_date", "buyer_term_end"]
    valid_from: dt.date
    notice_days: tuple[Annotated[int, Field(ge=0)], ...] = (15, 7, 3, 1, 0)
    source: str


class Agency(Data):
    code: str
    uf: str
    name: str
    connector: Literal["detran_rest"]
    calls: Calls
    services: tuple[Service, ...]
    fees: tuple[Fee, ...] = ()
    terms: tuple[Term, ...] = ()

    @model_validator(mode="after")
    def counts_from_what_it_knows(self) -> Self:
        """A clock that starts where the buyer's ends needs the buyer's."""
        for term in self.terms:
            if term.counted_from == "buyer_term_end" and self.term(TRANSFER, on=term.valid_from) is None:
                raise ValueError("A term counted from the end of the buyer's needs a transfer row as old as itself.")
            if term.kind == TRANSFER and term.counted_from != "sale_date":
                raise ValueError("The buyer's own term is counted from the sale.")
        return self

    def service(self, kind: str, *, on: dt.date) -> Service | None:
        """None when this DETRAN does not take such orders on that day."""
        return next((s for s in self.services if s.kind == kind and s.offered_since <= on), None)

    def fee(self, kind: str, *, on: dt.date) -> Fee | None:
        rows = [fee for fee in self.fees if fee.kind == kind and fee.valid_from <= on]
        return max(rows, key=lambda fee: fee.valid_from, default=None)

    def term(self, kind: str, *, on: dt.date) -> Term | None:
        rows = [term for term in self.terms if term.kind == kind and term.valid_from <= on]
        return max(rows, key=lambda term: term.valid_from, default=None)


@cache
def agencies() -> dict[str, Agency]:
    """Every DETRAN by its code. Raises pydantic.ValidationError when a file is wrong."""
    found = [Agency.model_validate(tomllib.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.toml"))]
    return {agency.code: agency for agency in found}


def agency(code: str) -> Agency:
    """Raises KeyError."""
    return agencies()[code]


def agency_of(uf: str) -> Agency | None:
    """The DETRAN of a state, None where the portal has none yet."""
    return next((agency for agency in agencies().values() if agency.uf == uf), None)
