"""What an NF-e says of a sale, as a person would have typed it."""

import re

from brazil.nfe.sale import NfeSale, NfeVehicle
from brazil.nfe.sale import Party as NfeParty
from kernel import clock
from transactions.rules.copying import party_typed, price_text
from transactions.rules.facts import Address, Party

TRADE_WORDS = re.compile(
    r"^((VE[IÍ]CULO|AUTOM[OÓ]VEL|MOTO(CICLETA|NETA)?|USAD[OA]|NOV[OA]|ZERO KM|0 ?KM|DE|:|-)\s+)+", re.I
)


def typed_from_nfe(sale: NfeSale, vehicle: NfeVehicle) -> dict[str, str]:
    """The fields one vehicle of an NF-e fills; what it does not say is absent, so nothing typed is blanked."""
    typed = {
        "plate": vehicle.plate or "",
        "renavam": vehicle.renavam or "",
        "chassis": vehicle.chassis or "",
        "brand_model": TRADE_WORDS.sub("", vehicle.description)[:80],
        "mileage": "" if vehicle.odometer_km is None else str(vehicle.odometer_km),
        "price": price_text(vehicle.price_cents),
        "sale_date": sale.issued_at.astimezone(clock.SAO_PAULO).date().isoformat(),
    }
    typed |= party_typed("seller", _party(sale.seller)) | party_typed("buyer", _party(sale.buyer))
    return {name: text for name, text in typed.items() if text}


def _party(party: NfeParty) -> Party:
    home = party.address
    address = (
        Address()
        if home is None
        else Address(
            cep=home.cep or "",
            street=home.street,
            number=home.number,
            complement=home.complement or "",
            district=home.district,
            city=home.municipality,
            city_code=home.municipality_code,
            uf=home.uf,
        )
    )
    return Party(party.document, party.name, party.email or "", party.phone or "", address)
