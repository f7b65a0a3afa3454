"""Which sessions a person has open, and when each was last used."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from accounts.models import User

SECONDS = 60


class SeenMiddleware:
    """Takes the place of allauth's, which writes a row with every request: once a minute says as much.

    Without Redis it is every request again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and isinstance(request.user, User) and cache.add(f"seen:{request.user.pk}:{key}", 1, SECONDS):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)
