"""From the bytes of an upload to the sale they tell."""

import datetime as dt
from typing import Any, Literal

from lxml import etree
from nfelib.nfe.bindings.v4_0.leiaute_nfe_v4_00 import Tnfe
from xsdata.exceptions import ConverterError, ParserError
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler

from brazil.documents import clean_cnpj, clean_cpf
from brazil.errors import Invalid
from brazil.nfe.authorisation import authorised
from brazil.nfe.errors import NfeProblem
from brazil.nfe.fields import cents, moment, needed, optional, plain
from brazil.nfe.gate import safe_tree
from brazil.nfe.key import clean_nfe_key, key_fields
from brazil.nfe.sale import Address, NfeSale, Party
from brazil.nfe.signature import signed_content
from brazil.nfe.vehicles import vehicles_of

# A layout newer than nfelib's must not lock a dealer out: what it does not know is passed over.
_TOLERANT = ParserConfig(fail_on_unknown_properties=False, fail_on_unknown_attributes=False)


def read_nfe(data: bytes) -> NfeSale:
    """The vehicle sale in the XML of an authorised NF-e (model 55, layout 4.00).

    Nothing but what the issuer signed is read. Raises NfeProblem with one of the codes `nfe_muito_grande`,
    `nfe_nao_e_xml`, `nfe_entidades`, `nfe_nao_e_nfe`, `nfe_cancelada`, `nfe_denegada`, `nfe_nao_autorizada`,
    `nfe_homologacao`, `nfe_sem_assinatura`, `nfe_adulterada`, `nfe_chave_invalida`, `nfe_incompleta`,
    `nfe_sem_veiculo`. Several vehicles are no error: the caller lets a person choose.
    """
    note = authorised(safe_tree(data))
    signed = signed_content(note.nfe, protocol_digest=note.digest)
    identity = signed.get("Id", "")
    content = _bound(signed)
    if plain(getattr(content.ide, "mod", None)) != "55":
        raise NfeProblem("nfe_nao_e_nfe", "Esta nota não é uma NF-e (modelo 55), como uma venda de veículo pede.")
    issued_at = moment(content.ide, "dhEmi")
    key = _agreed_key(identity, note.key, content=content, issued_at=issued_at)
    operation: Literal["entrada", "saida"] = "entrada" if needed(content.ide, "tpNF") == "0" else "saida"
    issuer = _party(content.emit, address=getattr(content.emit, "enderEmit", None))
    recipient = _party(content.dest, address=getattr(content.dest, "enderDest", None))
    totals = getattr(content.total, "ICMSTot", None)
    needed(totals, "vNF")
    total = cents(totals, "vNF")
    vehicles = vehicles_of(content, total_cents=total)
    if not vehicles:
        raise NfeProblem(
            "nfe_sem_veiculo",
            "Não há placa, Renavam nem chassi nesta NF-e; confira se é a nota do veículo ou digite os dados.",
        )
    return NfeSale(
        key=key,
        number=key_fields(key).number,
        series=key_fields(key).series,
        issued_at=issued_at,
        operation=operation,
        protocol_status=note.status,
        cfops=tuple(sorted({plain(item.prod.CFOP) for item in content.det if item.prod} - {""})),
        total_cents=total,
        # In an "entrada" the issuer is the one who buys.
        seller=recipient if operation == "entrada" else issuer,
        buyer=issuer if operation == "entrada" else recipient,
        delivery=_delivery(content.entrega),
        vehicles=vehicles,
    )


def _bound(signed: etree._Element) -> Any:
    try:
        return XmlParser(config=_TOLERANT, handler=LxmlEventHandler).parse(signed, Tnfe.InfNfe)
    except (ParserError, ConverterError) as wrong:
        raise NfeProblem(
            "nfe_incompleta", "Esta NF-e não segue o leiaute 4.00; peça o XML original ao emitente."
        ) from wrong


def _agreed_key(identity: str, protocol_key: str, *, content: Any, issued_at: dt.datetime) -> str:
    """The note's key, once the protocol and the note's own fields agree with it."""
    key = clean_nfe_key(identity.removeprefix("NFe"))
    fields = key_fields(key)
    said = (
        needed(content.ide, "cUF"),
        f"{issued_at:%y%m}",
        needed(content.ide, "serie"),
        needed(content.ide, "nNF"),
        needed(content.ide, "tpEmis"),
        needed(content.ide, "cNF"),
    )
    in_key = (
        fields.state_code,
        fields.year_month,
        str(fields.series),
        str(fields.number),
        fields.emission,
        fields.random_code,
    )
    issuer = (optional(content.emit, "CNPJ") or optional(content.emit, "CPF") or "").zfill(14)
    # In series 890 to 899 the tax office writes the note for somebody else and the key carries its own CNPJ.
    by_tax_office = 890 <= fields.series <= 899
    if protocol_key != key or said != in_key or not (by_tax_office or issuer == fields.issuer):
        raise NfeProblem(
            "nfe_chave_invalida",
            "A chave desta NF-e não combina com os dados dela; peça o XML original ao emitente.",
        )
    return key


def _delivery(group: Any) -> Party | None:
    # The layout lets name and document of the place of delivery be blank; then it tells nobody.
    if optional(group, "xNome") and (optional(group, "CNPJ") or optional(group, "CPF")):
        return _party(group, address=group)
    return None


def _party(group: Any, *, address: Any) -> Party:
    if group is None:
        raise NfeProblem("nfe_incompleta", "Falta na NF-e o comprador ou o vendedor; digite os dados.")
    name, email = needed(group, "xNome"), optional(group, "email")
    phone = optional(address, "fone")
    place = None if address is None else _address(address)
    try:
        if cnpj := optional(group, "CNPJ"):
            return Party("CNPJ", clean_cnpj(cnpj), name, email, phone, place)
        if cpf := optional(group, "CPF"):
            return Party("CPF", clean_cpf(cpf), name, email, phone, place)
    except Invalid as invalid:
        raise NfeProblem("nfe_incompleta", f"O documento de {name[:60]} não serve. {invalid.message}") from invalid
    return Party("ESTRANGEIRO", needed(group, "idEstrangeiro"), name, email, phone, place)


def _address(group: Any) -> Address:
    return Address(
        street=plain(group.xLgr),
        number=plain(group.nro),
        complement=optional(group, "xCpl"),
        district=plain(group.xBairro),
        cep=optional(group, "CEP"),
        municipality_code=plain(group.cMun),
        municipality=plain(group.xMun),
        uf=plain(group.UF),
    )
