"""Exactly the pages of allauth that this house offers, at Portuguese addresses. Signing up is not among them.

The names are allauth's own: it reverses them.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import include, path, re_path

from accounts import views

own = [path("", views.overview, name="overview")]

urlpatterns = [
    path("", include((own, "accounts"))),
    path("entrar/", account.login, name="account_login"),
    path("entrar/codigo/", mfa.authenticate, name="mfa_authenticate"),
    path("sair/", account.logout, name="account_logout"),
    path("inativa/", account.account_inactive, name="account_inactive"),
    path("confirmar-identidade/", account.reauthenticate, name="account_reauthenticate"),
    path("confirmar-identidade/codigo/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("email/confirmar/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^email/confirmar/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("senha/", account.password_change, name="account_change_password"),
    path("senha/redefinir/", account.password_reset, name="account_reset_password"),
    path("senha/redefinir/enviado/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^senha/redefinir/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "senha/redefinir/pronto/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/aplicativo/ativar/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/aplicativo/desativar/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recuperacao/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recuperacao/gerar/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recuperacao/baixar/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sessoes/", sessions.list_usersessions, name="usersessions_list"),
    path("sessoes/<int:pk>/encerrar/", views.session_end, name="account_end_session"),
]
