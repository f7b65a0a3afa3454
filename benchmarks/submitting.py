"""Sending an order by the page's POST, against a bare Django view that makes the same number of INSERTs."""

from collections.abc import Iterator

from django.test import Client
from django.urls import reverse

from benchmarks import bare
from benchmarks.measure import Report, interleaved, statements
from tests.sandbox import specimens
from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.making import typed
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

    said = statements(ours)
    inserts = sum(sql.startswith("INSERT") for sql in said)
    report.note(f"the page's POST: {len(said)} statements, {inserts} of them INSERTs")
    other = bare.poster(cast.ana, inserts=inserts)
    report.note(f"the bare view:   {len(statements(other))} statements, {inserts} of them INSERTs")
    report.ratio("POST of an order : bare view", interleaved(ours, other, rounds=ROUNDS), most=MOST)


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
