"""What an order says: small frozen objects that rules judge and models store."""

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Address:
    cep: str = ""
    street: str = ""
    number: str = ""
    complement: str = ""
    district: str = ""
    city: str = ""
    city_code: str = ""
    uf: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or buyer. `document` is a CPF or CNPJ without punctuation."""

    document: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    address: Address = field(default_factory=Address)


@dataclass(frozen=True, slots=True)
class Vehicle:
    plate: str = ""
    renavam: str = ""
    chassis: str = ""
    crv_number: str = ""
    crv_security_code: str = ""
    brand_model: str = ""
    mileage: int | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """`price_cents` integer cents; `date` the calendar day of the sale."""

    date: dt.date | None = None
    price_cents: int | None = None
    city: str = ""
    city_code: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a sale communication rests on: an ATPV-e, or a paper ATPV with its digitised copy."""

    origin: str = ""
    atpve_number: str = ""
    atpv_number: str = ""
    atpv_security_code: str = ""
    has_scan: bool = False


@dataclass(frozen=True, slots=True)
class OrderFacts:
    kind: str
    vehicle: Vehicle
    seller: Party
    buyer: Party
    sale: Sale
    evidence: Evidence = field(default_factory=Evidence)
