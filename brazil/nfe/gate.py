"""The gate for hostile uploads: bytes in, a harmless element tree out, or a refusal in words.

Nothing is fetched, no entity is ever expanded (a DOCTYPE is refused unread), and the work is bounded by the size
of the file and the number of its elements.
"""

import codecs
import re

from lxml import etree

from brazil.nfe.errors import NfeProblem

MAX_BYTES = 5 * 1024 * 1024
MAX_ELEMENTS = 20_000  # some 250 items; nfelib takes about 0.1 ms for each element

_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NOT_XML = (
    (b"%PDF", "um PDF (talvez o DANFE)"),
    (b"PK\x03\x04", "um arquivo ZIP"),
    (b"\x1f\x8b", "um arquivo compactado"),
    (b"\x89PNG", "uma imagem"),
    (b"\xff\xd8\xff", "uma imagem"),
)


def safe_tree(data: bytes) -> etree._Element:
    """The root element of `data`; raises NfeProblem `nfe_muito_grande`, `nfe_nao_e_xml` or `nfe_entidades`.

    UTF-8 and UTF-16 with or without BOM and Latin-1 are read, the latter even when the file claims to be UTF-8.
    """
    if len(data) > MAX_BYTES:
        size = f"{len(data) / (1024 * 1024):.1f}".replace(".", ",")
        raise NfeProblem(
            "nfe_muito_grande",
            f"O arquivo tem {size} MB e o limite é 5 MB; confira se escolheu o XML da nota.",
        )
    text = _decoded(data).strip("\ufeff \t\r\n")
    if not text:
        raise NfeProblem("nfe_nao_e_xml", "O arquivo está vazio; baixe o XML da nota outra vez.")
    if _DECLARATION.search(text):
        raise NfeProblem(
            "nfe_entidades",
            "O arquivo define entidades XML, o que uma NF-e nunca faz; por segurança ele não foi aberto. "
            "Peça o XML original ao emitente.",
        )
    return parse_without_doctype(text.encode("utf-8"))


def parse_without_doctype(data: bytes) -> etree._Element:
    """The root element of UTF-8 `data` known to hold no DOCTYPE; raises NfeProblem `nfe_nao_e_xml`."""
    parser = etree.XMLParser(
        encoding="utf-8",  # stronger than the declaration, which no longer fits the decoded text
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,  # else <chassi>9BW<!---->X</chassi> would be read as 9BW and verified as 9BWX
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as broken:
        raise NfeProblem(
            "nfe_nao_e_xml",
            f"O arquivo não é um XML que se possa ler (linha {broken.lineno or 1}); "
            "baixe o XML da nota outra vez ou peça-o ao emitente.",
        ) from broken
    for count, _ in enumerate(root.iter(), start=1):
        if count > MAX_ELEMENTS:
            raise NfeProblem(
                "nfe_muito_grande",
                "A nota tem itens demais para ser lida aqui; digite os dados do veículo.",
            )
    return root


def _decoded(data: bytes) -> str:
    for beginning, name in _NOT_XML:
        if data.startswith(beginning):
            raise NfeProblem("nfe_nao_e_xml", f"Este arquivo é {name}; envie o arquivo XML da NF-e.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Latin-1 text is practically never valid UTF-8, so what fails above is Latin-1 whatever the file declares.
        return data.decode("cp1252", "replace")
