"""Sample NF-e changed and signed anew, so that a test can go past the digest to the rule it is about.

Canonicalisation is Python's own here and libxml2's in the product: each checks the other.
"""

import base64
import datetime as dt
import hashlib
import re
from functools import cache
from pathlib import Path
from unittest.mock import patch
from xml.etree import ElementTree

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

FOLDER = Path(__file__).parent / "nfe"
NFE = 'xmlns="http://www.portalfiscal.inf.br/nfe"'
DSIG = 'xmlns="http://www.w3.org/2000/09/xmldsig#"'
SAMPLES = sorted(path.name for path in FOLDER.glob("*.xml"))

ENTRY, USED_CAR, ENTRY_MOTO, USED_MOTO, NEW_CAR, NEW_DIRECT, ALPHANUMERIC, TWO_VEHICLES = SAMPLES


def sample(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def edited(name: str, *changes: tuple[str, str], sign: bool = True) -> bytes:
    """The sample with each `(old, new)` applied everywhere; an `old` that is not there is a mistake in the test."""
    text = sample(name).decode("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return signed_anew(text) if sign else text.encode("utf-8")


def canonicalize(text: str) -> str:
    """Without the prefixes that libraries of the same process (WeasyPrint) register for everybody."""
    with patch.dict(ElementTree._namespace_map, clear=True):
        return ElementTree.canonicalize(text)


def signed_anew(text: str) -> bytes:
    content = re.search(r"<infNFe.*</infNFe>|<infNFe[^<]*/>", text, re.DOTALL)
    assert content is not None
    alone = content.group().replace("<infNFe", f"<infNFe {NFE}", 1)
    digest = base64.b64encode(hashlib.sha1(canonicalize(alone).encode("utf-8")).digest()).decode("ascii")
    text = re.sub("<DigestValue>.*?</DigestValue>", f"<DigestValue>{digest}</DigestValue>", text)
    text = re.sub("<digVal>.*?</digVal>", f"<digVal>{digest}</digVal>", text)
    signed_info = re.search(r"<SignedInfo>.*</SignedInfo>", text, re.DOTALL)
    assert signed_info is not None
    form = canonicalize(signed_info.group().replace("<SignedInfo", f"<SignedInfo {DSIG}", 1))
    key, certificate = _throwaway()
    value = base64.b64encode(key.sign(form.encode("utf-8"), padding.PKCS1v15(), hashes.SHA1())).decode("ascii")
    text = re.sub("<SignatureValue>.*?</SignatureValue>", f"<SignatureValue>{value}</SignatureValue>", text)
    return re.sub(
        "<X509Certificate>.*?</X509Certificate>", f"<X509Certificate>{certificate}</X509Certificate>", text
    ).encode("utf-8")


@cache
def _throwaway() -> tuple[rsa.RSAPrivateKey, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CHAVE DESCARTAVEL DE TESTE")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return key, base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode("ascii")
