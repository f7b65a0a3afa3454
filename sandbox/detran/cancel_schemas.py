"""The DETRAN's messages about cancelling, with its own names."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from sandbox import fields
from sandbox.detran.schemas import Digitalizacao
from sandbox.fields import Wire

Reason = Literal["DESISTENCIA", "ERRO_DE_CADASTRO", "VENDA_DESFEITA", "OUTRO"]


class Requerente(Wire):
    """Who asks, and signed the request."""

    documento: fields.Person
    nome: fields.Name


class Cancelamento(Wire):
    """Body of both POST …/cancelamentos. `motivo` stands before `justificativa`, which it may require."""

    referencia: fields.Reference
    motivo: Reason
    justificativa: Annotated[str, Field(min_length=10, max_length=500), fields.PLAIN] | None = Field(
        default=None, validate_default=True
    )
    requerente: Requerente
    solicitacao_assinada: Digitalizacao

    @field_validator("justificativa")
    @classmethod
    def explains_what_the_table_does_not(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Refuse "another reason" without saying which."""
        if value is None and info.data.get("motivo") == "OUTRO":
            raise fields.problem("OBRIGATORIO")
        return value


class FiltroCancelamentosIntencao(Wire):
    """Query of GET /cancelamentos-intencao."""

    protocolo_intencao: fields.IntentionProtocol | None = None
    chassi: fields.Chassis | None = None
    referencia: fields.Reference | None = None


class FiltroCancelamentosComunicado(Wire):
    """Query of GET /cancelamentos-comunicado."""

    protocolo_comunicado: fields.CommunicationProtocol | None = None
    chassi: fields.Chassis | None = None
    referencia: fields.Reference | None = None


class Vazio(Wire):
    """The body of a request that needs none."""
