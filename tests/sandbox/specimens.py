"""Valid messages and vehicles, invented afresh each time, to be spoilt one field at a time."""

import base64
import datetime as dt
import hashlib
import random
import string
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from stdnum.br import cnpj, cpf

from sandbox.settings import Fee, FeePlan

CHASSIS_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
WEIGHTS = (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
BRASILIA = dt.timezone(dt.timedelta(hours=-3))
PDF = b"%PDF-1.7\n%made up for a test\n"


def digits(length: int) -> str:
    """Return random digits."""
    return "".join(random.choices(string.digits, k=length))


def a_cpf() -> str:
    """Return a CPF with right check digits."""
    base = "1" + digits(7) + "2"
    return base + cpf._calc_check_digits(base)


def a_cnpj(*, alphanumeric: bool = False) -> str:
    """Return a CNPJ with right check digits."""
    base = "AB" + digits(6) + "0A01" if alphanumeric else "99" + digits(6) + "0001"
    return base + cnpj.calc_check_digits(base)


def a_renavam() -> str:
    """Return a Renavam with a right check digit."""
    base = "1" + digits(9)
    total = sum(int(digit) * weight for digit, weight in zip(base, WEIGHTS, strict=True))
    return base + str(total * 10 % 11 % 10)


def a_chassis() -> str:
    """Return 17 characters without I, O and Q."""
    return "9BW" + "".join(random.choices(CHASSIS_LETTERS, k=14))


def a_plate() -> str:
    """Return a Mercosul plate."""
    letters = "".join(random.choices(string.ascii_uppercase, k=3))
    return f"{letters}{digits(1)}{random.choice(string.ascii_uppercase)}{digits(2)}"


def vehicle(**fields: Any) -> dict[str, Any]:
    """Return a vehicle as the control address takes it; `fields` win."""
    return {
        "uf": "mg",
        "placa": a_plate(),
        "renavam": a_renavam(),
        "chassi": a_chassis(),
        "marca_modelo": "FIAT/ARGO DRIVE 1.0",
        "ano_fabricacao": 2020,
        "ano_modelo": 2021,
        "cor": "CINZA",
        "combustivel": "ÁLCOOL/GASOLINA",
        "tipo": "AUTOMÓVEL",
        "municipio": "Betim",
        "documento_proprietario": a_cnpj(),
        "numero_crv": digits(12),
        "codigo_seguranca_crv": digits(11),
        "tipo_crv": "DIGITAL",
        "restricoes": [],
        **fields,
    }


def today() -> dt.date:
    """Return the date in Brasília."""
    return dt.datetime.now(BRASILIA).date()


def buyer(**fields: Any) -> dict[str, Any]:
    """Return a buyer in Campinas."""
    return {
        "documento": a_cpf(),
        "nome": "Zulmira Exemplo Fictícia",
        "email": "zulmira@example.com.br",
        "telefone": "19952837672",
        "endereco": {
            "cep": "13083085",
            "logradouro": "Rua dos Dados Fictícios",
            "numero": "2311",
            "complemento": "Sala 305",
            "bairro": "Vila Exemplo",
            "codigo_municipio": "3509502",
            "municipio": "Campinas",
            "uf": "SP",
        },
        **fields,
    }


def intention(of: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body that registers an intention for a vehicle; `changes` are dotted paths, "__" for the dot."""
    body = {
        "referencia": f"AT-{digits(8)}",
        "veiculo": {name: of[name] for name in ("placa", "renavam", "chassi", "numero_crv", "codigo_seguranca_crv")},
        "vendedor": {
            "documento": of["documento_proprietario"],
            "nome": "Seminovos Exemplo de Minas Ltda",
            "email": "vendas@example.com.br",
        },
        "comprador": buyer(),
        "venda": {
            "data": today().isoformat(),
            "valor": "96900.00",
            "codigo_municipio": "3106200",
            "quilometragem": 45210,
        },
    }
    return changed(body, **changes)


def scan(content: bytes = PDF, kind: str = "application/pdf") -> dict[str, str]:
    """Return a scanned paper."""
    return {
        "nome": "atpv.pdf",
        "tipo": kind,
        "sha256": hashlib.sha256(content).hexdigest(),
        "conteudo": base64.b64encode(content).decode(),
    }


def communication(of: Mapping[str, Any], asked: Mapping[str, Any], number: str, **changes: Any) -> dict[str, Any]:
    """Return the body that communicates the sale `asked` intended, from its ATPV-e."""
    body = {**_communicated(of, asked), "origem": "ATPVE", "atpve": {"numero_atpve": number}}
    return changed(body, **changes)


def paper_communication(of: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body that communicates a sale from a paper ATPV."""
    paper = {"numero": of["numero_crv"], "codigo_seguranca": of["codigo_seguranca_crv"], "digitalizacao": scan()}
    body = {**_communicated(of, intention(of)), "origem": "ATPV_PAPEL", "atpv": paper}
    return changed(body, **changes)


def cancellation(asked: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body that asks to cancel the intention or communication `asked`, signed by its seller."""
    body = {
        "referencia": f"AT-{digits(8)}",
        "motivo": "DESISTENCIA",
        "requerente": {name: asked["vendedor"][name] for name in ("documento", "nome")},
        "solicitacao_assinada": scan(),
    }
    return changed(body, **changes)


def changed(body: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a copy of `body` with the fields at the given paths set, or taken out when the value is `...`."""
    copy: dict[str, Any] = deepcopy(dict(body))
    for path, value in changes.items():
        *parents, name = path.split("__")
        inner = copy
        for parent in parents:
            inner = inner[parent]
        if value is ...:
            inner.pop(name, None)
        else:
            inner[name] = value
    return copy


def _communicated(of: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    sale = {name: asked["venda"][name] for name in ("data", "valor", "codigo_municipio")}
    return {
        "referencia": f"AT-{digits(8)}",
        "veiculo": {name: of[name] for name in ("placa", "renavam", "chassi")},
        "vendedor": deepcopy(asked["vendedor"]),
        "comprador": deepcopy(asked["comprador"]),
        "venda": sale,
    }


def fee_plan(*fees: tuple[str, str]) -> FeePlan:
    """Return a plan with the given fees, each a day and a value."""
    return FeePlan(
        due_days=5,
        clearing_seconds=60,
        processing_seconds=60,
        febraban_number="9931",
        pix_key="00000000-0000-4000-8000-000000000031",
        payee="DETRAN MG DEMONSTRACAO",
        city="BELO HORIZONTE",
        fees=tuple(Fee(since=dt.date.fromisoformat(day), value=value, source="invented") for day, value in fees),
    )
