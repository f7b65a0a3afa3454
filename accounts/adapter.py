"""How this house differs from allauth's defaults."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from kernel.sealing import Sealer

SECOND_FACTOR = "second-factor"


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation of an establishment or ecosystem, never by strangers."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """As the template says it: allauth would put the site's name before it."""
        return subject


class MfaAdapter(DefaultMFAAdapter):
    """Second-factor secrets are not readable in the database."""

    def encrypt(self, text: str) -> str:
        return Sealer.from_text(settings.SEALING_KEYS).seal(text.encode(), context=SECOND_FACTOR).hex()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises SealBroken."""
        sealed = bytes.fromhex(encrypted_text)
        return Sealer.from_text(settings.SEALING_KEYS).open(sealed, context=SECOND_FACTOR).decode()
