"""A used vehicle's numbers, picked out of the free text where Brazilian invoices carry them.

There is no field for a used vehicle in the layout: sellers write `PLACA: QNT9095 RENAVAM: 00324834098 CHASSI: ...`
in the item or in the notes, each in their own spelling.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from brazil.errors import Invalid
from brazil.text import fold
from brazil.vehicles import clean_chassis, clean_plate, clean_renavam

MAX_TEXT = 20_000

# Systems that drop line ends glue a value to the next label: "...456RENAVAM: 00117540455".
_START = r"(?<![A-Z])"
_END = r"(?=\b|PLACA|RENAVA|CHASS|ANO|FAB|MOD|COR|MOTOR|COMB|KM)"
# What may stand between a label and its value: "PLACA DO VEÍCULO Nº: ", "CHASSI/VIN - ".
_FILLER = r"(?:\W{0,3}\b(?:DO|UF|N|NR|NO|NUM|NUMERO|VEICULO|ATUAL|VIN|SERIE)\b){0,3}\W{0,6}"
_PLATE = re.compile(rf"{_START}PLACAS?\b{_FILLER}([A-Z]{{2,4}}[ .\-]?[0-9][A-Z0-9]{{2,4}}){_END}")
_RENAVAM = re.compile(rf"{_START}RENAVA[MN]\b{_FILLER}([0-9][0-9.\-/]{{6,15}}[0-9]){_END}")
_CHASSIS = re.compile(
    rf"{_START}CHASS?IS?\b{_FILLER}"
    rf"([A-Z0-9]{{17}}{_END}|[A-Z0-9]{{14,20}}|[A-Z0-9](?:[ .\-]?[A-Z0-9]){{16}}){_END}"
)
# A chassis without its label: 17 characters ending in four digits (ISO 3779), letters and digits before them.
_BARE_CHASSIS = re.compile(r"\b(?=[A-Z0-9]*[A-Z])(?=[A-Z]*[0-9])[A-HJ-NPR-Z0-9]{13}[0-9]{4}\b")
_YEARS = re.compile(
    rf"{_START}(?:ANO|FAB|MOD)[A-Z./ ]{{0,24}}\W{{0,3}}((?:19|20)[0-9]{{2}}) ?/ ?((?:19|20)?[0-9]{{2}}){_END}"
)
_MANUFACTURE_YEAR = re.compile(r"\b(?:ANO )?(?:DE )?FAB(?:RICACAO)?\b\W{0,3}((?:19|20)[0-9]{2})\b")
_MODEL_YEAR = re.compile(r"\b(?:ANO )?(?:DO )?MOD(?:ELO)?\b\W{0,3}((?:19|20)[0-9]{2})\b")
_COLOR = re.compile(rf"{_START}COR\b\W{{0,4}}(?:PREDOMINANTE\W{{1,3}})?([A-Z]{{4,10}})\b")
# Not the KM of " 0 KM": there the number stands before.
_ODOMETER = re.compile(
    rf"(?<![^A-Z0-9.,]0 ){_START}(?<![^A-Z0-9.,]0)(?:KM|QUILOMETRAGEM|HODOMETRO)\b\W{{0,4}}"
    r"([0-9]{1,3}(?:\.[0-9]{3}){1,2}|[0-9]{1,7})\b"
)
_ZERO_KM = re.compile(r"(?<![0-9.,])(?:0|ZERO) ?KM\b")

DENATRAN_COLORS = {
    "01": "AMARELA",
    "02": "AZUL",
    "03": "BEGE",
    "04": "BRANCA",
    "05": "CINZA",
    "06": "DOURADA",
    "07": "GRENÁ",
    "08": "LARANJA",
    "09": "MARROM",
    "10": "PRATA",
    "11": "PRETA",
    "12": "ROSA",
    "13": "ROXA",
    "14": "VERDE",
    "15": "VERMELHA",
    "16": "FANTASIA",
}
_COLOR_BY_WORD = {fold(color): color for color in DENATRAN_COLORS.values()}
_COLOR_BY_WORD |= {f"{word[:-1]}O": color for word, color in _COLOR_BY_WORD.items() if word.endswith("A")}


@dataclass(frozen=True, slots=True)
class VehicleText:
    """What was found, clean; `doubts` are pt-BR sentences on what was found and could not be trusted."""

    plate: str | None
    renavam: str | None
    chassis: str | None
    manufacture_year: int | None
    model_year: int | None
    color: str | None
    odometer_km: int | None
    zero_km: bool
    doubts: tuple[str, ...]

    @property
    def names_a_vehicle(self) -> bool:
        """Whether a plate, a Renavam or a chassis was found."""
        return bool(self.plate or self.renavam or self.chassis)


def read_vehicle_text(*texts: str | None) -> VehicleText:
    """What `texts`, the most trusted first, tell about one vehicle; never raises."""
    text = " " + " | ".join(fold(piece[:MAX_TEXT]) for piece in texts if piece)
    doubts: list[str] = []
    plate = _first(_PLATE, text, clean_plate, name="A placa", doubts=doubts)
    renavam = _first(_RENAVAM, text, clean_renavam, name="O Renavam", doubts=doubts)
    chassis = _first(_CHASSIS, text, clean_chassis, name="O chassi", doubts=doubts) or _bare_chassis(text)
    manufacture_year, model_year = _years(text)
    return VehicleText(
        plate=plate,
        renavam=renavam,
        chassis=chassis,
        manufacture_year=manufacture_year,
        model_year=model_year,
        color=_color(text),
        odometer_km=_odometer(text),
        zero_km=_ZERO_KM.search(text) is not None,
        doubts=tuple(doubts),
    )


def _first(
    pattern: re.Pattern[str], text: str, clean: Callable[[str], str], *, name: str, doubts: list[str]
) -> str | None:
    found: list[str] = []
    refused: list[str] = []
    for match in pattern.finditer(text):
        try:
            found.append(clean(match.group(1)))
        except Invalid as invalid:
            refused.append(f"{name} que está na nota (“{match.group(1)}”) não serve. {invalid.message}")
    if not found:
        doubts.extend(refused[:1])
        return None
    if len(set(found)) > 1:
        doubts.append(f"{name} aparece na nota com mais de um valor; confira se é {found[0]}.")
    return found[0]


def _bare_chassis(text: str) -> str | None:
    found = set(_BARE_CHASSIS.findall(text))
    return found.pop() if len(found) == 1 else None


def _years(text: str) -> tuple[int | None, int | None]:
    if pair := _YEARS.search(text):
        made, model = pair.groups()
        return int(made), int(model if len(model) == 4 else made[:2] + model)
    made_alone, model_alone = _MANUFACTURE_YEAR.search(text), _MODEL_YEAR.search(text)
    return (
        int(made_alone.group(1)) if made_alone else None,
        int(model_alone.group(1)) if model_alone else None,
    )


def _color(text: str) -> str | None:
    found = _COLOR.search(text)
    return _COLOR_BY_WORD.get(found.group(1)) if found else None


def _odometer(text: str) -> int | None:
    found = _ODOMETER.search(text)
    return int(found.group(1).replace(".", "")) if found else None
