"""From facts back to what a person would have typed: for drafts that start filled."""

from dataclasses import asdict

from brazil.documents import format_document
from brazil.places import format_cep, state_of_code
from kernel.money import format_brl
from transactions.rules.agencies import SALE_COMMUNICATION
from transactions.rules.facts import OrderFacts, Party

VEHICLE = {"plate", "renavam", "chassis", "crv_number", "crv_security_code", "brand_model", "mileage"}
CONTACT = {"document", "name", "email", "phone"}
ADDRESS = {"cep", "street", "number", "complement", "district", "city", "city_code", "uf"}
SALE = {"sale_date", "price", "sale_city", "sale_city_code", "sale_uf"}
EVIDENCE = {"origin", "atpve_number", "atpv_number", "atpv_security_code"}
FIELDS = frozenset(
    VEHICLE
    | {f"{who}_{name}" for who in ("seller", "buyer") for name in CONTACT}
    | {f"buyer_{name}" for name in ADDRESS}
    | SALE
    | EVIDENCE
)


def empty(*, city: str, city_code: str, uf: str) -> dict[str, str]:
    """A sale is made where the establishment is, unless somebody says otherwise."""
    return {"sale_city": city, "sale_city_code": city_code, "sale_uf": uf}


def price_text(cents: int) -> str:
    return format_brl(cents).removeprefix("R$ ")


def party_typed(who: str, party: Party) -> dict[str, str]:
    """A party's fields as typed; the address only for the buyer."""
    typed = {
        f"{who}_document": format_document(party.document) if party.document else "",
        f"{who}_name": party.name,
        f"{who}_email": party.email,
        f"{who}_phone": party.phone,
    }
    if who == "buyer":
        typed |= {f"buyer_{name}": value for name, value in asdict(party.address).items()}
        typed["buyer_cep"] = format_cep(party.address.cep) if party.address.cep else ""
    return typed


def typed_from(facts: OrderFacts, *, for_kind: str) -> dict[str, str]:
    vehicle, sale = facts.vehicle, facts.sale
    typed = {
        "plate": vehicle.plate,
        "renavam": vehicle.renavam,
        "chassis": vehicle.chassis,
        "brand_model": vehicle.brand_model,
        "mileage": "" if vehicle.mileage is None else str(vehicle.mileage),
        "sale_date": sale.date.isoformat() if sale.date else "",
        "price": price_text(sale.price_cents) if sale.price_cents is not None else "",
        "sale_city": sale.city,
        "sale_city_code": sale.city_code,
    }
    if state := state_of_code(sale.city_code[:2]):
        typed["sale_uf"] = state.uf
    typed |= party_typed("seller", facts.seller) | party_typed("buyer", facts.buyer)
    if for_kind == SALE_COMMUNICATION:
        evidence = facts.evidence
        typed |= {
            "origin": evidence.origin,
            "atpve_number": evidence.atpve_number,
            "atpv_number": evidence.atpv_number,
            "atpv_security_code": evidence.atpv_security_code,
        }
    else:
        typed |= {"crv_number": vehicle.crv_number, "crv_security_code": vehicle.crv_security_code}
    return typed
