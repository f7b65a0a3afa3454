"""Every address × every person. An address nobody thought about is red until it has its line here."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from accounts.models import User
from documents import services as documents
from journal.models import Event
from tenants.models import Establishment
from tenants.roles import Right
from tests.support.acting import acting_across, acting_as_machine, acting_in
from tests.support.people import Cast, make_term
from tests.support.rows import make_bulk_file, make_notice, make_order
from transactions.rules.agencies import INTENTION_CANCELLATION

pytestmark = [pytest.mark.req("AT-01"), pytest.mark.req("AT-02"), pytest.mark.req("AT-14")]
Row = Callable[[Cast, Establishment], dict[str, Any]]


@dataclass(frozen=True)
class Inside:
    """A page of an establishment: what its own people get. Strangers get 404 and people not signed in are asked to.

    Ana operates, Rui reads, Gil manages, Adm administers the ecosystem, Aud audits it. `row` makes what the address
    names in the given house. `before_adhesion`: to be had while the term waits to be accepted.
    """

    ana: int
    rui: int
    gil: int
    adm: int
    aud: int
    row: Row | None = None
    before_adhesion: bool = False


@dataclass(frozen=True)
class Outside:
    """A page outside any establishment: for somebody signed in, and for nobody."""

    signed_in: int
    nobody: int
    kwargs: dict[str, Any] = field(default_factory=dict)


def a_document(cast: Cast, house: Establishment) -> dict[str, Any]:
    with acting_in(house):
        kept = documents.store(
            content=b"%PDF-1.7 %%EOF",
            kind="atpve",
            subject_type="order",
            subject_id=house.pk,
            media_type="application/pdf",
            filename="atpv-e.pdf",
            keep_until=dt.date(2036, 1, 1),
            actor_user_id=None,
        )
    return {"pk": kept.pk}


def a_subject(cast: Cast, house: Establishment) -> dict[str, Any]:
    a_document(cast, house)
    return {"subject_type": "order", "subject_id": house.pk, "kind": "atpve"}


def an_order(cast: Cast, house: Establishment) -> dict[str, Any]:
    with acting_in(house):
        return {"number": make_order(house)[0].number}


def a_slip(cast: Cast, house: Establishment) -> dict[str, Any]:
    return {**an_order(cast, house), "slip": "1"}


def a_request(cast: Cast, house: Establishment) -> dict[str, Any]:
    """Of an order that is not registered: it cannot be sent."""
    with acting_in(house):
        order, draft = make_order(house)
        draft.kind, draft.cancels, draft.number = INTENTION_CANCELLATION, order, f"CI-{house.pk}"
        draft.save()
        return {"number": draft.number}


def a_draft(cast: Cast, house: Establishment) -> dict[str, Any]:
    with acting_in(house):
        return {"token": make_order(house)[1].token}


def a_bulk_file(cast: Cast, house: Establishment) -> dict[str, Any]:
    with acting_in(house):
        return {"token": make_bulk_file(house, cast.gil).token}


def a_notice(cast: Cast, house: Establishment) -> dict[str, Any]:
    """Ana's own, wherever it lies."""
    with acting_in(house):
        return {"pk": make_notice(house, cast.ana).pk}


INSIDE: dict[tuple[str, str], Inside] = {
    # name, method: Ana, Rui, Gil, Adm, Aud
    ("portal:home", "get"): Inside(200, 200, 200, 200, 200),
    ("portal:agencies", "get"): Inside(200, 200, 200, 200, 200),
    ("portal:notices", "get"): Inside(200, 200, 200, 200, 200),
    ("portal:notices_read", "post"): Inside(302, 302, 302, 302, 302),
    ("portal:notice_open", "post"): Inside(302, 404, 404, 404, 404, row=a_notice),
    ("documents:download", "get"): Inside(200, 403, 200, 403, 200, row=a_document),
    ("documents:newest", "get"): Inside(302, 403, 302, 403, 302, row=a_subject),
    ("tenants:adhesion", "get"): Inside(200, 200, 200, 200, 200, before_adhesion=True),
    ("tenants:adhesion", "post"): Inside(403, 403, 422, 403, 403, before_adhesion=True),
    ("transactions:intention_list", "get"): Inside(200, 200, 200, 200, 200),
    ("transactions:intention_search", "post"): Inside(302, 302, 302, 302, 302),
    ("transactions:intention_new", "get"): Inside(200, 403, 200, 403, 403),
    ("transactions:intention_new", "post"): Inside(302, 403, 302, 403, 403),
    ("transactions:communication_list", "get"): Inside(200, 200, 200, 200, 200),
    ("transactions:communication_search", "post"): Inside(302, 302, 302, 302, 302),
    ("transactions:communication_new", "get"): Inside(200, 403, 200, 403, 403),
    ("transactions:communication_new", "post"): Inside(302, 403, 302, 403, 403),
    ("transactions:draft", "get"): Inside(200, 403, 200, 403, 403, row=a_draft),
    ("transactions:draft", "post"): Inside(302, 403, 302, 403, 403, row=a_draft),
    ("transactions:draft_save", "post"): Inside(200, 403, 200, 403, 403, row=a_draft),
    ("transactions:draft_discard", "post"): Inside(200, 403, 200, 403, 403, row=a_draft),
    ("transactions:draft_nfe", "post"): Inside(422, 403, 422, 403, 403, row=a_draft),
    ("transactions:draft_scan", "post"): Inside(422, 403, 422, 403, 403, row=a_draft),
    ("transactions:draft_field_check", "post"): Inside(400, 403, 400, 403, 403, row=a_draft),
    ("transactions:draft_person_known", "post"): Inside(200, 403, 200, 403, 403, row=a_draft),
    ("transactions:draft_person_use", "post"): Inside(302, 403, 302, 403, 403, row=a_draft),
    ("transactions:order", "get"): Inside(200, 200, 200, 200, 200, row=an_order),
    ("transactions:order_timeline", "get"): Inside(200, 200, 200, 200, 200, row=an_order),
    ("transactions:atpve_ask", "post"): Inside(200, 403, 200, 403, 403, row=an_order),
    ("transactions:order_withdraw", "post"): Inside(200, 403, 200, 403, 403, row=an_order),
    ("transactions:order_ask_again", "post"): Inside(403, 403, 302, 302, 403, row=an_order),
    ("transactions:order_close", "post"): Inside(403, 403, 200, 200, 403, row=an_order),
    ("transactions:order_correct", "post"): Inside(302, 403, 302, 403, 403, row=an_order),
    ("transactions:cancellation", "get"): Inside(200, 403, 200, 403, 403, row=an_order),
    ("transactions:cancellation", "post"): Inside(422, 403, 422, 403, 403, row=an_order),
    ("transactions:order_verify", "post"): Inside(302, 403, 302, 403, 403, row=an_order),
    ("transactions:slip_new", "post"): Inside(302, 403, 302, 403, 403, row=an_order),
    ("transactions:duplicity_settle", "post"): Inside(403, 403, 302, 302, 403, row=a_slip),
    ("transactions:cancellation_draft", "get"): Inside(200, 403, 200, 403, 403, row=a_request),
    ("transactions:cancellation_live", "get"): Inside(200, 403, 200, 403, 403, row=a_request),
    ("transactions:cancellation_signed", "post"): Inside(422, 403, 422, 403, 403, row=a_request),
    ("transactions:cancellation_send", "post"): Inside(409, 403, 409, 403, 403, row=a_request),
    ("transactions:bulk_files", "get"): Inside(200, 403, 200, 403, 403),
    ("transactions:bulk_files", "post"): Inside(422, 403, 422, 403, 403),
    ("transactions:bulk_template", "get"): Inside(200, 403, 200, 403, 403),
    ("transactions:bulk_file", "get"): Inside(200, 403, 200, 403, 403, row=a_bulk_file),
    ("transactions:bulk_live", "get"): Inside(286, 403, 286, 403, 403, row=a_bulk_file),
    ("transactions:bulk_lines", "get"): Inside(200, 403, 200, 403, 403, row=a_bulk_file),
    ("transactions:bulk_confirm", "post"): Inside(302, 403, 302, 403, 403, row=a_bulk_file),
    ("transactions:bulk_discard", "post"): Inside(200, 403, 200, 403, 403, row=a_bulk_file),
}
KEY = {"key": "not-a-key"}
OUTSIDE: dict[tuple[str, str], Outside] = {
    ("portal:entry", "get"): Outside(302, 200),
    ("portal:ecosystem_entry", "get"): Outside(302, 200, {"ecosystem": "minas"}),
    ("portal:brand_css", "get"): Outside(200, 200, {"ecosystem": "minas"}),
    ("portal:places", "get"): Outside(200, 302),
    ("portal:health", "get"): Outside(200, 200),
    ("portal:alive", "get"): Outside(200, 200),
    ("accounts:overview", "get"): Outside(200, 302),
    ("account_login", "get"): Outside(302, 200),
    ("account_logout", "get"): Outside(200, 302),
    ("account_inactive", "get"): Outside(200, 200),
    ("account_reauthenticate", "get"): Outside(200, 302),
    ("account_email_verification_sent", "get"): Outside(200, 200),
    ("account_confirm_email", "get"): Outside(200, 200, KEY),
    ("account_change_password", "get"): Outside(200, 302),
    ("account_reset_password", "get"): Outside(200, 200),
    ("account_reset_password_done", "get"): Outside(200, 200),
    ("account_reset_password_from_key", "get"): Outside(200, 200, {"uidb36": "1", **KEY}),
    ("account_reset_password_from_key_done", "get"): Outside(200, 200),
    ("mfa_authenticate", "get"): Outside(302, 302),
    ("mfa_reauthenticate", "get"): Outside(302, 302),
    ("mfa_index", "get"): Outside(200, 302),
    ("mfa_activate_totp", "get"): Outside(302, 302),
    ("mfa_deactivate_totp", "get"): Outside(404, 302),
    ("mfa_view_recovery_codes", "get"): Outside(404, 302),
    ("mfa_generate_recovery_codes", "get"): Outside(302, 302),
    ("mfa_download_recovery_codes", "get"): Outside(404, 302),
    ("usersessions_list", "get"): Outside(200, 302),
    ("account_end_session", "post"): Outside(404, 302, {"pk": 0}),
}


def routes() -> Iterator[tuple[str, set[str]]]:
    """Names of all addresses with what each asks for; what has no name answers 404 to everybody."""

    def walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, set[str]]]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                yield from walk(entry, inner)
            elif isinstance(entry, URLPattern) and entry.name:
                yield f"{namespace}{entry.name}", set(entry.pattern.regex.groupindex)

    return walk(get_resolver(), "")


def test_the_tables_are_complete() -> None:
    inside = {name for name, asked in routes() if {"ecosystem", "establishment"} <= asked}
    outside = {name for name, asked in routes()} - inside
    assert inside == {name for name, _ in INSIDE}
    assert outside == {name for name, _ in OUTSIDE}


def address(name: str, house: Establishment, row: dict[str, Any]) -> str:
    return reverse(name, kwargs={"ecosystem": house.ecosystem.slug, "establishment": house.slug, **row})


def ask(person: User | None, method: str, url: str) -> HttpResponse:
    client = Client()
    if person is not None:
        client.force_login(person)
    answer: HttpResponse = client.generic(method.upper(), url)
    return answer


def row_of(page: Inside, cast: Cast, house: Establishment) -> dict[str, Any]:
    return page.row(cast, house) if page.row else {}


each_inside = pytest.mark.parametrize(("name", "method"), INSIDE)


@contextmanager
def undone() -> Iterator[None]:
    """So that one person's act does not change what the next one finds."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@each_inside
def test_people_of_the_place(cast: Cast, name: str, method: str) -> None:
    page = INSIDE[name, method]
    url = address(name, cast.house, row_of(page, cast, cast.house))
    found = {}
    for person in ("ana", "rui", "gil", "adm", "aud"):
        with undone():
            found[person] = ask(getattr(cast, person), method, url).status_code
    assert found == {person: getattr(page, person) for person in found}


@each_inside
def test_strangers_find_nothing_and_leave_no_trace(cast: Cast, name: str, method: str) -> None:
    url = address(name, cast.house, row_of(INSIDE[name, method], cast, cast.house))
    before = events()
    for person in (cast.bia, cast.eva, cast.ze):
        assert ask(person, method, url).status_code == 404, person
    answer = ask(None, method, url)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login") + "?next=")
    assert events() == before


def events() -> int:
    with acting_as_machine():
        return Event.objects.count()


WITH_ROW = [key for key, page in INSIDE.items() if page.row]


@pytest.mark.parametrize(("name", "method"), WITH_ROW)
def test_ones_own_door_does_not_open_the_neighbours_row(cast: Cast, name: str, method: str) -> None:
    """The house's row through the sister's and the rival's door, by people at home there."""
    page = INSIDE[name, method]
    row = row_of(page, cast, cast.house)
    before = events()
    doors = [
        (cast.bia, cast.sister, page.ana),
        (cast.aud, cast.sister, page.aud),
        (cast.adm, cast.sister, page.adm),
        (cast.eva, cast.rival_house, page.gil),
    ]
    for person, door, at_home in doors:
        status = ask(person, method, address(name, door, row)).status_code
        assert status in ({403, 404} if at_home == 403 else {404}), (person, door)
    assert events() == before


def test_a_place_is_found_in_its_own_ecosystem_only(cast: Cast) -> None:
    for person, ecosystem, house in (
        (cast.ana, "rivais", "casa"),
        (cast.eva, "minas", "rival"),
        (cast.ana, "x", "casa"),
    ):
        assert ask(person, "get", f"/{ecosystem}/{house}/").status_code == 404


@each_inside
def test_nothing_but_the_term_before_it_is_accepted(cast: Cast, name: str, method: str) -> None:
    page = INSIDE[name, method]
    url = address(name, cast.house, row_of(page, cast, cast.house))
    make_term(cast.ecosystem, version=2, text="Outro texto.")
    answer = ask(cast.gil, method, url)
    if page.before_adhesion:
        assert answer.status_code == page.gil
    else:
        assert (answer.status_code, answer["Location"]) == (302, address("tenants:adhesion", cast.house, {}))


@each_inside
def test_every_page_of_a_place_has_the_door(cast: Cast, name: str, method: str) -> None:
    view = resolve(address(name, cast.house, row_of(INSIDE[name, method], cast, cast.house))).func
    assert isinstance(getattr(view, "right", None), Right)


@each_inside
def test_who_lost_the_place_loses_the_page(cast: Cast, name: str, method: str) -> None:
    url = address(name, cast.house, row_of(INSIDE[name, method], cast, cast.house))
    with acting_across(cast.ecosystem):
        cast.ana.memberships.update(active=False)
        cast.adm.memberships.update(active=False)
    assert ask(cast.ana, method, url).status_code == 404
    assert ask(cast.adm, method, url).status_code == 404
    with acting_across(cast.ecosystem):
        Establishment.objects.filter(pk=cast.house.pk).update(active=False)
    assert ask(cast.gil, method, url).status_code == 404


@pytest.mark.parametrize(("name", "method"), OUTSIDE)
def test_pages_outside_any_place(cast: Cast, name: str, method: str) -> None:
    page = OUTSIDE[name, method]
    url = reverse(name, kwargs=page.kwargs)
    assert ask(cast.ana, method, url).status_code == page.signed_in
    assert ask(None, method, url).status_code == page.nobody
