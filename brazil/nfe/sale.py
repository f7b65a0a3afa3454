"""What an NF-e tells about the sale of a vehicle. Texts are as written in the note; money is in integer cents."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from brazil.nfe.authorisation import AUTHORISED

PartyKind = Literal["CPF", "CNPJ", "ESTRANGEIRO"]


@dataclass(frozen=True, slots=True)
class Address:
    """An address in Brazil; `municipality_code` is IBGE's, `9999999` and UF `EX` when abroad."""

    street: str
    number: str
    complement: str | None
    district: str
    cep: str | None
    municipality_code: str
    municipality: str
    uf: str


@dataclass(frozen=True, slots=True)
class Party:
    """A side of the sale: `document` is a clean CPF or CNPJ, or a foreigner's document as written."""

    kind: PartyKind
    document: str
    name: str
    email: str | None
    phone: str | None
    address: Address | None


@dataclass(frozen=True, slots=True)
class NfeVehicle:
    """A vehicle of item `item`; numbers are clean, or None when absent or, then with a doubt, not valid.

    `price_cents` is the item's total (products less discount, plus freight, insurance, other costs, ST and IPI).
    `doubts` are pt-BR sentences for the person to check.
    """

    item: int
    plate: str | None
    renavam: str | None
    chassis: str | None
    zero_km: bool
    price_cents: int
    product_cents: int
    description: str
    manufacture_year: int | None
    model_year: int | None
    color: str | None
    odometer_km: int | None
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NfeSale:
    """An authorised and untampered NF-e with at least one vehicle; with several, a person chooses."""

    key: str
    number: int
    series: int
    issued_at: dt.datetime
    operation: Literal["entrada", "saida"]
    protocol_status: str
    cfops: tuple[str, ...]
    total_cents: int
    seller: Party
    buyer: Party
    delivery: Party | None
    vehicles: tuple[NfeVehicle, ...]

    @property
    def usable(self) -> bool:
        """Whether the tax office authorised the note (status 100 or 150); read_nfe refuses all others."""
        return self.protocol_status in AUTHORISED
