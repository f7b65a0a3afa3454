"""Mail leaves through the outbox: no page waits for a mail server, no mail is lost with one."""

import json
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from kernel.sealing import Sealer
from outbox import services as outbox

SEND = "mail.send"
LANE = "mail"
CONTEXT = "mail"


class OutboxEmailBackend(BaseEmailBackend):
    """Seals each message into the outbox: a reset link must not be readable in the database."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            with transaction.atomic():
                outbox.enqueue(SEND, lane=LANE, payload={"sealed": seal(message)})
        return len(email_messages)


def seal(message: EmailMessage) -> str:
    html = next((part.content for part in getattr(message, "alternatives", ()) if part.mimetype == "text/html"), None)
    content = {
        "subject": message.subject,
        "body": message.body,
        "html": html,
        "from": message.from_email,
        "to": list(message.to),
        "headers": dict(message.extra_headers),
    }
    sealer = Sealer.from_text(settings.SEALING_KEYS)
    return sealer.seal(json.dumps(content).encode(), context=CONTEXT).hex()


def open_mail(sealed: str) -> EmailMultiAlternatives:
    """Raises SealBroken."""
    content = json.loads(Sealer.from_text(settings.SEALING_KEYS).open(bytes.fromhex(sealed), context=CONTEXT))
    message = EmailMultiAlternatives(
        content["subject"], content["body"], content["from"], content["to"], headers=content["headers"]
    )
    if content["html"]:
        message.attach_alternative(content["html"], "text/html")
    return message
