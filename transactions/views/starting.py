"""Beginning an order: from nothing, from a registered intention, from its papers, or from a refused order."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from kernel import clock
from kernel.errors import DomainError
from tenants.access import in_establishment, place_of
from tenants.roles import Right
from transactions.errors import NotNow
from transactions.forms import typed_of
from transactions.models import Order
from transactions.presenting.lists import LISTS, draft_lines, to_be_communicated
from transactions.rules.agencies import Agency, agency, agency_of
from transactions.selectors import open_drafts, orders_to_communicate, registered_intention
from transactions.services.drafts import start_draft
from transactions.views.common import find_order, go, only_post


@require_http_methods(["GET", "HEAD", "POST"])
@in_establishment(Right.SUBMIT_ORDERS)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The ways to begin an order; POST begins one."""
    place = place_of(request)
    if request.method == "POST":
        return _start(request, kind, intention=_intention(request))
    where = agency_of(place.establishment.uf)
    service = where.service(kind, on=clock.today()) if where else None
    context = {
        "words": LISTS[kind],
        "agency": where,
        "service": service,
        "drafts": draft_lines(open_drafts(place.establishment.pk).filter(kind=kind)[:10]),
        "intentions": to_be_communicated(orders_to_communicate(place.establishment.pk)[:10]),
        "takes_paper": service is not None and "paper_atpv" in service.origins,
    }
    return render(request, LISTS[kind].new_page, context)


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:order")
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """A draft with all that a refused order said, to be corrected and sent again."""
    order = find_order(number)
    if order.is_cancellation:
        messages.error(request, "Um cancelamento não se corrige; peça outro na página do pedido.")
        return go(request, "transactions:order", number=order.number)
    return _start(request, order.kind, corrects=order, back=order)


def _intention(request: HttpRequest) -> Order | None:
    number = request.POST.get("intention", "").replace("\x00", "")
    if number:
        return find_order(number)
    return registered_intention(atpve_number="".join(c for c in request.POST.get("atpve_number", "") if c.isdigit()))


def _start(
    request: HttpRequest,
    kind: str,
    *,
    intention: Order | None = None,
    corrects: Order | None = None,
    back: Order | None = None,
) -> HttpResponse:
    place = place_of(request)
    try:
        draft = start_draft(
            establishment=place.establishment,
            kind=kind,
            agency_code=_agency(place.establishment.uf, kind, corrects).code,
            user_id=place.user.pk,
            intention=intention,
            corrects=corrects,
            typed=typed_of(request.POST) if intention is None and corrects is None else {},
        )
    except DomainError as e:
        messages.error(request, e.message)
        if back is not None:
            return go(request, "transactions:order", number=back.number)
        return go(request, LISTS[kind].new_url)
    return go(request, "transactions:draft", token=draft.token)


def _agency(uf: str, kind: str, corrects: Order | None) -> Agency:
    where = agency(corrects.agency) if corrects else agency_of(uf)
    if where is None or where.service(kind, on=clock.today()) is None:
        name = where.name if where else f"DETRAN de {uf}"
        raise NotNow(f"O {name} ainda não recebe este serviço pelo portal.")
    return where
