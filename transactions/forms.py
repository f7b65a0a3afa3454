"""The fields of an order on screen: labels, help and controls. What is wrong with them, `rules.judging` says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from brazil.places import STATES
from kernel.errors import Problem
from transactions.rules.agencies import SALE_COMMUNICATION, Agency, Service
from transactions.rules.copying import FIELDS

ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
ORIGINS = {"atpve": "ATPV-e (digital)", "paper_atpv": "ATPV em papel, digitalizado"}
INSTEAD = {"sale_city_code": "sale_city"}  # where the code is found by the name, it is not shown
NUMERIC = {"inputmode": "numeric"}
CAPITALS = {"autocapitalize": "characters", "spellcheck": "false"}


@dataclass(frozen=True, slots=True)
class Spec:
    """One field. `optional` ones become required where the agency says so; `span` is its width in twelfths."""

    label: str
    help: str = ""
    optional: bool = False
    span: int = 6
    attrs: Mapping[str, str] | None = None


VEHICLE = {
    "plate": Spec("Placa", "Como ABC1D23 ou ABC-1234.", span=3, attrs=CAPITALS),
    "renavam": Spec("Renavam", "11 dígitos.", span=4, attrs=NUMERIC),
    "chassis": Spec("Chassi", "17 letras e números, sem I, O e Q.", span=5, attrs=CAPITALS),
    "brand_model": Spec("Marca e modelo", optional=True, span=6),
}
MILEAGE = {"mileage": Spec("Quilometragem", optional=True, span=6, attrs=NUMERIC)}
CRV = {
    "crv_number": Spec("Número do CRV", "12 dígitos, no alto do documento.", optional=True, attrs=NUMERIC),
    "crv_security_code": Spec("Código de segurança do CRV", "11 dígitos.", optional=True, attrs=NUMERIC),
}
ORIGIN = {"origin": Spec("Documento da venda", span=12)}
ATPVE = {"atpve_number": Spec("Número da ATPV-e", "15 dígitos.", attrs=NUMERIC)}
PAPER = {
    "atpv_number": Spec("Número do ATPV", "12 dígitos, impressos no verso do CRV.", attrs=NUMERIC),
    "atpv_security_code": Spec("Código de segurança do ATPV", "11 dígitos.", attrs=NUMERIC),
}
SELLER = {
    "seller_document": Spec("CPF ou CNPJ do vendedor", span=4),
    "seller_name": Spec("Nome ou razão social do vendedor", span=8),
    "seller_email": Spec("E-mail do vendedor", "Para a assinatura da ATPV-e.", optional=True, span=6),
}
BUYER = {
    "buyer_document": Spec("CPF ou CNPJ do comprador", span=4),
    "buyer_name": Spec("Nome ou razão social do comprador", span=8),
    "buyer_email": Spec("E-mail do comprador", "Para a assinatura da ATPV-e.", optional=True, span=7),
    "buyer_phone": Spec("Telefone do comprador", "Com DDD.", optional=True, span=5, attrs={"inputmode": "tel"}),
    "buyer_cep": Spec("CEP", span=3, attrs=NUMERIC),
    "buyer_street": Spec("Rua", span=6),
    "buyer_number": Spec("Número", "Ou S/N.", span=3),
    "buyer_complement": Spec("Complemento", optional=True, span=5),
    "buyer_district": Spec("Bairro", span=7),
    "buyer_uf": Spec("UF", span=3),
    "buyer_city": Spec("Município", span=5, attrs={"list": "municipios"}),
    "buyer_city_code": Spec("Código do IBGE", "Só fora de Minas Gerais.", optional=True, span=4, attrs=NUMERIC),
}
SALE = {
    "sale_date": Spec(
        "Data da venda", "Dia/mês/ano.", span=3, attrs={"inputmode": "numeric", "placeholder": "dd/mm/aaaa"}
    ),
    "price": Spec("Valor da venda", "Em reais, como 96.900,00.", span=4, attrs={"inputmode": "decimal"}),
    "sale_city": Spec("Município da venda", span=5, attrs={"list": "municipios"}),
}
SALE_CODE = {"sale_city_code": Spec("Código do IBGE do município da venda", "7 dígitos.", span=6, attrs=NUMERIC)}


def typed_of(posted: Mapping[str, str]) -> dict[str, str]:
    """What the page sent of an order's fields, as typed."""
    return {name: posted[name].replace("\x00", "") for name in sorted(FIELDS & posted.keys())}


def specs_of(kind: str, service: Service, *, uf: str) -> dict[str, dict[str, Spec]]:
    """The fields of each group of the page, in reading order."""
    known_cities = uf == "MG"
    sale = SALE if known_cities else SALE | SALE_CODE
    groups = {"vehicle": VEHICLE, "seller": SELLER, "buyer": BUYER, "sale": sale}
    if kind == SALE_COMMUNICATION:
        evidence = {"origin": ORIGIN, "atpve": ATPVE}
        return evidence | ({"paper": PAPER} if "paper_atpv" in service.origins else {}) | groups
    return groups | {"vehicle": VEHICLE | MILEAGE | CRV}


class OrderForm(forms.Form):
    """Bound to what was typed, good or bad. It judges nothing: `mark` puts the rules' problems beside the fields."""

    def __init__(self, typed: Mapping[str, str], *, kind: str, agency: Agency, service: Service) -> None:
        super().__init__(data={**typed, "sale_date": shown_date(typed.get("sale_date", ""))})
        self.groups = specs_of(kind, service, uf=agency.uf)
        self.service = service
        for group in self.groups.values():
            for name, spec in group.items():
                self.fields[name] = self._field(name, spec, typed.get(name, ""))
        for name in ("sale_uf",) if "sale_city_code" in self.fields else ("sale_uf", "sale_city_code"):
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.full_clean()

    def _field(self, name: str, spec: Spec, value: str) -> forms.CharField:
        attrs: dict[str, Any] = {**(spec.attrs or {}), "autocomplete": "off", "data-check": name}
        attrs["aria-describedby"] = f"id_{name}_helptext id_{name}_error" if spec.help else f"id_{name}_error"
        if name not in self.optional_names(self.groups):
            attrs["aria-required"] = "true"
        field = forms.CharField(required=False, strip=False, label=spec.label, help_text=spec.help)
        field.widget = self._widget(name, value, attrs)
        return field

    def _widget(self, name: str, value: str, attrs: dict[str, Any]) -> forms.Widget:
        if name == "origin":
            choices = [(origin, ORIGINS[origin]) for origin in self.service.origins]
            return forms.RadioSelect(attrs={"data-check": name, "class": "form-check-input"}, choices=choices)
        if name == "buyer_uf":
            known = [(state.uf, state.uf) for state in STATES]
            foreign = [(value, value)] if value and value not in dict(known) else []
            return forms.Select(attrs=attrs, choices=[("", "—"), *known, *foreign])
        return forms.TextInput(attrs=attrs)

    def optional_names(self, groups: Mapping[str, Mapping[str, Spec]]) -> set[str]:
        """The fields that may stay empty at this agency."""
        specs = {name: spec for group in groups.values() for name, spec in group.items()}
        return {name for name, spec in specs.items() if spec.optional} - set(self.service.requires)

    def mark(self, found: Iterable[Problem]) -> None:
        """Puts each problem beside its field; what belongs to no field of this page goes on top."""
        for problem in found:
            name = INSTEAD.get(problem.field, problem.field) if problem.field not in self.shown else problem.field
            self.add_error(name if name in self.shown else None, problem.message)

    @property
    def shown(self) -> set[str]:
        return {name for name, field in self.fields.items() if not isinstance(field.widget, forms.HiddenInput)}


def shown_date(text: str) -> str:
    """`2026-11-20` as a Brazilian types it; everything else as it is."""
    found = ISO_DATE.fullmatch(text.strip())
    return f"{found[3]}/{found[2]}/{found[1]}" if found else text
