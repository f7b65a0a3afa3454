"""Whether the note is the one that was signed: the XML-DSig digest and the RSA signature over it.

The certificate's own chain is not judged: the tax office did that before it authorised the note.
"""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_der_x509_certificate
from lxml import etree

from brazil.nfe.authorisation import NAMESPACE
from brazil.nfe.errors import NfeProblem
from brazil.nfe.gate import parse_without_doctype

DSIG = "http://www.w3.org/2000/09/xmldsig#"
_DIGESTS = {
    f"{DSIG}sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
}
_SIGNATURES: dict[str, hashes.HashAlgorithm] = {
    f"{DSIG}rsa-sha1": hashes.SHA1(),  # noqa: S303 - the layout of the NF-e prescribes it
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": hashes.SHA256(),
}


def signed_content(nfe: etree._Element, *, protocol_digest: str) -> etree._Element:
    """The `infNFe` of `nfe`, read again from exactly the bytes that were signed.

    Raises NfeProblem `nfe_adulterada` when digest, signature or the protocol's digest do not agree,
    `nfe_sem_assinatura` when there is nothing to compare.
    """
    content = _only(nfe, f"{{{NAMESPACE}}}infNFe")
    signature = _only(nfe, f"{{{DSIG}}}Signature")
    signed_info = _only(signature, f"{{{DSIG}}}SignedInfo")
    reference = _only(signed_info, f"{{{DSIG}}}Reference")
    if content is None or signature is None or signed_info is None or reference is None:
        raise NfeProblem("nfe_sem_assinatura", "Esta NF-e está sem a assinatura do emitente; peça o XML original.")
    digest = "".join(reference.findtext(f"{{{DSIG}}}DigestValue", "").split())
    if reference.get("URI") != f"#{content.get('Id')}" or (protocol_digest and protocol_digest != digest):
        raise _tampered()
    algorithm = _DIGESTS.get(_algorithm(reference, "DigestMethod"))
    fragment = _alone(content)
    if algorithm is None or digest not in (_digest(form, algorithm) for form in _canonical_forms(fragment)):
        raise _tampered()
    if not _signature_holds(signature, signed_info):
        raise _tampered()
    return fragment


def _signature_holds(signature: etree._Element, signed_info: etree._Element) -> bool:
    hash_algorithm = _SIGNATURES.get(_algorithm(signed_info, "SignatureMethod"))
    certificate = signature.findtext(f".//{{{DSIG}}}X509Certificate", "")
    value = signature.findtext(f"{{{DSIG}}}SignatureValue", "")
    if hash_algorithm is None:
        return False
    try:
        public_key = load_der_x509_certificate(base64.b64decode(certificate)).public_key()
        signed = base64.b64decode(value)
    except (ValueError, UnsupportedAlgorithm):
        return False
    if not isinstance(public_key, rsa.RSAPublicKey):
        return False
    for form in _canonical_forms(_alone(signed_info)):
        try:
            public_key.verify(signed, form, padding.PKCS1v15(), hash_algorithm)
        except InvalidSignature:
            continue
        return True
    return False


def _alone(element: etree._Element) -> etree._Element:
    # Canonicalising an element inside its tree writes stray xmlns="" (libxml2), so it is read again on its own.
    return parse_without_doctype(etree.tostring(element, encoding="utf-8", with_tail=False))


def _canonical_forms(element: etree._Element) -> tuple[bytes, bytes]:
    """Inclusive C14N as it stands, and without the unused prefixes that wrapping in nfeProc may have added later."""
    as_it_stands = etree.tostring(element, method="c14n", with_comments=False)
    etree.cleanup_namespaces(element)
    return as_it_stands, etree.tostring(element, method="c14n", with_comments=False)


def _digest(form: bytes, algorithm: str) -> str:
    return base64.b64encode(hashlib.new(algorithm, form, usedforsecurity=False).digest()).decode("ascii")


def _algorithm(parent: etree._Element, name: str) -> str:
    method = parent.find(f"{{{DSIG}}}{name}")
    return "" if method is None else method.get("Algorithm", "")


def _only(parent: etree._Element | None, tag: str) -> etree._Element | None:
    found = [] if parent is None else parent.findall(tag)
    return found[0] if len(found) == 1 else None


def _tampered() -> NfeProblem:
    return NfeProblem(
        "nfe_adulterada",
        "O conteúdo desta NF-e não é o que o emitente assinou; o arquivo foi alterado. Peça o XML original.",
    )
