"""A CPF or CNPJ that is searched stands in no address: a token does, which opens for this person in this place only."""

import base64
import binascii
import json

from django.conf import settings

from kernel.sealing import SealBroken, Sealer
from tenants.access import Place
from transactions.rules.searching import Meant


def sealed(place: Place, meant: Meant) -> str:
    content = json.dumps([meant.text, meant.document]).encode()
    token = Sealer.from_text(settings.SEALING_KEYS).seal(content, context=_context(place))
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def opened(place: Place, token: str) -> Meant:
    """What was sealed; nothing at all when it was sealed for somebody else or tampered with."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        text, document = json.loads(Sealer.from_text(settings.SEALING_KEYS).open(raw, context=_context(place)))
    except (SealBroken, ValueError, binascii.Error):
        return Meant()
    return Meant(text, document)


def _context(place: Place) -> str:
    return f"search:{place.establishment.pk}:{place.user.pk}"
