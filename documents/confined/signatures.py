"""Judges the signatures of a PDF. Runs confined and never asks the network: see `documents.signatures` for the door."""

import base64
import datetime as dt
import io
import re
from typing import Any, NamedTuple

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from brazil.documents import clean_cnpj, clean_cpf
from brazil.errors import Invalid
from documents.confined.process import Json, Unreadable, serve

MOST_SIGNATURES = 20
# DOC-ICP-04: what ICP-Brasil writes into the subject's alternative names.
PERSON, RESPONSIBLE, COMPANY = "2.16.76.1.3.1", "2.16.76.1.3.4", "2.16.76.1.3.3"
BIRTH_DATE, CPF, CNPJ = 8, 11, 14
ALLOWED_LATER = (ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)
_BLANK: Json = {
    "intact": False,
    "covers_whole_file": False,
    "later_changes": "forbidden",
    "trust": "unjudged",
    "signer_name": "",
    "cpf": "",
    "cnpj": "",
    "claimed_time": None,
    "proven_time": None,
    "valid_from": None,
    "valid_until": None,
}
_NUMBER_AFTER_NAME = re.compile(r":[0-9A-Z]{11,14}$")


class Known(NamedTuple):
    roots: list[Certificate]
    intermediates: list[Certificate]


def read(content: bytes, question: Json) -> list[Json]:
    """One entry for each signature in the order of signing; the keys are the fields of `signatures.Signature`."""
    known_to_us = Known(_loaded(question["roots"]), _loaded(question["intermediates"]))
    moment = dt.datetime.fromisoformat(question["moment"])
    reader = _reader(content)
    fields = list(enumerate_sig_fields(reader, filled_status=True)) if reader else []
    if reader is None or not fields:
        return []
    if len(fields) > MOST_SIGNATURES:
        raise Unreadable("too_costly")
    known = reader.embedded_signatures
    judged = [_judged(one, known_to_us, moment) for one in known if one.sig_object.get("/Type", "/Sig") == "/Sig"]
    return judged + [_unknown(name) for name, _, _ in fields if name not in {one.field_name for one in known}]


def _loaded(certificates: list[str]) -> list[Certificate]:
    return [Certificate.load(base64.b64decode(certificate)) for certificate in certificates]


def _reader(content: bytes) -> PdfFileReader | None:
    """None for a faulty PDF that is not signed: scanners write those, and no signature is there to be fooled about."""
    try:
        reader = _opened(content, strict=True)
        list(enumerate_sig_fields(reader))
    except PdfError as e:
        if _looks_signed(content):
            raise Unreadable("damaged") from e
        return None
    return reader


def _looks_signed(content: bytes) -> bool:
    try:
        return any(enumerate_sig_fields(_opened(content, strict=False), filled_status=True))
    except PdfError as e:
        raise Unreadable("damaged") from e


def _opened(content: bytes, *, strict: bool) -> PdfFileReader:
    reader = PdfFileReader(io.BytesIO(content), strict=strict)
    if reader.encrypted:
        # Many offices lock their PDFs against editing only: those open with the empty password.
        try:
            opened = reader.decrypt(b"")
        except (PdfError, NotImplementedError, TypeError) as e:
            raise Unreadable("encrypted") from e
        if not opened.status.value:
            raise Unreadable("encrypted")
    return reader


def _unknown(field: str) -> Json:
    """A signature of an old or foreign form, which nobody here can judge."""
    return _BLANK | {"field": field, "pades": False}


def _judged(signature: EmbeddedPdfSignature, known: Known, moment: dt.datetime) -> Json:
    answer: Json = {
        "field": signature.field_name,
        "pades": signature.sig_object.get("/SubFilter") == "/ETSI.CAdES.detached",
    }
    try:
        answer |= _signer(signature.signer_cert)
        # An empty list, not None: None would mean the roots of this machine's operating system.
        context = ValidationContext(
            trust_roots=known.roots, other_certs=known.intermediates, moment=moment, allow_fetching=False
        )
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except (SignatureValidationError, CMSExtractionError, ValueError):
        return _BLANK | answer
    return _BLANK | answer | _verdict(status, moment)


def _verdict(status: PdfSignatureStatus, moment: dt.datetime) -> Json:
    stamp = status.timestamp_validity
    proven = stamp.timestamp if stamp is not None and stamp.valid and stamp.intact and stamp.trusted else None
    return {
        "intact": status.intact and status.valid,
        "covers_whole_file": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "later_changes": _later_changes(status),
        "trust": _trust(status, moment),
        "claimed_time": _iso(status.signer_reported_dt),
        "proven_time": _iso(proven),
    }


def _later_changes(status: PdfSignatureStatus) -> str:
    level = status.modification_level
    if level == ModificationLevel.NONE and status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "none"
    return "allowed" if status.docmdp_ok and level in (ModificationLevel.NONE, *ALLOWED_LATER) else "forbidden"


def _trust(status: PdfSignatureStatus, moment: dt.datetime) -> str:
    if not (status.intact and status.valid):
        return "unjudged"
    if status.trusted:
        return "trusted"
    if status.revoked:
        return "revoked"
    if status.trust_problem_indic == AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND:
        return "unknown_root"
    if moment > status.signing_cert.not_valid_after:
        return "expired"
    if moment < status.signing_cert.not_valid_before:
        return "not_yet_valid"
    return "refused"


def _signer(certificate: Certificate) -> Json:
    names = certificate.subject.native.get("common_name", "")
    common_name = names if isinstance(names, str) else names[-1]
    numbers = _icp_numbers(certificate)
    person = numbers.get(PERSON) or numbers.get(RESPONSIBLE) or ""
    return {
        "signer_name": _NUMBER_AFTER_NAME.sub("", common_name).strip()[:200],
        "cpf": _clean(clean_cpf, person[BIRTH_DATE : BIRTH_DATE + CPF]),
        "cnpj": _clean(clean_cnpj, numbers.get(COMPANY, "")[:CNPJ]),
        "valid_from": _iso(certificate.not_valid_before),
        "valid_until": _iso(certificate.not_valid_after),
    }


def _icp_numbers(certificate: Certificate) -> dict[str, str]:
    """What the alternative names say, by OID; each value may be an octet, printable or UTF-8 string."""
    alternatives = certificate.subject_alt_name_value
    found = {}
    for name in alternatives or []:
        if name.name == "other_name":
            value: Any = name.chosen["value"].parsed.native
            text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
            found[name.chosen["type_id"].dotted] = text
    return found


def _clean(clean: Any, text: str) -> str:
    """A number that does not check is no number; some certificates fill the place with zeros."""
    try:
        return str(clean(text))
    except Invalid:
        return ""


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


if __name__ == "__main__":
    serve(read)
