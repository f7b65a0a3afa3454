"""Sending an order by the page's POST, against a bare Django view that makes the same number of INSERTs."""

from collections.abc import Iterator

from django.test import Client
from django.urls import reverse

from benchmarks import bare
from benchmarks.measure import Report, interleaved, statements
from journal.models import Event
from outbox.models import Message
from tests.sandbox import specimens
from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.making import typed
from transactions.models import Draft, Order, Party
from transactions.services.drafts import save_draft, start_draft

MOST = 3.0
ROUNDS = 60


def run(report: Report, cast: Cast) -> None:
    """Both sides run in this process, through Django's test client and all middleware."""
    report.title("Sending an order by the page's POST against a bare view with as many INSERTs")
    client = Client()
    client.force_login(cast.ana)
    forms = filled_drafts(cast, ROUNDS + 20)

    def ours() -> None:
        url, words = next(forms)
        answer = client.post(url, {**words, "action": "enviar"})
        assert answer.status_code == 302, answer.content.decode()

    ours()  # the session is marked as seen, once a minute
    before = rows_of(cast)
    said = statements(ours)
    inserts = rows_of(cast) - before
    report.note(f"the page's POST: {len(said)} statements, which insert {inserts} rows")
    other = bare.poster(cast.ana, inserts=inserts)
    other()
    report.note(f"the bare view:   {len(statements(other))} statements, which insert {inserts} rows")
    report.ratio("POST of an order : bare view", interleaved(ours, other, rounds=ROUNDS), most=MOST)


def rows_of(cast: Cast) -> int:
    """All rows that sending orders may have added."""
    with acting_in(cast.house):
        return sum(model.objects.count() for model in (Order, Party, Message, Event, Draft))


def filled_drafts(cast: Cast, many: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Addresses of drafts with what is to be posted there, already saved as the page does while one types.

    They are all made before the first is given.
    """
    made = []
    for _ in range(many):
        with acting_in(cast.house):
            draft = start_draft(
                establishment=cast.house, kind="sale_intention", agency_code="detran-mg", user_id=cast.ana.pk
            )
            words = typed(specimens.vehicle(), seller=cast.house.cnpj)
            save_draft(draft_id=draft.pk, typed=words)
        place = {"ecosystem": cast.ecosystem.slug, "establishment": cast.house.slug}
        url = reverse("transactions:draft", kwargs={**place, "token": draft.token})
        made.append((url, words))
    return iter(made)
