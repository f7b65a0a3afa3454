"""The vehicles among the items of a bound NF-e: from `veicProd` when new, from the free text when used."""

import re
from dataclasses import replace
from typing import Any

from brazil.errors import Invalid
from brazil.nfe.fields import cents, optional, plain
from brazil.nfe.sale import NfeVehicle
from brazil.nfe.vehicle_text import DENATRAN_COLORS, VehicleText, read_vehicle_text
from brazil.text import fold
from brazil.vehicles import clean_chassis

# Tractors, buses, cars, lorries, motorcycles, trailers.
_VEHICLE_NCM = ("8701", "8702", "8703", "8704", "8705", "8711", "8716")
_ITEM_NUMBER = re.compile(r"[0-9]{1,3}", re.ASCII)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)


def vehicles_of(content: Any, *, total_cents: int) -> tuple[NfeVehicle, ...]:
    """The vehicles of a bound `infNFe` in the order of its items; empty when no item names one."""
    items = [item for item in content.det if item.prod is not None]
    # The note's closing text belongs to an item only when no other item could be meant.
    candidates = [item for item in items if plain(item.prod.NCM).startswith(_VEHICLE_NCM)]
    sole = items if len(items) == 1 else candidates if len(candidates) == 1 else []
    notes = optional(content.infAdic, "infCpl")
    found = []
    for position, item in enumerate(items, start=1):
        written = plain(item.nItem)
        number = int(written) if _ITEM_NUMBER.fullmatch(written) else position
        price = total_cents if len(items) == 1 else _item_total(item)
        vehicle = _vehicle(item, number=number, notes=notes if item in sole else None, price_cents=price)
        if vehicle is not None:
            found.append(vehicle)
    return tuple(found)


def _vehicle(item: Any, *, number: int, notes: str | None, price_cents: int) -> NfeVehicle | None:
    product = item.prod
    new = product.veicProd
    own_text = (optional(item, "infAdProd"), optional(product, "xProd"))
    # A factory's closing text may speak of another vehicle (a trade-in, a demonstration car).
    text = read_vehicle_text(*own_text) if new is not None else read_vehicle_text(*own_text, notes)
    if new is not None:
        text = _with_factory_data(text, new)
    if not (text.names_a_vehicle or (text.doubts and plain(product.NCM).startswith(_VEHICLE_NCM))):
        return None
    used = plain(product.indBemMovelUsado) == "1"
    return NfeVehicle(
        item=number,
        plate=text.plate,
        renavam=text.renavam,
        chassis=text.chassis,
        zero_km=not used and (new is not None or text.zero_km),
        price_cents=price_cents,
        product_cents=cents(product, "vProd"),
        description=plain(product.xProd),
        manufacture_year=text.manufacture_year,
        model_year=text.model_year,
        color=text.color,
        odometer_km=text.odometer_km,
        doubts=text.doubts,
    )


def _with_factory_data(text: VehicleText, new: Any) -> VehicleText:
    """`text` with what the fields of `veicProd` say, which is stronger."""
    chassis, doubts = text.chassis, text.doubts
    try:
        chassis = clean_chassis(plain(new.chassi))
    except Invalid as invalid:
        doubts = (*doubts, f"O chassi que está na nota não serve. {invalid.message}")
    color = DENATRAN_COLORS.get(plain(new.cCorDENATRAN).zfill(2)) or fold(plain(new.xCor)) or None
    return replace(
        text,
        chassis=chassis,
        manufacture_year=_year(new.anoFab) or text.manufacture_year,
        model_year=_year(new.anoMod) or text.model_year,
        color=color or text.color,
        doubts=doubts,
    )


def _year(value: object) -> int | None:
    text = plain(value)
    return int(text) if _YEAR.fullmatch(text) else None


def _item_total(item: Any) -> int:
    """What the item costs the buyer: products less discount, plus freight, insurance, other costs, ST, FCP-ST, IPI."""
    product, taxes = item.prod, item.imposto
    total = cents(product, "vProd") - cents(product, "vDesc")
    total += sum(cents(product, name) for name in ("vFrete", "vSeg", "vOutro"))
    for group in _filled(getattr(taxes, "ICMS", None)):
        total += cents(group, "vICMSST") + cents(group, "vFCPST")
    return total + sum(cents(group, "vIPI") for group in _filled(getattr(taxes, "IPI", None)))


def _filled(choice: object) -> list[object]:
    """The filled alternatives of a tax group (ICMS00, ICMS10, ...); which one it is does not matter here."""
    return [] if choice is None else [group for group in vars(choice).values() if group is not None]
