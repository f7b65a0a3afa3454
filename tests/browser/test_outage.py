"""What a person sees while the DETRAN is gone, and what they are told. SCREENSHOTS=folder keeps pictures."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from kernel import clock
from outbox.models import Attempt, LaneHealth, Message
from portal.models import AGENCY_DOWN, AGENCY_UP, DEADLINE, Notice
from tests.browser.houses import a_home, enter
from tests.browser.looking import looked_at
from tests.stack.stack import Stack
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast
from tests.transactions.making import submit, typed, vehicle_of

LANE = "detran-mg"
SAID = (
    (AGENCY_DOWN, "DETRAN-MG não responde desde 10:32 de 21/11. Seus pedidos seguem sozinhos quando voltar."),
    (AGENCY_UP, "DETRAN-MG voltou a responder. Os pedidos que esperavam já estão seguindo."),
    (DEADLINE, "Comunicar a venda de ABC-1D23: faltam 7 dias, em 28/11/2026."),
)


@pytest.mark.req("AT-19")
def test_an_outage_is_said_on_every_page_and_on_that_of_the_agencies(page: Page, stack: Stack, people: Cast) -> None:
    home = a_home(person=people.gil)
    stack.kill("beat")
    stack.kill("worker")
    order = submit(home.house, typed(vehicle_of(stack.sandbox, home.house), seller=home.house.cnpj))
    visited(order.pk)
    since = clock.now() - dt.timedelta(minutes=25)
    down = {"state": "down", "since": since, "probe_at": clock.now() + dt.timedelta(hours=1), "failures": 7}
    LaneHealth.objects.update_or_create(lane=LANE, defaults={**down, "last_ok_at": since})
    try:
        enter(page.context, stack, home.person)
        page.goto(home.url)
        expect(
            page.get_by_text(f"DETRAN-MG não responde desde {since.astimezone(clock.SAO_PAULO):%H:%M}")
        ).to_be_visible()
        found = looked_at(page, "outage-home")
        page.get_by_role("link", name="Ver situação").click()
        expect(page.get_by_role("heading", name="DETRAN-MG")).to_be_visible()
        expect(page.get_by_text("Não responde", exact=True)).to_be_visible()
        found += looked_at(page, "agencies")
    finally:
        LaneHealth.objects.filter(lane=LANE).update(state="up", since=clock.now(), probe_at=None, failures=0)
    assert found == []


def visited(order_id: int) -> None:
    """A day of visits: answered, unsteady, failed, none."""
    with acting_as_machine():
        message = Message.objects.get(subject_type="order", subject_id=order_id)
        for hour in range(1, 24):
            outcomes = {0: ["answered"] * 3, 1: ["answered", "unknown"], 2: ["unknown"]}.get(hour % 4, [])
            for number, outcome in enumerate(outcomes):
                Attempt(
                    message=message,
                    ecosystem_id=message.ecosystem_id,
                    establishment_id=message.establishment_id,
                    number=1000 + hour * 10 + number,
                    started_at=clock.now() - dt.timedelta(hours=hour),
                    milliseconds=180,
                    outcome=outcome,
                ).save()


@pytest.mark.req("AT-12")
def test_notices_are_behind_the_bell(page: Page, stack: Stack, people: Cast) -> None:
    home = a_home(person=people.gil)
    enter(page.context, stack, home.person)
    page.goto(f"{home.url}avisos/")
    found = looked_at(page, "notices-none")
    with acting_in(home.house):
        for number, (kind, text) in enumerate(SAID):
            place = {"ecosystem_id": home.house.ecosystem_id, "establishment_id": home.house.pk}
            Notice(**place, user=home.person, kind=kind, text=text, link=f"{home.url}orgaos/", mark=str(number)).save()
    page.goto(home.url)
    page.get_by_role("link", name="Avisos: 3 não lidos").click()
    found += looked_at(page, "notices")
    page.get_by_role("button", name="Abrir").first.click()
    expect(page).to_have_url(f"{stack.address}{home.url}orgaos/")
    page.get_by_role("link", name="Avisos: 2 não lidos").click()
    page.get_by_role("button", name="Marcar todos como lidos").click()
    expect(page.get_by_role("link", name="Avisos", exact=True)).to_be_visible()
    found += looked_at(page, "notices-read")
    assert found == []
