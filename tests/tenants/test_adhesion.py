"""Nobody uses a service before the term in force was accepted by somebody with powers (AT-02)."""

import io
import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from documents.models import Document
from documents.selectors import newest_of
from documents.services import read
from journal.selectors import events_of
from kernel.actor import Actor
from outbox.models import Message
from outbox.services import deliver
from outbox.states import Outcome
from tenants import selectors, services
from tenants.errors import MayNotAccept, NoTerm, TermChanged
from tenants.models import AdhesionAcceptance, AdhesionTerm, Membership
from tenants.roles import Role
from tests.support.acting import acting_across, acting_in
from tests.support.database import in_threads
from tests.support.people import Cast, make_ecosystem, make_house, make_member, make_person

pytestmark = pytest.mark.req("AT-02")
ACTOR = Actor("user", "1", "Adm")
NEW = "# Termo de Adesão\n\nTexto novo: *cláusula* <script>alert(1)</script> [x](javascript:alert(1))."


def publish(cast: Cast, text: str = NEW) -> AdhesionTerm:
    with acting_across(cast.ecosystem):
        return services.publish_term(ecosystem=cast.ecosystem, title="Termo de Adesão", text=text, actor=ACTOR)


def accept(cast: Cast, term: AdhesionTerm, **changed: object) -> AdhesionAcceptance:
    with acting_in(cast.house):
        given = {
            "establishment": cast.house,
            "user": cast.gil,
            "membership": Membership.objects.get(user=cast.gil),
            "shown_version": term.version,
            "shown_hash": term.text_hash,
            "ip": "203.0.113.7",
            "user_agent": "Navegador",
            "request_id": "pedido-12345678",
        }
        return services.accept_term(**{**given, **changed})  # type: ignore[arg-type]  # a bag of known keys


def page(cast: Cast) -> str:
    return reverse("tenants:adhesion", kwargs={"ecosystem": "minas", "establishment": "casa"})


def test_acceptance_keeps_who_what_when_and_from_where(cast: Cast) -> None:
    term = publish(cast)
    given = accept(cast, term)
    with acting_in(cast.house):
        kept = AdhesionAcceptance.objects.select_related("term").get(pk=given.pk)
        assert (kept.term.version, kept.text_hash) == (2, term.text_hash)
        assert (kept.accepted_name, kept.accepted_role) == ("Gil", "Gestor")
        assert (kept.ip, kept.user_agent) == ("203.0.113.7", "Navegador")
        assert not selectors.adhesion_is_due(cast.house)
        (event,) = events_of("adhesion_acceptance", given.pk)
        assert (event.verb, event.actor_name, event.request_id) == ("adhesion.accepted", "Gil", "pedido-12345678")


def test_a_second_click_finds_the_first_ones_acceptance(cast: Cast) -> None:
    term = publish(cast)
    assert accept(cast, term).pk == accept(cast, term).pk
    with acting_in(cast.house):
        assert Message.objects.filter(topic="adhesion.accepted").count() == 1


def test_two_clicks_at_once_are_one_acceptance(committed_cast: Cast) -> None:
    term = publish(committed_cast)
    found = in_threads(*[lambda: accept(committed_cast, term).pk] * 4)
    assert len(set(found)) == 1, found


def test_a_term_that_changed_while_it_was_read_is_not_accepted(cast: Cast) -> None:
    old = publish(cast)
    publish(cast, "# Outro\n\nOutro texto.")
    with pytest.raises(TermChanged, match="mudou enquanto você lia"):
        accept(cast, old)
    with pytest.raises(TermChanged):
        accept(cast, old, shown_version=3)
    with acting_in(cast.house):
        assert selectors.adhesion_is_due(cast.house)
        assert not Message.objects.exists()


def test_only_a_role_with_powers_in_this_very_place_accepts(cast: Cast) -> None:
    term = publish(cast)
    with acting_in(cast.house):
        anas, gils = Membership.objects.get(user=cast.ana), Membership.objects.get(user=cast.gil)
    with acting_in(cast.rival_house):
        evas = Membership.objects.get(user=cast.eva)
    for user, membership in ((cast.ana, anas), (cast.ana, gils), (cast.eva, evas)):
        with pytest.raises(MayNotAccept):
            accept(cast, term, user=user, membership=membership)
    with acting_in(cast.sister), pytest.raises(MayNotAccept):
        accept(cast, term, establishment=cast.sister)


def test_without_a_published_term_there_is_nothing_to_accept(db: None) -> None:
    bare = make_ecosystem("novo")
    house = make_house(bare, "loja", cnpj="99791605000105")
    gil = make_person("Gil")
    member = make_member(gil, house, Role.MANAGER)
    with acting_in(house):
        assert selectors.adhesion_is_due(house)
        with pytest.raises(NoTerm):
            services.accept_term(
                establishment=house,
                user=gil,
                membership=member,
                shown_version=1,
                shown_hash="0" * 64,
                ip="127.0.0.1",
                user_agent="",
            )


def test_the_same_text_is_not_published_twice(cast: Cast) -> None:
    first = publish(cast)
    assert publish(cast, NEW.replace("\n", "  \r\n")).pk == first.pk
    assert publish(cast, NEW + " Mais.").version == first.version + 1


def test_versions_do_not_collide_when_published_at_once(committed_cast: Cast) -> None:
    found = in_threads(*[lambda n=n: publish(committed_cast, f"# T\n\ntexto {n}").version for n in range(4)])
    assert sorted(found) == [2, 3, 4, 5]


@pytest.mark.parametrize("table", ["tenants_adhesionterm", "tenants_adhesionacceptance"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET text_hash = repeat('0', 64)", "DELETE FROM {}"])
def test_terms_and_acceptances_stay_as_they_are(cast: Cast, table: str, statement: str) -> None:
    with acting_in(cast.house), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_a_new_version_closes_the_services_until_it_is_accepted(cast: Cast, client: Client) -> None:
    home = reverse("portal:home", kwargs={"ecosystem": "minas", "establishment": "casa"})
    client.force_login(cast.ana)
    assert client.get(home).status_code == 200
    term = publish(cast)
    answer = client.get(home)
    assert (answer.status_code, answer["Location"]) == (302, page(cast))
    accept(cast, term)
    assert client.get(home).status_code == 200


def test_the_page_says_who_can_accept_to_those_who_cannot(cast: Cast, client: Client) -> None:
    publish(cast)
    client.force_login(cast.ana)
    html = client.get(page(cast)).content.decode()
    assert "Quem pode: Gil" in html
    assert 'name="agree"' not in html
    answer = client.post(page(cast), {"agree": "on", "version": 2, "text_hash": publish(cast).text_hash})
    assert answer.status_code == 403
    with acting_in(cast.house):
        assert selectors.adhesion_is_due(cast.house)


def hidden(html: str) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in ("version", "text_hash")}


def test_the_manager_reads_ticks_and_accepts_on_the_page(cast: Cast, client: Client) -> None:
    publish(cast)
    client.force_login(cast.gil)
    html = client.get(page(cast)).content.decode()
    assert "<script>alert(1)" not in html
    assert 'href="javascript' not in html
    sent = hidden(html)
    unticked = client.post(page(cast), sent)
    assert unticked.status_code == 422
    assert "marque que leu" in unticked.content.decode()
    accepted = client.post(page(cast), {**sent, "agree": "on"}, REMOTE_ADDR="203.0.113.9")
    assert accepted.status_code == 302
    with acting_in(cast.house):
        assert AdhesionAcceptance.objects.get(term__version=2).ip == "203.0.113.9"
    assert "Aceito por" in client.get(page(cast)).content.decode()


def test_the_page_shows_the_new_text_when_the_old_one_was_accepted(cast: Cast, client: Client) -> None:
    publish(cast)
    client.force_login(cast.gil)
    sent = hidden(client.get(page(cast)).content.decode())
    publish(cast, "# Termo\n\nTerceiro texto.")
    answer = client.post(page(cast), {**sent, "agree": "on"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "mudou enquanto você lia" in html
    assert "Terceiro texto." in html
    assert hidden(html)["version"] == "3"


def test_the_proof_of_acceptance_is_made_by_the_worker_once(cast: Cast, client: Client) -> None:
    given = accept(cast, publish(cast))
    link = reverse(
        "documents:newest",
        kwargs={
            "ecosystem": "minas",
            "establishment": "casa",
            "subject_type": "adhesion_acceptance",
            "subject_id": given.pk,
            "kind": "adhesion_term",
        },
    )
    client.force_login(cast.rui)
    assert "Em preparo" in client.get(link, headers={"HX-Request": "true"}).content.decode()
    with acting_in(cast.house):
        message = Message.objects.get(topic="adhesion.accepted")
    visit = deliver(message.pk)
    assert visit is not None
    assert visit.outcome is Outcome.ANSWERED
    with acting_in(cast.house):
        document = newest_of("adhesion_acceptance", given.pk, kind="adhesion_term")
        assert document is not None
        text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(read(document))).pages)
        assert Document.objects.count() == 1
    for expected in ("Gil, Gestor", "203.0.113.7", "99.791.605/0001-05", "versão 2", given.text_hash[:32], "cláusula"):
        assert expected in text.replace("\n", ""), expected
    answer = client.get(link, follow=True)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'attachment; filename="termo-de-adesao-v2-casa.pdf"'
    with acting_in(cast.house):
        assert [e.verb for e in events_of("document", document.pk)] == ["document.stored", "document.read"]


def test_a_place_without_any_term_says_so(db: None, client: Client) -> None:
    house = make_house(make_ecosystem("novo"), "loja", cnpj="99791605000105")
    gil = make_person("Gil")
    make_member(gil, house, Role.MANAGER)
    client.force_login(gil)
    answer = client.get(reverse("portal:home", args=["novo", "loja"]), follow=True)
    assert "ainda não publicou" in answer.content.decode()
