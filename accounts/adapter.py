"""How this house differs from allauth's defaults."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from kernel.sealing import Sealer

SECOND_FACTOR = "second-factor"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-mail ou senha não conferem. Confira os dois e tente de novo.",
        "incorrect_password": "A senha não confere.",
        "enter_current_password": "A senha atual não confere.",
        "too_many_login_attempts": "Foram muitas tentativas seguidas. Espere 5 minutos, ou redefina a senha.",
        "rate_limited": "Foram muitas tentativas seguidas. Espere alguns minutos.",
        "password_mismatch": "As duas senhas são diferentes; digite a mesma nos dois campos.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation of an establishment or ecosystem, never by strangers."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """As the template says it: allauth would put the site's name before it."""
        return subject


class MfaAdapter(DefaultMFAAdapter):
    """Second-factor secrets are not readable in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "O código não confere. Espere o aplicativo mostrar o próximo e digite-o.",
        "cannot_generate_recovery_codes": "Ative antes o aplicativo autenticador.",
        "unverified_email": "Confirme antes o seu e-mail.",
    }

    def encrypt(self, text: str) -> str:
        return Sealer.from_text(settings.SEALING_KEYS).seal(text.encode(), context=SECOND_FACTOR).hex()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises SealBroken."""
        sealed = bytes.fromhex(encrypted_text)
        return Sealer.from_text(settings.SEALING_KEYS).open(sealed, context=SECOND_FACTOR).decode()
