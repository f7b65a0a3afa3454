"""The DETRAN's messages, with its own names."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from sandbox import fields, identifiers
from sandbox.fields import Wire

MAX_SCAN = 5 * 1024 * 1024
MAGIC = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
State = Literal[
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB", "PE", "PI", "PR",
    "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
]  # fmt: skip
CrvType = Literal["DIGITAL", "AZUL", "VERDE", "BRANCO"]
Restriction = Literal["JUDICIAL", "FURTO", "GRAVAME", "BAIXADO"]


class Veiculo(Wire):
    """A vehicle by its three names."""

    placa: fields.Plate
    renavam: fields.Renavam
    chassi: fields.Chassis


class VeiculoComCrv(Veiculo):
    """A vehicle and the paper or digital certificate its owner holds."""

    numero_crv: fields.Digits12
    codigo_seguranca_crv: fields.Digits11


class Vendedor(Wire):
    """Who sells."""

    documento: fields.Person
    nome: fields.Name
    email: fields.Email


class Endereco(Wire):
    """Where the buyer lives. `uf` stands first so that the municipality can be held against it."""

    uf: State
    cep: fields.Cep
    logradouro: fields.Words
    numero: fields.Words
    complemento: fields.WordsOrNone | None = None
    bairro: fields.Words
    codigo_municipio: fields.Municipality
    municipio: fields.Words

    @field_validator("codigo_municipio")
    @classmethod
    def lies_in_the_state(cls, value: str, info: ValidationInfo) -> str:
        """Refuse a municipality of another state."""
        if "uf" in info.data and identifiers.STATES_BY_IBGE[value[:2]] != info.data["uf"]:
            raise fields.problem("MUNICIPIO_UF")
        return value


class Comprador(Wire):
    """Who buys."""

    documento: fields.Person
    nome: fields.Name
    email: fields.Email
    telefone: fields.Telephone | None = None
    endereco: Endereco


class Venda(Wire):
    """The sale. `valor` is in reais with two decimals, `data` a Brazilian date that is not in the future."""

    data: fields.PastDay
    valor: fields.Price
    codigo_municipio: fields.Municipality


class VendaComQuilometragem(Venda):
    """The sale and what the odometer said, in km."""

    quilometragem: int | None = Field(default=None, ge=0, le=9_999_999)


class IntencaoVenda(Wire):
    """Body of POST /intencoes-venda."""

    referencia: fields.Reference
    veiculo: VeiculoComCrv
    vendedor: Vendedor
    comprador: Comprador
    venda: VendaComQuilometragem


class Atpve(Wire):
    """The electronic authorisation a communication starts from."""

    numero_atpve: fields.Digits15


class Digitalizacao(Wire):
    """A scanned or signed paper. The order of fields matters: content is held against type, hash against content."""

    nome: fields.Words
    tipo: Literal["application/pdf", "image/jpeg", "image/png"]
    conteudo: str
    sha256: fields.Sha256

    @field_validator("conteudo")
    @classmethod
    def is_what_it_says(cls, value: str, info: ValidationInfo) -> str:
        """Refuse what is no base64, empty, above 5 MB, or not of the declared type."""
        try:
            content = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise fields.problem("FORMATO") from None
        if not 0 < len(content) <= MAX_SCAN:
            raise fields.problem("TAMANHO")
        if "tipo" in info.data and not content.startswith(MAGIC[info.data["tipo"]]):
            raise fields.problem("CONTEUDO")
        return value

    @field_validator("sha256")
    @classmethod
    def is_that_of_the_content(cls, value: str, info: ValidationInfo) -> str:
        """Refuse another content's hash."""
        content = info.data.get("conteudo")
        if content is not None and hashlib.sha256(base64.b64decode(content)).hexdigest() != value:
            raise fields.problem("RESUMO")
        return value


class AtpvPapel(Wire):
    """The paper authorisation a communication starts from."""

    numero: fields.Digits12
    codigo_seguranca: fields.Digits11
    digitalizacao: Digitalizacao


class _Comunicado(Wire):
    referencia: fields.Reference
    veiculo: Veiculo
    vendedor: Vendedor
    comprador: Comprador
    venda: Venda


class ComunicadoAtpve(_Comunicado):
    """Body of POST /comunicados-venda that starts from an ATPV-e."""

    origem: Literal["ATPVE"]
    atpve: Atpve


class ComunicadoPapel(_Comunicado):
    """Body of POST /comunicados-venda that starts from a paper ATPV."""

    origem: Literal["ATPV_PAPEL"]
    atpv: AtpvPapel


class _ComunicadoSemOrigem(_Comunicado):
    """A body whose origin cannot be read: everything else is still checked, so that all errors come at once."""

    origem: Literal["ATPVE", "ATPV_PAPEL"]
    atpve: Any = None
    atpv: Any = None


Comunicado = ComunicadoAtpve | ComunicadoPapel


def read_communication(value: Mapping[str, Any]) -> Comunicado:
    """Return the body of POST /comunicados-venda. Raises answers.Refusal 422 with every error."""
    match value.get("origem"):
        case "ATPVE":
            return fields.read(ComunicadoAtpve, value)
        case "ATPV_PAPEL":
            return fields.read(ComunicadoPapel, value)
        case _:
            fields.read(_ComunicadoSemOrigem, value)
            raise AssertionError("a message without origin cannot be valid")


class FiltroAtos(Wire):
    """Query of the two lists: chassis, reference, or both."""

    chassi: fields.Chassis | None = None
    referencia: fields.Reference | None = None


class FiltroVeiculo(Wire):
    """Query of GET /veiculos."""

    placa: fields.Plate
    renavam: fields.Renavam


class VeiculoCadastro(Veiculo):
    """A vehicle of a state's base, as the control address and the seed file write it."""

    uf: str
    marca_modelo: fields.Words
    ano_fabricacao: int = Field(ge=1900, le=2100)
    ano_modelo: int = Field(ge=1900, le=2100)
    cor: fields.Words
    combustivel: fields.Words
    tipo: fields.Words
    municipio: fields.Words
    documento_proprietario: fields.Person
    numero_crv: fields.Digits12
    codigo_seguranca_crv: fields.Digits11
    tipo_crv: CrvType
    restricoes: list[Restriction] = []
