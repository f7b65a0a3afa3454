"""The columns of a file with several vehicles: their headers in Portuguese, other words for them, and an example."""

import re
import unicodedata

from transactions.rules.agencies import SALE_COMMUNICATION

VEHICLE = {"plate": "Placa", "renavam": "Renavam", "chassis": "Chassi", "brand_model": "Marca e modelo"}
CRV = {
    "mileage": "Quilometragem",
    "crv_number": "Número do CRV",
    "crv_security_code": "Código de segurança do CRV",
}
ATPVE = {"atpve_number": "Número da ATPV-e"}
REST = {
    "seller_document": "CPF ou CNPJ do vendedor",
    "seller_name": "Nome do vendedor",
    "seller_email": "E-mail do vendedor",
    "buyer_document": "CPF ou CNPJ do comprador",
    "buyer_name": "Nome do comprador",
    "buyer_email": "E-mail do comprador",
    "buyer_phone": "Telefone do comprador",
    "buyer_cep": "CEP do comprador",
    "buyer_street": "Rua do comprador",
    "buyer_number": "Número do endereço",
    "buyer_complement": "Complemento",
    "buyer_district": "Bairro do comprador",
    "buyer_city": "Município do comprador",
    "buyer_uf": "UF do comprador",
    "buyer_city_code": "Código do IBGE do município do comprador",
    "sale_date": "Data da venda",
    "price": "Valor da venda",
    "sale_city": "Município da venda",
}
LABELS = {**VEHICLE, **CRV, **ATPVE, **REST} | {
    "sale_city_code": "Código do IBGE do município da venda",
    "sale_uf": "UF da venda",
    "origin": "Documento da venda",
    "": "Linha",
}
OTHER_WORDS = {
    "plate": ("placa do veiculo",),
    "renavam": ("codigo renavam",),
    "chassis": ("chassis", "numero do chassi"),
    "brand_model": ("marca modelo", "modelo", "veiculo"),
    "mileage": ("km", "hodometro"),
    "crv_number": ("crv", "numero crv"),
    "crv_security_code": ("codigo de seguranca", "codigo de seguranca crv"),
    "atpve_number": ("atpve", "atpv e", "numero atpv e"),
    "seller_document": ("cpf cnpj do vendedor", "cnpj do vendedor", "cpf do vendedor", "documento do vendedor"),
    "seller_name": ("vendedor", "nome ou razao social do vendedor"),
    "seller_email": ("email do vendedor",),
    "buyer_document": ("cpf cnpj do comprador", "cpf do comprador", "cnpj do comprador", "documento do comprador"),
    "buyer_name": ("comprador", "nome ou razao social do comprador"),
    "buyer_email": ("email do comprador",),
    "buyer_phone": ("telefone", "celular do comprador"),
    "buyer_cep": ("cep",),
    "buyer_street": ("rua", "logradouro", "endereco"),
    "buyer_number": ("numero", "numero do comprador"),
    "buyer_complement": ("complemento do comprador",),
    "buyer_district": ("bairro",),
    "buyer_city": ("municipio", "cidade", "cidade do comprador"),
    "buyer_uf": ("uf", "estado"),
    "buyer_city_code": ("codigo do ibge", "codigo ibge"),
    "sale_date": ("data",),
    "price": ("valor", "preco", "valor r"),
    "sale_city": ("cidade da venda",),
}
EXAMPLE = {
    "plate": "ABC1D23",
    "renavam": "12345678900",
    "chassis": "9BWZZZ377VT004251",
    "brand_model": "VW/EXEMPLO 1.0",
    "mileage": "45.210",
    "crv_number": "123456789012",
    "crv_security_code": "12345678901",
    "atpve_number": "123456789012345",
    "buyer_document": "111.444.777-35",
    "buyer_name": "Linha de exemplo: apague ou deixe, ela não é enviada",
    "buyer_email": "nome@exemplo.com.br",
    "buyer_phone": "(31) 98888-7777",
    "buyer_cep": "31010-000",
    "buyer_street": "Rua dos Exemplos",
    "buyer_number": "231",
    "buyer_district": "Centro",
    "buyer_city": "Belo Horizonte",
    "buyer_uf": "MG",
    "sale_date": "20/11/2026",
    "price": "96.900,00",
}
# A sheet that keeps a number as a number drops its leading zeros; these have a fixed length.
FIXED_LENGTH = {"renavam": 11, "crv_number": 12, "crv_security_code": 11, "atpve_number": 15, "buyer_cep": 8}
DOCUMENTS = ("seller_document", "buyer_document")
CHECKED = (*DOCUMENTS, "renavam")  # their check digits tell a dropped zero from a forgotten digit


def columns_of(kind: str) -> dict[str, str]:
    """Field → header, in the template's order. The seller may stay empty: then it is the establishment."""
    return VEHICLE | (ATPVE if kind == SALE_COMMUNICATION else CRV) | REST


def squeezed(text: str) -> str:
    """A header without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


ALIASES = {squeezed(label): name for name, label in LABELS.items() if name} | {
    word: name for name, words in OTHER_WORDS.items() for word in words
}


def with_zeros(name: str, digits: str) -> str:
    """What a sheet kept as a number, with the zeros it dropped; anything else as it is."""
    if not (digits.isascii() and digits.isdigit()):
        return digits
    if name in DOCUMENTS:
        return digits.zfill(11 if len(digits) <= 11 else 14) if len(digits) > 8 else digits
    return digits.zfill(FIXED_LENGTH.get(name, 0))
