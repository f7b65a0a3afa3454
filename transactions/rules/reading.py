"""From what a person typed (or an ERP sent, or a spreadsheet holds) to facts, with every problem at once.

One reading for page, API and bulk: the same words for the same mistake, wherever it is made.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from brazil.documents import clean_document
from brazil.errors import Invalid
from brazil.places import clean_cep, clean_municipality, clean_uf, find_municipality, municipality, state_of_code
from brazil.text import exact_digits
from brazil.vehicles import clean_chassis, clean_crv_number, clean_plate, clean_renavam, clean_security_code
from kernel.errors import Problem
from kernel.money import parse_brl
from transactions.rules.agencies import SALE_COMMUNICATION
from transactions.rules.facts import Address, Evidence, OrderFacts, Party, Sale, Vehicle

# PostgreSQL keeps no NUL and UTF-8 no half of a surrogate pair; JSON can carry both.
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
EMAIL = re.compile(r"[a-z0-9._%+'-]+@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*\.[a-z]{2,}")
LENGTHS = {
    "brand_model": 80,
    "seller_name": 120,
    "buyer_name": 120,
    "buyer_street": 100,
    "buyer_number": 10,
    "buyer_complement": 60,
    "buyer_district": 80,
    "buyer_city": 80,
    "sale_city": 80,
}
SHORTEST = {"seller_name": 3, "buyer_name": 3}


@dataclass(slots=True)
class _Reader:
    typed: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def raw(self, name: str) -> str:
        """What was typed, with single blanks. What no table can keep counts as nothing, with a problem noted."""
        text = " ".join(str(self.typed.get(name, "")).split())
        if UNKEEPABLE.search(text):
            self.note(name, "caractere_invalido", "Há um caractere que não se pode gravar; digite de novo.")
            return ""
        return text

    def read(self, name: str, clean: Callable[[str], str]) -> str:
        """The cleaned value, or "" with a problem noted, or "" when nothing was typed."""
        text = self.raw(name)
        if not text:
            return ""
        try:
            return clean(text)
        except Invalid as e:
            self.note(name, e.code, e.message)
            return ""

    def text(self, name: str) -> str:
        text = self.raw(name)
        most, least = LENGTHS[name], SHORTEST.get(name, 1)
        if not text.isprintable():
            self.note(name, "caractere_invalido", "Há um caractere invisível, que o DETRAN recusa; digite de novo.")
        elif len(text) > most:
            self.note(name, "texto_longo", f"Use até {most} caracteres; há {len(text)}.")
        elif 0 < len(text) < least:
            self.note(name, "texto_curto", f"Escreva o nome por inteiro, com ao menos {least} letras.")
        else:
            return text
        return ""

    def note(self, name: str, code: str, message: str) -> None:
        problem = Problem(name, code, message)
        if problem not in self.problems:
            self.problems.append(problem)


def read_order(kind: str, typed: Mapping[str, str], *, has_scan: bool = False) -> tuple[OrderFacts, list[Problem]]:
    """Facts with what could be read, and a Problem per field that could not. Missing fields are no problem here."""
    reader = _Reader(typed)
    facts = OrderFacts(
        kind=kind,
        vehicle=_vehicle(reader),
        seller=_party(reader, "seller", Address()),
        buyer=_party(reader, "buyer", _address(reader)),
        sale=_sale(reader),
        evidence=_evidence(reader, has_scan=has_scan) if kind == SALE_COMMUNICATION else Evidence(),
    )
    return facts, reader.problems


def _vehicle(reader: _Reader) -> Vehicle:
    return Vehicle(
        plate=reader.read("plate", clean_plate),
        renavam=reader.read("renavam", clean_renavam),
        chassis=reader.read("chassis", clean_chassis),
        crv_number=reader.read("crv_number", clean_crv_number),
        crv_security_code=reader.read("crv_security_code", clean_security_code),
        brand_model=reader.text("brand_model"),
        mileage=_mileage(reader),
    )


def _mileage(reader: _Reader) -> int | None:
    text = reader.raw("mileage").replace(".", "").lower().removesuffix("km").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 7:
        reader.note("mileage", "quilometragem", "A quilometragem é um número inteiro, como 71.204.")
        return None
    return int(text)


def _party(reader: _Reader, who: str, address: Address) -> Party:
    return Party(
        document=reader.read(f"{who}_document", lambda text: clean_document(text).number),
        name=reader.text(f"{who}_name"),
        email=reader.read(f"{who}_email", _email),
        phone=reader.read(f"{who}_phone", _phone),
        address=address,
    )


def _email(text: str) -> str:
    lower = text.lower()
    if len(lower) > 254 or not EMAIL.fullmatch(lower):
        raise Invalid("email", "Este e-mail não está completo ou tem acento; ele deve ser como nome@exemplo.com.br.")
    return lower


def _phone(text: str) -> str:
    digits = re.sub(r"[\s().+-]", "", text)
    if digits.startswith("55") and len(digits) in (12, 13):
        digits = digits[2:]
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (10, 11):
        raise Invalid("telefone", "O telefone deve ter DDD e número, como (31) 98888-7777.")
    return digits


def _address(reader: _Reader) -> Address:
    uf = reader.read("buyer_uf", clean_uf)
    city = reader.text("buyer_city")
    city_code = _city_code(reader, "buyer", city=city, uf=uf)
    known = municipality(city_code) if city_code else None
    return Address(
        cep=reader.read("buyer_cep", clean_cep),
        street=reader.text("buyer_street"),
        number=reader.text("buyer_number"),
        complement=reader.text("buyer_complement"),
        district=reader.text("buyer_district"),
        city=city or (known.name if known else ""),
        city_code=city_code,
        uf=uf,
    )


def _sale(reader: _Reader) -> Sale:
    city = reader.text("sale_city")
    return Sale(
        date=_date(reader),
        price_cents=_price(reader),
        city=city,
        city_code=_city_code(reader, "sale", city=city, uf=reader.read("sale_uf", clean_uf)),
    )


def _city_code(reader: _Reader, who: str, *, city: str, uf: str) -> str:
    """The IBGE code: as typed, else found by the city's name where the house has the state's table."""
    name = f"{who}_city_code"
    code = reader.read(name, clean_municipality)
    if not code and city and uf and not str(reader.typed.get(name, "")).strip():
        found = find_municipality(city, uf=uf)
        code = found.code if found else ""
        if not code:
            reader.note(name, "municipio", f"Não achamos {city} em {uf}: escolha da lista ou informe o código do IBGE.")
    state = state_of_code(code[:2])
    if state is not None and uf and state.uf != uf:
        reader.note(name, "municipio_de_outra_uf", f"Este município é de {state.uf}, não de {uf}.")
        return ""
    if code and city and (known := municipality(code)) and find_municipality(city, uf=known.uf) not in (known, None):
        reader.note(name, "municipio_diverge", f"O código {code} é de {known.name}, não de {city}.")
        return ""
    return code


def _date(reader: _Reader) -> dt.date | None:
    text = reader.raw("sale_date")
    if not text:
        return None
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, shape).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    reader.note("sale_date", "data", "Esta data não existe; use dia/mês/ano, como 20/11/2026.")
    return None


def _price(reader: _Reader) -> int | None:
    text = reader.raw("price")
    if not text:
        return None
    try:
        return parse_brl(text)
    except ValueError:
        reader.note("price", "valor", "Não entendemos o valor; escreva como 96.900,00.")
        return None


def _evidence(reader: _Reader, *, has_scan: bool) -> Evidence:
    origin = reader.raw("origin")
    return Evidence(
        origin=origin if origin in ("atpve", "paper_atpv") else "",
        atpve_number=reader.read("atpve_number", _atpve_number),
        atpv_number=reader.read("atpv_number", _atpv_number),
        atpv_security_code=reader.read("atpv_security_code", clean_security_code),
        has_scan=has_scan,
    )


def _atpve_number(text: str) -> str:
    return exact_digits(text, name="número da ATPV-e", code="atpve", length=15)


def _atpv_number(text: str) -> str:
    return exact_digits(text, name="número do ATPV", code="atpv", length=12)
