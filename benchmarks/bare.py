"""The other side: a view as plain as Django allows, behind the middleware that `django-admin startproject` writes."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import Client, override_settings
from django.urls import path

from accounts.models import User

WIDTH = 20
WORDS = "Seminovos Exemplo de Minas"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "benchmarks.bare.with_own_urls",
]


class Row(models.Model):
    """A plain row of twenty columns, about as wide as an order."""

    class Meta:
        app_label = "benchmarks"
        managed = False
        db_table = "bench_row"

    def __str__(self) -> str:
        return str(self.pk)


for _number in range(WIDTH):
    Row.add_to_class(f"c{_number}", models.CharField(max_length=80))  # type: ignore[attr-defined]  # Django's metaclass


def with_own_urls(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def serve(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__  # type: ignore[attr-defined]  # Django's own way to choose addresses per request
        return get_response(request)

    return serve


@login_required
def insert(request: HttpRequest, many: int) -> HttpResponse:
    """So many INSERTs of what was posted in one transaction, then a redirect; nothing else."""
    words = {f"c{number}": request.POST.get(f"c{number}", "") for number in range(WIDTH)}
    with transaction.atomic():
        for _ in range(many):
            Row.objects.create(**words)
    return redirect("/")


urlpatterns = [path("insert/<int:many>/", insert)]


def poster(person: User, *, inserts: int) -> Callable[[], None]:
    """Makes the table; each call is one POST, signed in."""
    with connection.cursor() as cursor:
        columns = ", ".join(f"c{number} varchar(80) NOT NULL" for number in range(WIDTH))
        cursor.execute(f"CREATE TEMPORARY TABLE bench_row (id bigserial PRIMARY KEY, {columns})")
    client = Client()
    client.force_login(person)
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        client.handler.load_middleware()
    form = {f"c{number}": WORDS for number in range(WIDTH)}

    def post() -> None:
        answer = client.post(f"/insert/{inserts}/", form)
        assert answer.status_code == 302, answer.content.decode()

    return post
