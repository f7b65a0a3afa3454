"""Which client and which credential, and what asking an agency can bring."""

import base64
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from documents import services as documents
from documents.models import Document
from kernel.http import client_for
from transactions.clients.detran import schemas
from transactions.clients.detran.client import Detran
from transactions.models import Order
from transactions.rules.agencies import agency


@dataclass(frozen=True, slots=True)
class Registration:
    """What the agency gave us for our act, with its words verbatim. `situation` is its word for how it stands."""

    protocol: str
    atpve_number: str
    code: str
    words: str
    situation: str = ""


class Found(StrEnum):
    OURS = "ours"
    ABSENT = "absent"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Finding:
    """What asking brought: our act, nothing, or somebody else's act on the same vehicle."""

    kind: Found
    registration: Registration | None = None
    evidence: str = ""


def client_of(order: Order, request_id: str) -> Detran:
    uf = agency(order.agency).uf.lower()
    http = client_for(settings.DETRAN_BASE_URL.format(uf=uf) + "/", settings.DETRAN_CREDENTIALS[uf])
    return Detran(http, request_id=request_id)


def attached(document: Document) -> schemas.ScanIn:
    """A kept file as the agencies take files: named, hashed, in base64."""
    return schemas.ScanIn(
        name=document.filename,
        media_type=document.media_type,
        sha256=document.sha256,
        content=base64.b64encode(documents.read(document)).decode(),
    )
