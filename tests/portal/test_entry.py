"""The entry of the portal and of each ecosystem, and where signed-in people go from there."""

import pytest
from django.conf import settings as project
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.fixtures import Settings

from tenants.models import Ecosystem
from tenants.models.ecosystem import RESERVED
from tenants.roles import Role
from tests.support.people import Cast, make_cast, make_house, make_member, make_person

PASSWORD = "uma-senha-de-teste-longa"


def page(client: Client, path: str, **extra: str) -> str:
    answer = client.get(path, **extra)  # type: ignore[arg-type]  # WSGI variables
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.mark.req("AT-01")
def test_both_addresses_reach_the_same_accounts(db: None) -> None:
    cast = make_cast(password=PASSWORD)
    for entrance in ("/", "/minas/"):
        client = Client()
        assert f'name="next" value="{entrance}"' in page(client, entrance)
        body = {"login": cast.ana.email, "password": PASSWORD, "next": entrance}
        answer = client.post("/conta/entrar/", body, follow=True)
        assert answer.redirect_chain[-1][0] == "/minas/casa/"


@pytest.mark.req("AT-01")
def test_ecosystem_entry_wears_its_brand(client: Client, cast: Cast) -> None:
    Ecosystem.objects.filter(pk=cast.ecosystem.pk).update(color="#ffcc00")
    html = page(client, "/minas/")
    assert "Ecossistema Minas" in html
    assert "/minas/marca.css?v=" in html
    css = client.get("/minas/marca.css")
    assert css["Content-Type"] == "text/css; charset=utf-8"
    assert "public" in css["Cache-Control"]
    assert "#ffcc00" not in css.content.decode(), "yellow on white cannot be read"
    assert "--accent: #" in css.content.decode()


@pytest.mark.req("AT-01")
def test_own_host_is_an_entry_too(client: Client, cast: Cast, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["portal.minas.example", "testserver"]
    Ecosystem.objects.filter(pk=cast.ecosystem.pk).update(domain="portal.minas.example")
    assert "Ecossistema Minas" in page(client, "/", HTTP_HOST="portal.minas.example:8443")
    assert "Ecossistema Minas" not in page(client, "/")


def test_sign_in_page_keeps_the_brand_of_where_one_goes(client: Client, cast: Cast) -> None:
    assert "Ecossistema Minas" in page(client, "/conta/entrar/?next=/minas/casa/")


def test_wrong_password_at_an_ecosystem_stays_in_its_look(client: Client, cast: Cast) -> None:
    answer = client.post("/conta/entrar/", {"login": "x@exemplo.com.br", "password": "y", "next": "/minas/"})
    assert "Ecossistema Minas" in answer.content.decode()
    assert 'name="next" value="/minas/"' in answer.content.decode()


def test_unknown_and_closed_ecosystems_are_not_found(client: Client, cast: Cast) -> None:
    Ecosystem.objects.filter(pk=cast.rival_ecosystem.pk).update(active=False)
    for path in ("/inexistente/", "/rivais/", "/rivais/marca.css"):
        assert client.get(path).status_code == 404


def test_one_membership_leads_straight_home(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    for entrance in ("/", "/minas/", "/rivais/"):
        assert client.get(entrance)["Location"] == "/minas/casa/"


def test_several_memberships_lead_to_the_chooser_and_the_ecosystems_entry_narrows(client: Client, cast: Cast) -> None:
    make_member(cast.ana, cast.rival_house, Role.READER)
    client.force_login(cast.ana)
    assert client.get("/")["Location"] == "/conta/lugares/"
    assert client.get("/rivais/")["Location"] == "/rivais/rival/"
    html = page(client, "/conta/lugares/")
    assert html.index("Ecossistema Minas") < html.index("Ecossistema Rival")
    assert 'href="/minas/casa/"' in html
    assert 'href="/rivais/rival/"' in html
    assert 'href="/minas/irma/"' not in html


def test_people_without_any_place_are_told_what_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.ze)
    assert client.get("/")["Location"] == "/conta/lugares/"
    assert "ainda não está ligado a um estabelecimento" in page(client, "/conta/lugares/")


def test_ecosystem_wide_roles_see_all_its_houses_and_no_others(client: Client, cast: Cast) -> None:
    client.force_login(cast.adm)
    html = page(client, "/conta/lugares/")
    assert 'href="/minas/casa/"' in html
    assert 'href="/minas/irma/"' in html
    assert "rival" not in html
    assert "Administrador do ecossistema" in html


def test_many_houses_come_in_pages_and_can_be_searched(client: Client, cast: Cast) -> None:
    for number in range(45):
        make_house(cast.ecosystem, f"loja-{number:02d}", cnpj=f"AB{number:010d}00")
    client.force_login(cast.aud)
    seen: list[str] = []
    path = "/conta/lugares/"
    for _ in range(3):
        html = page(client, path)
        seen += [f"loja-{n:02d}" for n in range(45) if f'href="/minas/loja-{n:02d}/"' in html]
        assert html.count('class="choice"') <= 20
        marker = "?em=minas&amp;depois="
        path = (
            "/conta/lugares/" + marker.replace("&amp;", "&") + html.split(marker)[1].split('"')[0]
            if marker in html
            else ""
        )
    assert path == ""
    assert seen == [f"loja-{n:02d}" for n in range(45)]
    found = page(client, "/conta/lugares/?busca=LOJA+07")
    assert 'href="/minas/loja-07/"' in found
    assert found.count('class="choice"') == 1
    assert 'href="/minas/casa/"' in page(client, "/conta/lugares/?busca=99.791.605")
    assert "Nenhum estabelecimento" in page(client, "/conta/lugares/?busca=%25")


@pytest.mark.parametrize(
    "query", ["depois=abc", "depois=-1", "depois=99999999999999999999", "em=rivais&depois=1", "busca=%00"]
)
def test_odd_questions_to_the_chooser_do_no_harm(client: Client, cast: Cast, query: str) -> None:
    client.force_login(cast.aud)
    assert client.get(f"/conta/lugares/?{query}").status_code in {200, 400}


@pytest.mark.parametrize("body", [{"next": "/\0/"}, {"next": "//"}, {"next": "/%2e%2e/"}])
def test_odd_places_to_return_to_do_no_harm(client: Client, db: None, body: dict[str, str]) -> None:
    client.cookies["ecossistema"] = "x'--"
    assert client.post("/conta/entrar/", {"login": "x@exemplo.com.br", "password": "y", **body}).status_code == 200


def test_home_greets_and_names_the_place(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    html = page(client, "/minas/casa/")
    assert "Olá, Ana" in html
    assert "99.791.605/0001-05" in html
    assert "Operador" in html


def test_account_pages_keep_the_look_of_the_door_one_came_through(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    page(client, "/minas/casa/")
    assert "/minas/marca.css" in page(client, "/conta/")


def first_words() -> set[str]:
    """The fixed first words of every address, and of the static files."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> set[str]:
        words: set[str] = set()
        for entry in patterns:
            path = before + str(entry.pattern)
            if isinstance(entry, URLResolver):
                words |= walk(entry.url_patterns, path)
            elif not path.startswith(("^", "<")):
                words.add(path.split("/")[0])
        return words

    return (walk(get_resolver().url_patterns, "") | {project.STATIC_URL.strip("/")}) - {""}


def test_every_first_word_of_our_own_is_reserved() -> None:
    assert first_words() >= {"conta", "saude", "static"}
    assert first_words() <= RESERVED


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_ecosystem_can_take_a_reserved_word(word: str, client: Client, db: None) -> None:
    with pytest.raises(ValidationError, match="próprio portal"):
        Ecosystem(slug=word, name="Intruso").full_clean()
    Ecosystem.objects.create(slug=word, name="Intruso")
    client.force_login(make_person(f"Pessoa {word}", email=f"{word}@exemplo.com.br"))
    assert client.get(f"/{word}/loja/").status_code == 404
