"""What people are told: legal terms that come near, and agencies that are gone. Once each."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.mail import SEND, open_mail
from kernel import clock
from outbox import services as outbox
from outbox.models import LaneHealth, Message
from outbox.services.health import AGENCY_DOWN, AGENCY_UP
from portal import services
from portal.models import Notice
from portal.topics import WATCH_DEADLINES
from tenants.models import Establishment
from tests.support.acting import acting_as_machine, acting_in
from tests.support.database import in_threads
from tests.support.people import Cast
from tests.transactions.pages import made

pytestmark = pytest.mark.req("AT-12")
TODAY = dt.datetime(2026, 11, 21, 15, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def mail_through_the_outbox(settings: Any) -> None:
    """As in production; pytest-django would keep it in a list."""
    settings.EMAIL_BACKEND = "accounts.mail.OutboxEmailBackend"


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


def deliver(topic: str) -> int:
    """Delivers all that waits of a topic; how many there were."""
    with acting_as_machine():
        ids = list(Message.objects.filter(topic=topic, state="waiting").values_list("pk", flat=True))
        Message.objects.filter(pk__in=ids).update(due_at=clock.now())
    visits = [outbox.deliver(pk) for pk in ids]
    assert all(visit is not None and visit.outcome.value == "answered" for visit in visits), visits
    return len(ids)


def watch() -> None:
    services.watch_deadlines()
    deliver(WATCH_DEADLINES)


def texts(house: Establishment) -> list[tuple[str, str]]:
    """Who was told what, oldest first."""
    with acting_in(house):
        rows = Notice.objects.select_related("user").order_by("pk")
        return [(notice.user.name, notice.text) for notice in rows]


def mails() -> list[tuple[str, str, str]]:
    """To whom, the subject and the text of each mail left, oldest first."""
    with acting_as_machine():
        rows = list(Message.objects.filter(topic=SEND).order_by("pk"))
    letters = [open_mail(row.payload["sealed"]) for row in rows]
    return [(letter.to[0], letter.subject, str(letter.body)) for letter in letters]


def test_each_chosen_day_is_told_once_to_those_who_submit(cast: Cast, noon: time_machine.Traveller) -> None:
    made(cast.house, "registered", days_ago=40)
    seen = []
    for _ in range(26):
        watch()
        watch()
        seen.append([text.partition(": ")[2] for name, text in texts(cast.house) if name == "Ana"])
        noon.shift(dt.timedelta(days=1))
    assert seen[0] == []
    assert seen[-1] == [
        "faltam 15 dias, em 11/12/2026.",
        "faltam 7 dias, em 11/12/2026.",
        "faltam 3 dias, em 11/12/2026.",
        "falta 1 dia, em 11/12/2026.",
        "vence hoje, em 11/12/2026.",
        "o prazo venceu há 1 dia, em 11/12/2026.",
    ]
    assert {name for name, _ in texts(cast.house)} == {"Ana", "Gil"}, "Rui only reads"


def test_a_mail_says_all_of_a_day_and_no_personal_data(cast: Cast, noon: time_machine.Traveller) -> None:
    orders = [made(cast.house, "registered", days_ago=days) for days in (50, 55, 70)]
    watch()
    found = mails()
    assert sorted(to for to, _, _ in found) == [cast.ana.email, cast.gil.email]
    _, subject, body = found[0]
    assert subject == "Prazos legais a vencer · Casa"
    assert [order.number in body for order in orders] == [True] * 3
    assert "Zulmira" not in body
    assert "/minas/casa/pedidos/" in body


def test_what_is_communicated_or_not_near_is_not_told(cast: Cast, noon: time_machine.Traveller) -> None:
    made(cast.house, "registered", days_ago=1)
    made(cast.house, "refused", days_ago=50)
    made(cast.house, "registered", days_ago=100)
    made(cast.house, "registered", days_ago=50, origin="atpve", atpve_number="312600000000016")
    watch()
    assert texts(cast.house) == []
    made(cast.house, "refused", days_ago=50, origin="atpve", atpve_number="312600000000024")
    noon.shift(dt.timedelta(days=1))
    watch()
    assert len(texts(cast.house)) == 2, "of a communication that was refused and not corrected, to two people"


def test_a_house_is_looked_at_once_a_day_and_not_at_night(cast: Cast, noon: time_machine.Traveller) -> None:
    noon.move_to(dt.datetime(2026, 11, 21, 8, 59, tzinfo=dt.UTC), tick=False)
    assert services.watch_deadlines() == 0
    noon.move_to(TODAY, tick=False)
    assert services.watch_deadlines() == 3
    assert services.watch_deadlines() == 0
    noon.shift(dt.timedelta(days=1))
    assert services.watch_deadlines() == 3


def test_houses_are_told_of_their_own_orders_only(cast: Cast, noon: time_machine.Traveller) -> None:
    made(cast.sister, "registered", days_ago=50)
    watch()
    assert texts(cast.house) == []
    assert [name for name, _ in texts(cast.sister)] == ["Bia"]


def test_workers_at_once_tell_once(committed_cast: Cast) -> None:
    made(committed_cast.house, "registered", days_ago=50)
    with acting_in(committed_cast.house):
        ids = [outbox.enqueue(WATCH_DEADLINES, lane="house", payload={}).pk for _ in range(6)]
    found = in_threads(*[lambda pk=pk: outbox.deliver(pk) for pk in ids])
    assert [visit for visit in found if isinstance(visit, BaseException) or visit is None] == []
    assert [name for name, _ in texts(committed_cast.house)] == ["Ana", "Gil"]
    assert len(mails()) == 2


def take_down(since: dt.datetime) -> None:
    LaneHealth.objects.create(lane="detran-mg", state="down", since=since, probe_at=clock.now())
    with acting_as_machine():
        outbox.enqueue(AGENCY_DOWN, lane="house", payload={"lane": "detran-mg", "since": since.isoformat()})


def bring_back(since: dt.datetime) -> None:
    LaneHealth.objects.update(state="up", probe_at=None, since=clock.now())
    with acting_as_machine():
        outbox.enqueue(AGENCY_UP, lane="house", payload={"lane": "detran-mg", "since": since.isoformat()})


@pytest.mark.req("AT-19")
def test_managers_whose_orders_wait_hear_of_start_and_end_once(cast: Cast, noon: time_machine.Traveller) -> None:
    made(cast.house, "queued")
    since = clock.now() - dt.timedelta(minutes=2)
    take_down(since)
    deliver(AGENCY_DOWN)
    bring_back(since)
    deliver(AGENCY_UP)
    assert texts(cast.house) == [
        ("Gil", "DETRAN-MG não responde desde 11:58 de 21/11. Seus pedidos seguem sozinhos quando voltar."),
        ("Gil", "DETRAN-MG voltou a responder. Os pedidos que esperavam já estão seguindo."),
    ]
    assert texts(cast.sister) == texts(cast.rival_house) == []
    assert [(to, subject) for to, subject, _ in mails()] == [
        (cast.gil.email, "DETRAN-MG fora do ar · Casa"),
        (cast.gil.email, "DETRAN-MG voltou · Casa"),
    ]


@pytest.mark.req("AT-19")
def test_an_agency_that_came_back_at_once_troubles_nobody(cast: Cast, noon: time_machine.Traveller) -> None:
    made(cast.house, "queued")
    since = clock.now()
    take_down(since)
    bring_back(since)
    deliver(AGENCY_DOWN)
    deliver(AGENCY_UP)
    assert texts(cast.house) == mails() == []


def page(browser: Client, name: str, **kwargs: Any) -> str:
    answer = browser.get(reverse(f"portal:{name}", kwargs={"ecosystem": "minas", "establishment": "casa", **kwargs}))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_notices_are_counted_read_one_by_one_or_all_at_once(
    client: Client, cast: Cast, noon: time_machine.Traveller
) -> None:
    orders = [made(cast.house, "registered", days_ago=50) for _ in range(3)]
    watch()
    client.force_login(cast.ana)
    assert "Avisos: 3 não lidos" in page(client, "home")
    assert page(client, "notices").count("<strong>não lido</strong>") == 3
    with acting_in(cast.house):
        first = Notice.objects.filter(user=cast.ana).earliest("pk")
    place = {"ecosystem": "minas", "establishment": "casa"}
    opened = client.post(reverse("portal:notice_open", kwargs={**place, "pk": first.pk}))
    assert opened["Location"] == reverse("transactions:order", kwargs={**place, "number": orders[0].number})
    assert "Avisos: 2 não lidos" in page(client, "home")
    client.post(reverse("portal:notices_read", kwargs=place))
    assert "não lidos" not in page(client, "notices")
    client.force_login(cast.gil)
    assert "Avisos: 3 não lidos" in page(client, "home"), "one's own only"


@pytest.mark.req("AT-19")
def test_the_page_of_the_agencies_says_who_answers_and_what_of_ours_waits(client: Client, cast: Cast) -> None:
    made(cast.house, "queued")
    made(cast.house, "registered")
    for _ in range(3):
        made(cast.sister, "queued")
    client.force_login(cast.rui)
    since = clock.now() - dt.timedelta(days=1)
    assert "Ainda sem visitas" in page(client, "agencies")
    assert "não responde desde" not in page(client, "home")
    LaneHealth.objects.create(lane="detran-mg", state="down", since=since, probe_at=clock.now())
    shown = " ".join(page(client, "agencies").split())
    assert "Não responde</span>" in shown
    assert '<dt>Pedidos seus esperando</dt><dd class="tabular">1</dd>' in shown
    assert f"DETRAN-MG não responde desde {since.astimezone(clock.SAO_PAULO):%H:%M de %d/%m}" in page(client, "home")
