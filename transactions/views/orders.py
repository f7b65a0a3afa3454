"""Lists of orders, searching them, and the page of one with its live part."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from brazil.documents import format_document
from brazil.masks import mask_document
from tenants.access import Place, in_establishment, place_of
from tenants.roles import Right
from transactions.cancel_selectors import cancellation_numbered
from transactions.presenting import lists
from transactions.presenting.life import Life, life_of
from transactions.presenting.lists import LISTS
from transactions.presenting.orders import live_part
from transactions.presenting.steps import steps_of
from transactions.rules.agencies import CANCELS
from transactions.rules.searching import ASK, Meant, meant_by
from transactions.selectors import Search, count_by_tab, count_found, list_orders, open_drafts, parties_of
from transactions.views.common import STOP_POLLING, find_order
from transactions.views.sealed import opened, sealed


@never_cache
@require_GET
@in_establishment(Right.VIEW_ORDERS)
def listing(request: HttpRequest, kind: str) -> HttpResponse:
    """One tab of a list, narrowed by what was searched, by keyset."""
    place, words = place_of(request), LISTS[kind]
    house, tab, meant = place.establishment.pk, lists.tab_of(request.GET.get("situacao", "")), _asked(request)
    search = Search(meant.text, meant.document)
    page = list_orders(house, kind, tab, search=search, before=_key(request, "antes"), after=_key(request, "depois"))
    kept = {name: request.GET.get(name, "") for name in ("q", "pessoa")} if meant != Meant() else {}
    here = {"situacao": lists.SLUGS[tab], **kept}
    context = {
        "words": words,
        "tabs": lists.tabs(words, tab, _counts(request, kind, search), kept),
        "tab_slug": lists.SLUGS[tab],
        "rows": lists.rows(page.orders),
        "empty": words.empty[tab],
        "meant": None if meant == Meant() else meant,
        "meant_shown": _shown(place, meant.document),
        "everything": lists.query(situacao=lists.SLUGS[tab]),
        "newer": lists.query(**here, depois=page.newer) if page.newer else "",
        "older": lists.query(**here, antes=page.older) if page.older else "",
        "drafts": open_drafts(house).filter(kind=kind).count() if place.may_submit else 0,
    }
    return render(request, "transactions/order_list.html", context)


@in_establishment(Right.VIEW_ORDERS)
def search(request: HttpRequest, kind: str) -> HttpResponse:
    """From the search box to an address: never with a CPF or CNPJ in it, and to the tab that has what is sought."""
    place, words = place_of(request), LISTS[kind]
    back = reverse(words.list_url, kwargs=place.slugs)
    tab = lists.tab_of(request.POST.get("situacao", ""))
    typed = request.POST.get("q", "").strip()
    if not typed:
        return redirect(back + lists.query(situacao=lists.SLUGS[tab]))
    meant = meant_by(typed)
    if meant is None:
        messages.warning(request, f"Não entendemos a busca. {ASK}")
        return redirect(back + lists.query(situacao=lists.SLUGS[tab]))
    if (cancellation := cancellation_numbered(meant.text)) is not None:
        return redirect(reverse("transactions:order", kwargs={**place.slugs, "number": cancellation.number}))
    found = count_found(place.establishment.pk, kind, Search(meant.text, meant.document))
    if not found[tab.value]:
        tab = next((other for other in lists.SHOWN_TABS if found[other.value]), tab)
    kept = {"pessoa": sealed(place, meant)} if meant.document else {"q": meant.text}
    return redirect(back + lists.query(situacao=lists.SLUGS[tab], **kept))


@never_cache
@require_GET
@in_establishment(Right.VIEW_ORDERS)
def page(request: HttpRequest, number: str) -> HttpResponse:
    order = find_order(number)
    seller, buyer = parties_of(order)
    context = {
        **_live(request, life_of(order)),
        "seller": seller,
        "buyer": buyer,
        "words": LISTS[CANCELS.get(order.kind, order.kind)],
    }
    return render(request, "transactions/order.html", context)


@never_cache
@require_GET
@in_establishment(Right.VIEW_ORDERS)
def timeline(request: HttpRequest, number: str) -> HttpResponse:
    """The live part again: 204 while nothing changed, 286 when nothing more will change by itself."""
    order = find_order(number)
    life = life_of(order)
    if life.moving and request.GET.get("v") == life.version:
        return HttpResponse(status=204)
    status = 200 if life.moving else STOP_POLLING
    return render(request, "transactions/_order_live.html", {**_live(request, life), "swapped": True}, status=status)


def _live(request: HttpRequest, life: Life) -> dict[str, object]:
    return {**live_part(life, place_of(request)), "steps": steps_of(life)}


def _asked(request: HttpRequest) -> Meant:
    if token := request.GET.get("pessoa", ""):
        return opened(place_of(request), token)
    return meant_by(request.GET.get("q", "")) or Meant()


def _shown(place: Place, document: str) -> str:
    return format_document(document) if place.sees_personal_data else mask_document(document)


def _counts(request: HttpRequest, kind: str, search: Search) -> dict[str, int]:
    place = place_of(request)
    if search != Search():
        return count_found(place.establishment.pk, kind, search)
    counted = count_by_tab(ecosystem_id=place.ecosystem.pk, establishment_id=place.establishment.pk, kinds=[kind])
    return {tab: many for (_, tab), many in counted.items()}


def _key(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
