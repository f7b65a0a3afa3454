"""Kinds of field an agency accepts, and the one shape in which it names what is wrong with a message."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from sandbox import answers, clock, identifiers

MESSAGES = {
    "OBRIGATORIO": "Campo obrigatório.",
    "DESCONHECIDO": "Campo desconhecido.",
    "TIPO": "Tipo inválido.",
    "FORMATO": "Formato inválido.",
    "TAMANHO": "Tamanho inválido.",
    "DIGITO": "Dígito verificador inválido.",
    "OPCAO": "Valor fora das opções aceitas.",
    "VALOR": "Valor fora da faixa aceita.",
    "DATA_FUTURA": "A data não pode ser futura.",
    "MUNICIPIO_UF": "Município não pertence à UF.",
    "CONTEUDO": "Conteúdo não corresponde ao tipo declarado.",
    "RESUMO": "SHA-256 não corresponde ao conteúdo.",
}
BY_LIBRARY = {
    "missing": "OBRIGATORIO",
    "extra_forbidden": "DESCONHECIDO",
    "literal_error": "OPCAO",
    "enum": "OPCAO",
    "string_too_short": "TAMANHO",
    "string_too_long": "TAMANHO",
    "greater_than": "VALOR",
    "greater_than_equal": "VALOR",
    "less_than_equal": "VALOR",
}
EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
PRICE = re.compile(r"(?:0|[1-9][0-9]{0,9})\.[0-9]{2}")


class Wire(BaseModel):
    """A message or part of one: nothing unknown, nothing converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Message = TypeVar("Message", bound=Wire)


def read(model: type[Message], value: Mapping[str, Any]) -> Message:
    """Return `value` as a message. Raises answers.Refusal 422 that names every invalid field at once."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise answers.field_errors([_error(found) for found in error.errors(include_url=False)]) from None


def query(model: type[Message], pairs: Sequence[tuple[str, str]]) -> Message:
    """Return query parameters as a message; a repeated parameter is read as a list, hence of the wrong type."""
    values: dict[str, Any] = {}
    for name, value in pairs:
        values[name] = [values[name], value] if name in values else value
    return read(model, values)


def problem(code: str) -> PydanticCustomError:
    """Return the error a validator raises; the offending value is never part of it."""
    return PydanticCustomError(code, MESSAGES[code])


def _error(found: Any) -> dict[str, str]:
    code = found["type"] if found["type"] in MESSAGES else BY_LIBRARY.get(found["type"], "TIPO")
    return {
        "campo": ".".join(str(part) for part in found["loc"]),
        "codigo": code,
        "mensagem": MESSAGES[code],
    }


def _must(holds: Callable[[str], bool], code: str = "FORMATO") -> AfterValidator:
    def check(text: str) -> str:
        if not holds(text):
            raise problem(code)
        return text

    return AfterValidator(check)


def _digits(length: int) -> AfterValidator:
    return _must(lambda text: identifiers.is_digits(text, length))


def _day(text: str) -> str:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise problem("FORMATO") from None
    if day.isoformat() != text:
        raise problem("FORMATO")
    if day > clock.today():
        raise problem("DATA_FUTURA")
    return text


def _moment(text: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise problem("FORMATO") from None
    if moment.tzinfo is None or clock.written(moment) != text:
        raise problem("FORMATO")
    return text


def _price(text: str) -> str:
    if not PRICE.fullmatch(text):
        raise problem("FORMATO")
    if text == "0.00":
        raise problem("VALOR")
    return text


def _is_plain(text: str) -> bool:
    return text == text.strip() and text.isprintable()


PLAIN = _must(_is_plain)
Name = Annotated[str, Field(min_length=3, max_length=150), PLAIN]
Words = Annotated[str, Field(min_length=1, max_length=100), PLAIN]
WordsOrNone = Annotated[str, Field(max_length=100), PLAIN]
Reference = Annotated[str, Field(min_length=1, max_length=40), PLAIN]
Person = Annotated[str, _must(identifiers.has_person_format), _must(identifiers.is_person, "DIGITO")]
Email = Annotated[str, Field(max_length=254), _must(lambda text: EMAIL.fullmatch(text) is not None)]
Telephone = Annotated[str, _must(lambda text: identifiers.is_digits(text, 10) or identifiers.is_digits(text, 11))]
Plate = Annotated[str, _must(identifiers.is_plate)]
Renavam = Annotated[str, _digits(11), _must(identifiers.is_renavam, "DIGITO")]
Chassis = Annotated[str, _must(identifiers.is_chassis)]
Cep = Annotated[str, _digits(8)]
Digits11 = Annotated[str, _digits(11)]
Digits12 = Annotated[str, _digits(12)]
Digits15 = Annotated[str, _digits(15)]
Municipality = Annotated[str, _digits(7), _must(identifiers.is_municipality, "OPCAO")]
PastDay = Annotated[str, AfterValidator(_day)]
Price = Annotated[str, AfterValidator(_price)]
IntentionProtocol = Annotated[str, _must(lambda text: re.fullmatch(r"IV[A-Z]{2}[0-9]{13}", text) is not None)]
CommunicationProtocol = Annotated[str, _must(lambda text: re.fullmatch(r"CV[A-Z]{2}[0-9]{13}", text) is not None)]
Moment = Annotated[str, AfterValidator(_moment)]
Sha256 = Annotated[str, _must(lambda text: re.fullmatch(r"[0-9a-f]{64}", text) is not None)]
