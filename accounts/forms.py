"""allauth's forms in our words. Their behaviour stays allauth's."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms

PASSWORD_HINT = (
    "Pelo menos 10 caracteres. Não use seu nome, seu e-mail nem uma senha comum; uma frase curta é fácil de lembrar."  # noqa: S105  a hint
)
CODE_HINT = "Os 6 números do aplicativo autenticador, ou um dos seus códigos de recuperação."


def _say(form: forms.Form, name: str, *, label: str, hint: str = "", **attrs: Any) -> None:
    field = form.fields[name]
    field.label = label
    field.help_text = hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", label="E-mail", autocomplete="username")
        _say(self, "password", label="Senha")


class ResetPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", label="E-mail", autocomplete="username")


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password1", label="Nova senha", hint=PASSWORD_HINT)
        _say(self, "password2", label="Nova senha, de novo")


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", label="Senha atual")
        _say(self, "password1", label="Nova senha", hint=PASSWORD_HINT)
        _say(self, "password2", label="Nova senha, de novo")


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", label="Senha", autofocus=True)


class AuthenticateForm(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", label="Código", hint=CODE_HINT, autofocus=True, inputmode="numeric")


class ReauthenticateByCodeForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", label="Código", hint=CODE_HINT, autofocus=True, inputmode="numeric")


class ActivateTOTPForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", label="Código mostrado pelo aplicativo", hint="6 números", inputmode="numeric")
