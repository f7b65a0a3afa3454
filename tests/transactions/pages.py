"""Reading our pages as a person does: what stands in a field, and what is said beside it."""

import datetime as dt
import io
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from lxml import html

from kernel import clock
from kernel.actor import SYSTEM
from tenants.models import Establishment
from tests.sandbox.specimens import vehicle
from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.making import submit, typed
from transactions.models import Draft, Order
from transactions.services import settle


def url(name: str, *, house: str = "casa", **kwargs: Any) -> str:
    return reverse(f"transactions:{name}", kwargs={"ecosystem": "minas", "establishment": house, **kwargs})


def begin(browser: Client, cast: Cast, *, kind: str = "intention", **posted: str) -> Draft:
    """A draft, begun by its button."""
    answer = browser.post(url(f"{kind}_new"), posted)
    assert answer.status_code == 302, answer.content.decode()
    token = answer.url.rstrip("/").rpartition("/")[2]
    with acting_in(cast.house):
        return Draft.objects.get(token=token)


def a_sale(cast: Cast, **changes: str) -> dict[str, str]:
    """A good sale of a made-up vehicle, as the page posts it."""
    return typed(vehicle(), seller=cast.house.cnpj) | changes


def send(browser: Client, draft: Draft, words: dict[str, Any]) -> HttpResponse:
    answer: HttpResponse = browser.post(url("draft", token=draft.token), {**words, "action": "enviar"})
    return answer


def orders(cast: Cast) -> list[Order]:
    with acting_in(cast.house):
        return list(Order.objects.select_related("establishment").order_by("pk"))


def tree(answer: HttpResponse) -> html.HtmlElement:
    return html.fromstring(answer.content.decode())


def beside(answer: HttpResponse, field: str) -> str:
    """What is said beside a field; empty when nothing is."""
    (place,) = tree(answer).xpath(f'//*[@id="id_{field}_error"]')
    return " ".join(place.text_content().split())


def summary(answer: HttpResponse) -> str:
    found = tree(answer).xpath('//*[@role="alert"]')
    return " ".join(found[0].text_content().split()) if found else ""


def shown(answer: HttpResponse, field: str) -> str:
    """What stands in a field."""
    (control,) = tree(answer).xpath(f'//*[@name="{field}"][not(@type="radio")]')
    if control.tag == "select":
        return str(next(iter(control.xpath("./option[@selected]/@value")), ""))
    return str(control.get("value") or "")


def a_file(content: bytes, name: str) -> io.BytesIO:
    upload = io.BytesIO(content)
    upload.name = name
    return upload


def brought_to(order: Order, state: str, *, code: str = "IV-007", words: str = "Veículo com furto.") -> Order:
    """An order settled by the services that settle it, without an agency."""
    with acting_in(order.establishment):
        if state == "cancelled":
            return settle.withdraw_order(order_id=order.pk, actor=SYSTEM)
        if state != "queued":
            settle.take_off(order_id=order.pk)
        if state == "registered":
            settle.accept_order(
                order_id=order.pk,
                protocol=f"IVMG2026{order.pk:09d}",
                atpve_number=f"{order.pk:015d}" if order.is_intention else "",
                code="000",
                words="Registrado.",
                adopted=False,
            )
        elif state == "refused":
            settle.refuse_order(order_id=order.pk, code=code, words=words)
        elif state == "unconfirmed":
            settle.doubt_order(order_id=order.pk)
        elif state == "parked":
            settle.park_order(order_id=order.pk, why=words)
        return Order.objects.select_related("establishment").get(pk=order.pk)


def made(house: Establishment, state: str = "queued", *, days_ago: int = 0, **changes: str) -> Order:
    """An order of a made-up vehicle in `state`, its sale `days_ago`."""
    day = (clock.today() - dt.timedelta(days=days_ago)).isoformat()
    kind = "sale_communication" if "origin" in changes else "sale_intention"
    words = typed(vehicle(), seller=house.cnpj) | {"sale_date": day, **changes}
    return brought_to(submit(house, words, kind=kind), state)
