"""PDFs, photos and signatures made on the spot, with a throwaway authority that writes what ICP-Brasil writes."""

import datetime as dt
import io
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import pypdfium2
import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image, ImageFilter
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

T = TypeVar("T")

START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(2045, 1, 1, tzinfo=dt.UTC)
CPF, CNPJ = "54124340966", "12ABC34501DE35"
BIRTH_AND_CPF = f"01011980{CPF}00000000000000000000000SSPMG"
DER_OCTETS, DER_PRINTABLE, DER_UTF8 = 0x04, 0x13, 0x0C


@dataclass(frozen=True)
class Authority:
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


def name_of(text: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "ICP-Inventada"),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )


@cache
def key(number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def authority(name: str = "AC Inventada", number: int = 0, *, under: Authority | None = None) -> Authority:
    """A root, or an authority below another one."""
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name_of(name))
        .issuer_name(under.certificate.subject if under else name_of(name))
        .public_key(key(number).public_key())
        .serial_number(number + 1)
        .not_valid_before(START)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage(ca=True), critical=True)
        .sign(under.key if under else key(number), hashes.SHA256())
    )
    return Authority(certificate, key(number))


def usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def other_name(oid: str, text: str, *, tag: int = DER_OCTETS) -> x509.OtherName:
    value = text.encode("ascii")
    return x509.OtherName(x509.ObjectIdentifier(oid), bytes([tag, len(value)]) + value)


def person_names(cpf: str = CPF, *, tag: int = DER_OCTETS) -> list[x509.OtherName]:
    return [other_name("2.16.76.1.3.1", BIRTH_AND_CPF.replace(CPF, cpf), tag=tag)]


def company_names() -> list[x509.OtherName]:
    return [
        other_name("2.16.76.1.3.2", "LEOCADIA INVENTADA"),
        other_name("2.16.76.1.3.4", BIRTH_AND_CPF),
        other_name("2.16.76.1.3.3", CNPJ, tag=DER_PRINTABLE),
    ]


def signer(
    common_name: str = f"LEOCADIA INVENTADA DA HORA:{CPF}",
    names: list[x509.OtherName] | None = None,
    *,
    by: Authority | None = None,
    until: dt.datetime = END,
    with_chain: bool = True,
) -> signers.SimpleSigner:
    issuer = by or authority()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name_of(common_name))
        .issuer_name(issuer.certificate.subject)
        .public_key(key(9).public_key())
        .serial_number(77)
        .not_valid_before(START)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(ca=False), critical=True)
        .add_extension(x509.SubjectAlternativeName(person_names() if names is None else names), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    chain = [issuer.certificate] if with_chain else None
    locked = BestAvailableEncryption(b"senha")
    sealed = pkcs12.serialize_key_and_certificates(b"teste", key(9), certificate, chain, locked)
    loaded = signers.SimpleSigner.load_pkcs12_data(sealed, other_certs=[], passphrase=b"senha")
    assert loaded is not None
    return loaded


def pdf(drawing: bytes = b"0 0 1 rg 50 50 100 100 re f", *, size: float = 595, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(size, size)
        stream = DecodedStreamObject()
        stream.set_data(drawing)
        page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked_pdf(*, user_password: str) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt(user_password=user_password, owner_password="dono", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def apart(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """In a thread of its own: pyHanko starts an event loop, and the browser's tests leave one running in theirs."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *args, **kwargs).result()


def sign(content: bytes, by: signers.SimpleSigner, *, field: str = "Assinatura1", pades: bool = True) -> bytes:
    form = fields.SigSeedSubFilter.PADES if pades else fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    metadata = signers.PdfSignatureMetadata(field_name=field, subfilter=form, md_algorithm="sha256")
    out = apart(signers.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(content)), metadata, signer=by)
    return bytes(out.getvalue())


def photo(text: str, *, degrees: float = 0, skew: float = 0, dim: bool = False, blur: float = 0) -> Image.Image:
    """A sheet with a QR code as a phone sees it: turned, from the side, half in the dark, out of focus."""
    sheet = Image.new("L", (1240, 1754), 250)
    code = io.BytesIO()
    segno.make_qr(text, error="m").save(code, kind="png", scale=7, border=4)
    sheet.paste(Image.open(code).convert("L"), (760, 1260))
    if skew:
        width, height = sheet.size
        dx, dy = int(width * skew), int(height * skew)
        sheet = sheet.transform(
            sheet.size,
            Image.Transform.QUAD,
            (-dx, -dy // 2, 0, height, width, height + dy, width + dx // 2, 0),
            Image.Resampling.BICUBIC,
            fillcolor=90,
        )
    if degrees:
        sheet = sheet.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=70)
    if dim:
        light = Image.linear_gradient("L").rotate(90).resize(sheet.size)
        noise = random.Random(5).randbytes(sheet.width * sheet.height)
        grain = Image.frombytes("L", sheet.size, noise).point(lambda value: value // 10)
        sheet = Image.composite(sheet.point(lambda v: v // 3), sheet.point(lambda v: v // 8), light)
        sheet = Image.blend(sheet, grain, 0.2)
    return sheet.filter(ImageFilter.GaussianBlur(blur)) if blur else sheet


def as_jpeg(picture: Image.Image, quality: int = 70) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def as_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def as_scan(pictures: list[Image.Image]) -> bytes:
    """A PDF of pictures, as an office's scanner makes it."""
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=150)
    return out.getvalue()


def drawn(content: bytes, *, dpi: int = 200) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    return document[0].render(scale=dpi / 72).to_pil()
