"""Downloads."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.models import User
from documents import services
from documents.errors import DocumentDamaged
from documents.kinds import HARMLESS, SHOWN_INLINE
from documents.models import Document
from tenants.access import Place, in_establishment
from tenants.roles import Right


@require_GET
@in_establishment(Right.VIEW_ORDERS)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file; with `?ver=1` shown in the browser when it is of a kind that browsers show. Leaves an event."""
    document = get_object_or_404(Document, pk=pk)
    if document.kind not in HARMLESS and not place_of(request).sees_personal_data:
        raise PermissionDenied
    try:
        content = services.hand_out(
            document, actor=person_of(request).as_actor(), request_id=getattr(request, "request_id", "")
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


def place_of(request: HttpRequest) -> Place:
    place: Place = request.place  # type: ignore[attr-defined]  # set by the door
    return place


def person_of(request: HttpRequest) -> User:
    return place_of(request).user
