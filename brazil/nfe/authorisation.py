"""Which of the many fiscal XML files this is, and whether the tax office lets it be used."""

from dataclasses import dataclass

from lxml import etree

from brazil.nfe.errors import NfeProblem

NAMESPACE = "http://www.portalfiscal.inf.br/nfe"
AUTHORISED = frozenset({"100", "150"})

_CANCELLED = frozenset({"101", "151", "155"})
_DENIED = frozenset({"110", "205", "301", "302", "303"})
_CANCELLING_EVENTS = frozenset({"110111", "110112"})
_KNOWN_ROOTS = {
    "procEventoNFe": "um evento da nota (como a carta de correção)",
    "envEvento": "um evento da nota",
    "retEnvEvento": "a resposta a um evento da nota",
    "evento": "um evento da nota",
    "resNFe": "só o resumo da nota",
    "procInutNFe": "uma inutilização de numeração",
    "retConsSitNFe": "uma consulta de situação",
    "cteProc": "um CT-e (transporte)",
    "CTe": "um CT-e (transporte)",
    "mdfeProc": "um MDF-e (transporte)",
    "MDFe": "um MDF-e (transporte)",
    "NFSe": "uma nota de serviços",
    "CompNfse": "uma nota de serviços",
}


@dataclass(frozen=True, slots=True)
class Authorised:
    """An authorised note: its `NFe` element and what the tax office's protocol says of it."""

    nfe: etree._Element
    status: str
    key: str
    digest: str


def authorised(root: etree._Element) -> Authorised:
    """The note in `root` with its protocol.

    Raises NfeProblem `nfe_cancelada`, `nfe_nao_e_nfe`, `nfe_nao_autorizada`, `nfe_denegada` or `nfe_homologacao`.
    """
    _refuse_cancelled(root)
    name = etree.QName(root)
    if name.namespace == NAMESPACE and name.localname in ("NFe", "enviNFe"):
        raise _without_protocol()
    if name.namespace != NAMESPACE or name.localname != "nfeProc":
        kind = _KNOWN_ROOTS.get(name.localname, "outro tipo de XML")
        raise NfeProblem("nfe_nao_e_nfe", f"Este arquivo é {kind}; envie o XML da NF-e da venda.")
    nfe, protocol = _only(root, "NFe"), _only(root, "protNFe")
    if nfe is None:
        raise NfeProblem("nfe_nao_e_nfe", "Este arquivo não traz uma única NF-e; envie o XML da nota da venda.")
    if protocol is None:
        raise _without_protocol()
    status = _text(protocol, "cStat")
    _refuse_unauthorised(status, reason=_text(protocol, "xMotivo"))
    if "2" in (_text(protocol, "tpAmb"), nfe.findtext(f"{{{NAMESPACE}}}infNFe/{{{NAMESPACE}}}ide/{{*}}tpAmb")):
        raise NfeProblem(
            "nfe_homologacao",
            "Esta nota foi emitida no ambiente de testes da SEFAZ e não vale; envie a nota de produção.",
        )
    return Authorised(nfe=nfe, status=status, key=_text(protocol, "chNFe"), digest=_text(protocol, "digVal"))


def _refuse_cancelled(root: etree._Element) -> None:
    for tag, codes in (("tpEvento", _CANCELLING_EVENTS), ("cStat", _CANCELLED)):
        if any((element.text or "").strip() in codes for element in root.iter(f"{{{NAMESPACE}}}{tag}")):
            raise NfeProblem(
                "nfe_cancelada", "Esta NF-e foi cancelada e não pode ser usada; envie a nota que a substituiu."
            )


def _refuse_unauthorised(status: str, *, reason: str) -> None:
    if status in AUTHORISED:
        return
    if status == "135":
        raise NfeProblem("nfe_cancelada", "Esta NF-e tem um evento de cancelamento e não pode ser usada.")
    words = f" ({status}: {reason[:120]})" if reason else f" ({status or 'sem situação'})"
    if status in _DENIED:
        raise NfeProblem("nfe_denegada", f"A SEFAZ denegou esta NF-e{words}; ela não vale. Procure o emitente.")
    raise NfeProblem("nfe_nao_autorizada", f"A SEFAZ não autorizou esta NF-e{words}; envie a nota autorizada.")


def _without_protocol() -> NfeProblem:
    return NfeProblem(
        "nfe_nao_autorizada",
        "Esta NF-e está sem o protocolo de autorização da SEFAZ; baixe o XML autorizado (procNFe).",
    )


def _only(parent: etree._Element, name: str) -> etree._Element | None:
    found = parent.findall(f"{{{NAMESPACE}}}{name}")
    return found[0] if len(found) == 1 else None


def _text(protocol: etree._Element, name: str) -> str:
    found = protocol.findtext(f"{{{NAMESPACE}}}infProt/{{{NAMESPACE}}}{name}")
    return (found or "").strip()
