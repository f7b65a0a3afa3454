"""What the outbox calls for this room."""

import smtplib

from django.conf import settings
from django.core.mail import get_connection

from accounts.mail import SEND, open_mail
from kernel.http import NotSent
from outbox.registry import Job, Policy, Visit, handles


@handles(SEND, policy=lambda job: Policy(most_doubts=10, quarantine=30.0))
def send_mail(job: Job) -> Visit:
    """A mail sent twice does no harm, so a doubtful end is simply tried again."""
    message = open_mail(job.payload["sealed"])
    try:
        message.connection = get_connection(settings.MAIL_TRANSPORT)
        message.send()
    except (ConnectionError, smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected, TimeoutError) as e:
        raise NotSent("O servidor de e-mail não respondeu.") from e
    return Visit(explanation="E-mail entregue ao servidor.")
