"""The fee slip on paper: what a bank's counter or a printer needs."""

import datetime as dt

from django.utils.safestring import mark_safe

from billing.models import FeeSlip
from brazil.arrecadacao import format_slip_line
from brazil.barcode import itf_svg
from documents import pdf
from documents import services as documents
from documents.codes import qr_svg
from documents.kinds import FEE_SLIP
from documents.selectors import newest_of
from kernel import clock
from kernel.db.transactions import unit_of_work
from outbox.registry import Job, Visit, handles
from transactions.handlers.cancelling import house_policy
from transactions.models import Order
from transactions.rules.agencies import agency
from transactions.topics import RENDER_SLIP

KEPT_FOR = dt.timedelta(days=5 * 366)


@handles(RENDER_SLIP, policy=house_policy)
def render_slip(job: Job) -> Visit:
    with unit_of_work():
        slip = FeeSlip.objects.select_related("ecosystem", "establishment").get(pk=job.payload["slip_id"])
        order = Order.objects.select_related("cancels").get(pk=job.payload["order_id"])
        if newest_of("fee_slip", slip.pk, kind=FEE_SLIP) is not None:
            return Visit(explanation="O PDF da guia já estava pronto.")
    content = pdf.render(
        "transactions/fee_slip_pdf.html",
        {
            "slip": slip,
            "order": order,
            "agency": agency(order.agency),
            "line": format_slip_line(slip.line),
            # Safe: bars of 44 digits and a fixed label.
            "barcode": mark_safe(itf_svg(slip.barcode)),  # noqa: S308  as said above
            "qr": qr_svg(slip.pix) if slip.pix else "",
            "ecosystem": slip.ecosystem,
            "color": slip.ecosystem.color,
        },
    )
    documents.store(
        content=content,
        kind=FEE_SLIP,
        subject_type="fee_slip",
        subject_id=slip.pk,
        media_type="application/pdf",
        filename=f"guia-{slip.number}.pdf",
        keep_until=clock.today() + KEPT_FOR,
        actor_user_id=None,
    )
    return Visit(explanation=f"PDF da guia {slip.number} pronto.")
