"""The signatures in a PDF: whose they are, whether they hold, whether something was changed after them."""

import base64
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from documents.confined import process
from kernel import clock

MODULE = "documents.confined.signatures"

Trouble = Literal["damaged", "encrypted", "too_costly"]
LaterChanges = Literal["none", "allowed", "forbidden"]
Trust = Literal["trusted", "unknown_root", "expired", "not_yet_valid", "revoked", "refused", "unjudged"]


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature. Times are aware; `cpf` and `cnpj` are clean, or "" where the certificate has none.

    `intact`: the bytes it covers are those that were signed, by the key of the certificate.
    `later_changes`: what came into the file after it; a further signature is "allowed", changed content "forbidden".
    `trust`: of the certificate at the moment asked for, to the roots given. Revocation is not asked about (no network).
    `claimed_time` is what the signer's machine said; `proven_time` a time stamp that leads to the roots given.
    `pades`: made by the PAdES profile, as ICP-Brasil asks. A company's `cpf` is that of its responsible person.
    """

    field: str
    pades: bool
    intact: bool
    covers_whole_file: bool
    later_changes: LaterChanges
    trust: Trust
    signer_name: str
    cpf: str
    cnpj: str
    claimed_time: dt.datetime | None
    proven_time: dt.datetime | None
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return self.intact and self.later_changes != "forbidden" and self.trust == "trusted"


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """All signatures in the order of signing. With `trouble` nothing can be said, not even that there are none."""

    signatures: tuple[Signature, ...] = ()
    trouble: Trouble | None = None

    @property
    def is_signed(self) -> bool:
        return bool(self.signatures)

    @property
    def all_hold(self) -> bool:
        return self.is_signed and all(signature.holds for signature in self.signatures)


def inspect(
    content: bytes,
    *,
    roots: Iterable[x509.Certificate] = (),
    intermediates: Iterable[x509.Certificate] = (),
    moment: dt.datetime | None = None,
    cpu_seconds: int = process.CPU_SECONDS,
    wall_seconds: float = process.WALL_SECONDS,
) -> SignatureReport:
    """The signatures of a PDF, trusted as far as `roots` go at `moment` (now unless said). Raises nothing.

    Without roots no certificate is trusted; everything else is still judged. `intermediates` help where the signer did
    not put the chain into the file; they are trusted only as far as a root vouches for them. Runs in a
    process of its own, about half a second and never above the two limits.
    """
    if not content.startswith(b"%PDF-"):
        return SignatureReport(trouble="damaged")
    question = {
        "roots": _as_text(roots),
        "intermediates": _as_text(intermediates),
        "moment": (moment or clock.now()).isoformat(),
    }
    try:
        found = process.ask(MODULE, content, question, cpu_seconds=cpu_seconds, wall_seconds=wall_seconds)
    except process.Unreadable as e:
        return SignatureReport(trouble=_trouble(e.reason))
    return SignatureReport(tuple(_signature(entry) for entry in found))


def _as_text(certificates: Iterable[x509.Certificate]) -> list[str]:
    return [base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii") for certificate in certificates]


def _signature(entry: process.Json) -> Signature:
    times = ("claimed_time", "proven_time", "valid_from", "valid_until")
    return Signature(**{**entry, **{name: _time(entry[name]) for name in times}})


def _time(text: str | None) -> dt.datetime | None:
    """A claimed time without a zone is São Paulo's."""
    if text is None:
        return None
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.SAO_PAULO)


def _trouble(reason: str) -> Trouble:
    if reason == "encrypted":
        return "encrypted"
    return "too_costly" if reason == "too_costly" else "damaged"
