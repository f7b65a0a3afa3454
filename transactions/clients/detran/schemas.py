"""The DETRAN's messages, with its names as aliases."""

import datetime as dt
from decimal import Decimal

from pydantic import Field

from kernel.http import Wire

# What an order can keep. An answer with longer ones cannot be read: a doubt, to be asked about.
PROTOCOL = 40
ATPVE = 15


class VehicleIn(Wire):
    plate: str = Field(alias="placa")
    renavam: str
    chassis: str = Field(alias="chassi")
    crv_number: str | None = Field(None, alias="numero_crv")
    crv_security_code: str | None = Field(None, alias="codigo_seguranca_crv")


class AddressIn(Wire):
    cep: str
    street: str = Field(alias="logradouro")
    number: str = Field(alias="numero")
    complement: str | None = Field(None, alias="complemento")
    district: str = Field(alias="bairro")
    city_code: str = Field(alias="codigo_municipio")
    city: str = Field(alias="municipio")
    uf: str


class SellerIn(Wire):
    document: str = Field(alias="documento")
    name: str = Field(alias="nome")
    email: str


class BuyerIn(SellerIn):
    phone: str | None = Field(None, alias="telefone")
    address: AddressIn = Field(alias="endereco")


class SaleIn(Wire):
    date: dt.date = Field(alias="data")
    price: str = Field(alias="valor")
    city_code: str = Field(alias="codigo_municipio")
    mileage: int | None = Field(None, alias="quilometragem")


class IncludeIntention(Wire):
    reference: str = Field(alias="referencia")
    vehicle: VehicleIn = Field(alias="veiculo")
    seller: SellerIn = Field(alias="vendedor")
    buyer: BuyerIn = Field(alias="comprador")
    sale: SaleIn = Field(alias="venda")


class AtpveIn(Wire):
    number: str = Field(alias="numero_atpve")


class ScanIn(Wire):
    name: str = Field(alias="nome")
    media_type: str = Field(alias="tipo")
    sha256: str
    content: str = Field(alias="conteudo")


class AtpvIn(Wire):
    number: str = Field(alias="numero")
    security_code: str = Field(alias="codigo_seguranca")
    scan: ScanIn = Field(alias="digitalizacao")


class IncludeCommunication(Wire):
    reference: str = Field(alias="referencia")
    origin: str = Field(alias="origem")
    atpve: AtpveIn | None = None
    atpv: AtpvIn | None = None
    vehicle: VehicleIn = Field(alias="veiculo")
    seller: SellerIn = Field(alias="vendedor")
    buyer: BuyerIn = Field(alias="comprador")
    sale: SaleIn = Field(alias="venda")


class Receipt(Wire):
    code: str = Field(alias="codigo")
    words: str = Field(alias="mensagem")
    protocol: str = Field(alias="protocolo", min_length=1, max_length=PROTOCOL)
    atpve_number: str = Field("", alias="numero_atpve", max_length=ATPVE)


class Registered(Wire):
    """One act as the agency lists it."""

    protocol: str = Field(alias="protocolo", min_length=1, max_length=PROTOCOL)
    reference: str | None = Field("", alias="referencia")
    atpve_number: str | None = Field("", alias="numero_atpve", max_length=ATPVE)
    situation: str = Field(alias="situacao")
    seller: str = Field(alias="documento_vendedor")
    buyer: str = Field(alias="documento_comprador")
    sale_date: dt.date = Field(alias="data_venda")
    price: str = Field(alias="valor")


class Listing(Wire):
    code: str = Field(alias="codigo")
    words: str = Field(alias="mensagem")
    items: tuple[Registered, ...] = Field(alias="itens")


class RequesterIn(Wire):
    document: str = Field(alias="documento")
    name: str = Field(alias="nome")


class Cancel(Wire):
    reference: str = Field(alias="referencia")
    reason: str = Field(alias="motivo")
    justification: str | None = Field(None, alias="justificativa")
    requester: RequesterIn = Field(alias="requerente")
    signed_request: ScanIn = Field(alias="solicitacao_assinada")


class CancellationReceipt(Wire):
    code: str = Field(alias="codigo")
    words: str = Field(alias="mensagem")
    protocol: str = Field(alias="protocolo", min_length=1)
    situation: str = Field(alias="situacao")


class Cancellation(Wire):
    """One cancellation as the agency lists it."""

    protocol: str = Field(alias="protocolo", min_length=1)
    reference: str | None = Field("", alias="referencia")
    situation: str = Field(alias="situacao")
    reason: str | None = Field(None, alias="motivo_indeferimento")


class Cancellations(Wire):
    code: str = Field(alias="codigo")
    words: str = Field(alias="mensagem")
    items: tuple[Cancellation, ...] = Field(alias="itens")


class CancellationState(Cancellation):
    code: str = Field(alias="codigo")
    words: str = Field(alias="mensagem")


class Payment(Wire):
    value: Decimal = Field(alias="valor")


class Slip(Wire):
    number: str = Field(alias="numero", min_length=1)
    line: str = Field(alias="linha_digitavel", pattern=r"^[0-9]{48}$")
    barcode: str = Field(alias="codigo_barras", pattern=r"^[0-9]{44}$")
    pix: str = Field("", alias="pix_copia_e_cola")
    value: Decimal = Field(alias="valor", gt=0)
    due_on: dt.date = Field(alias="vencimento")
    issued_at: dt.datetime = Field(alias="emitida_em")
    situation: str = Field(alias="situacao")
    payments: tuple[Payment, ...] = Field((), alias="pagamentos")


class Slips(Wire):
    code: str = Field(alias="codigo")
    words: str = Field(alias="mensagem")
    items: tuple[Slip, ...] = Field(alias="itens")
