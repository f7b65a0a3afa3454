"""The ATPV-e on paper: A4, readable text, a QR code that names the document and the hash of what it says."""

import datetime as dt
import hashlib
import html
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

import segno
import weasyprint
from weasyprint.urls import URLFetcher

from sandbox.settings import Detran

TEMPLATE = Template((Path(__file__).parent / "atpve.html").read_text(encoding="utf-8"))


def verification_code(intention: Mapping[str, Any]) -> str:
    """Return the 16 hex digits that change when number, vehicle, parties, date or price do."""
    said = "|".join(
        intention[name]
        for name in (
            "numero_atpve",
            "chassi",
            "documento_vendedor",
            "documento_comprador",
            "data_venda",
            "valor",
        )
    )
    return hashlib.sha256(said.encode()).hexdigest()[:16].upper()


def verification_address(detran: Detran, intention: Mapping[str, Any]) -> str:
    """Return the text of the QR code: an address that names the ATPV-e and its code."""
    number, code = intention["numero_atpve"], verification_code(intention)
    return f"https://detran-{detran.uf}.example/atpve/verificar?numero={number}&codigo={code}"


def render(*, detran: Detran, intention: Mapping[str, Any], vehicle: Mapping[str, Any]) -> bytes:
    """Return the ATPV-e of a row of `intencao` as PDF. Nothing is fetched from anywhere."""
    words = _words(detran, intention, vehicle)
    page = TEMPLATE.substitute({name: html.escape(str(text)) for name, text in words.items()})
    return printed(page)


def printed(page: str) -> bytes:
    """Return an HTML page as PDF; only what it carries itself is drawn."""
    pdf: bytes = weasyprint.HTML(string=page, url_fetcher=URLFetcher(allowed_protocols={"data"})).write_pdf()
    return pdf


def document(text: str) -> str:
    """Return a CPF or CNPJ with its punctuation."""
    if len(text) == 11:
        return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"
    return f"{text[:2]}.{text[2:5]}.{text[5:8]}/{text[8:12]}-{text[12:]}"


def reais(text: str) -> str:
    """Return an amount as the wire writes it in a Brazilian's writing."""
    whole, cents = text.split(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"R$ {grouped},{cents}"


def _words(detran: Detran, intention: Mapping[str, Any], vehicle: Mapping[str, Any]) -> dict[str, Any]:
    asked = json.loads(intention["pedido"])
    buyer, seller, sale = asked["comprador"], asked["vendedor"], asked["venda"]
    address = verification_address(detran, intention)
    kilometres = sale["quilometragem"]
    return {
        "uf": detran.uf.upper(),
        "orgao": detran.name,
        "numero_atpve": intention["numero_atpve"],
        "protocolo": intention["protocolo"],
        "emissao": f"{dt.datetime.fromisoformat(intention['registrada_em']):%d/%m/%Y %H:%M}",
        "placa": intention["placa"],
        "renavam": intention["renavam"],
        "chassi": intention["chassi"],
        "marca_modelo": vehicle["marca_modelo"],
        "anos": f"{vehicle['ano_fabricacao']}/{vehicle['ano_modelo']}",
        "cor": vehicle["cor"],
        "tipo": vehicle["tipo"],
        "combustivel": vehicle["combustivel"],
        "numero_crv": asked["veiculo"]["numero_crv"],
        "quilometragem": "não informada" if kilometres is None else f"{kilometres} km",
        "vendedor_nome": seller["nome"],
        "vendedor_documento": document(seller["documento"]),
        "vendedor_email": seller["email"],
        "comprador_nome": buyer["nome"],
        "comprador_documento": document(buyer["documento"]),
        "comprador_email": buyer["email"],
        "comprador_endereco": _address(buyer["endereco"]),
        "valor": reais(intention["valor"]),
        "data_venda": f"{dt.date.fromisoformat(intention['data_venda']):%d/%m/%Y}",
        "municipio_venda": sale["codigo_municipio"],
        "qr": segno.make(address, error="m").svg_data_uri(scale=8, border=4),
        "codigo_verificacao": verification_code(intention),
        "endereco_verificacao": address,
    }


def _address(address: Mapping[str, Any]) -> str:
    street = [address["logradouro"], address["numero"], address["complemento"], address["bairro"]]
    town = f"{address['municipio']}/{address['uf']}"
    return ", ".join([*(part for part in street if part), town, f"CEP {address['cep'][:5]}-{address['cep'][5:]}"])
