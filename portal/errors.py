"""What people see when something is wrong: in Portuguese, with a way on, never with our inner words."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Static: a request that is refused this early may not even have a host we know."""
    return _static("400.html", request, status=400)


@requires_csrf_token
def crashed(request: HttpRequest) -> HttpResponse:
    """Static, without the database: it may be the one that is gone."""
    return _static("500.html", request, status=500)


def too_many(request: HttpRequest) -> HttpResponse:
    """allauth's rate limits end here."""
    return render(request, "429.html", status=429)


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """The form was older than the session, or came from elsewhere. Nothing was done."""
    return render(request, "403_csrf.html", {"back": request.path}, status=403)


def _static(name: str, request: HttpRequest, *, status: int) -> HttpResponse:
    html = get_template(name).render({"request_id": getattr(request, "request_id", "")})
    return HttpResponse(html, status=status)
