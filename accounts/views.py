"""A person's own pages beside those of allauth."""

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST


@require_GET
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Name, e-mail, and the state of password and second factor."""
    return render(request, "account/overview.html", {"second_factor": is_mfa_enabled(request.user)})


@require_POST
@login_required
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends one of one's other sessions; a foreign one is not found."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.is_current():
        messages.warning(request, "Esta é a sessão em uso; para encerrá-la, use Sair.")
    else:
        get_adapter().end_sessions([session])
        messages.success(request, "Sessão encerrada.")
    return redirect("usersessions_list")
