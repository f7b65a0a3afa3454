"""Downloads."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from documents import selectors, services
from documents.errors import DocumentDamaged
from documents.kinds import SHOWN_INLINE, right_to_read
from documents.models import Document
from outbox import selectors as outbox
from tenants.access import in_establishment, place_of
from tenants.roles import Right


@require_GET
@in_establishment(Right.ENTER)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file; with `?ver=1` shown in the browser when it is of a kind that browsers show. Leaves an event."""
    document = get_object_or_404(Document, pk=pk)
    _check_right(request, document.kind)
    try:
        content = services.hand_out(
            document, actor=place_of(request).user.as_actor(), request_id=getattr(request, "request_id", "")
        )
    except DocumentDamaged as e:
        return render(request, "documents/damaged.html", {"document": document, "message": e.message}, status=e.status)
    inline = request.GET.get("ver") == "1" and document.media_type in SHOWN_INLINE
    return HttpResponse(
        content,
        content_type=document.media_type,
        headers={
            "Content-Disposition": content_disposition_header(not inline, document.filename) or "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@require_GET
@in_establishment(Right.ENTER)
def newest(request: HttpRequest, subject_type: str, subject_id: int, kind: str) -> HttpResponse:
    """Leads to a subject's newest document of a kind, or says that it is being made.

    For htmx the link itself, which asks again until it is ready. 404 when there is none and none is on its way.
    """
    _check_right(request, kind)
    document = selectors.newest_of(subject_type, subject_id, kind=kind)
    message = None if document else outbox.open_messages(subject_type, subject_id).first()
    if document is None and message is None:
        raise Http404
    if document is not None and "HX-Request" not in request.headers:
        address = reverse("documents:download", kwargs={**place_of(request).slugs, "pk": document.pk})
        return HttpResponseRedirect(address)
    context = {"document": document, "stuck": message is not None and message.state == "parked"}
    page = "documents/_newest.html" if "HX-Request" in request.headers else "documents/on_its_way.html"
    return render(request, page, context)


def _check_right(request: HttpRequest, kind: str) -> None:
    if not place_of(request).may(right_to_read(kind)):
        raise PermissionDenied
