"""Files with several vehicles: sending one, what was found in it, confirming it, and what became of each line."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kernel import clock
from kernel.errors import DomainError
from tenants.access import in_establishment, place_of
from tenants.roles import Right
from transactions.errors import NotNow
from transactions.models import BulkFile
from transactions.presenting.bulk import FileShown, file_page, file_shown
from transactions.rules.agencies import SALE_INTENTION, agency_of
from transactions.rules.bulk import KINDS_BY_SLUG, MOST_BYTES, template, written
from transactions.selectors import bulk_files, bulk_lines
from transactions.services import bulk
from transactions.states import LineState
from transactions.views.common import go, only_post
from transactions.views.files import content_of

STOP_POLLING = 286
SHOWN = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_establishment(Right.SUBMIT_ORDERS)
def files(request: HttpRequest) -> HttpResponse:
    """One's files and the form for another; POST takes one and leads to its page."""
    if request.method == "POST":
        return _take(request)
    return _list(request, kind=KINDS_BY_SLUG.get(request.GET.get("tipo", ""), SALE_INTENTION))


def _take(request: HttpRequest) -> HttpResponse:
    place, kind = place_of(request), KINDS_BY_SLUG.get(request.POST.get("tipo", ""), SALE_INTENTION)
    upload = request.FILES.get("arquivo")
    try:
        where = agency_of(place.establishment.uf)
        if where is None:
            raise NotNow(f"O DETRAN de {place.establishment.uf} ainda não recebe este serviço pelo portal.")
        file, new = bulk.receive_file(
            establishment=place.establishment,
            kind=kind,
            agency_code=where.code,
            content=content_of(upload, most=MOST_BYTES, what="a planilha ou o zip de NF-e"),
            filename=str(upload.name if isinstance(upload, UploadedFile) else ""),
            user_id=place.user.pk,
        )
    except DomainError as e:
        return _list(request, kind=kind, error=e.message, status=422)
    if not new:
        messages.info(request, "Este arquivo já tinha sido enviado: aqui está ele. Nada foi feito em dobro.")
    return go(request, "transactions:bulk_file", token=file.token)


def _list(request: HttpRequest, *, kind: str, error: str = "", status: int = 200) -> HttpResponse:
    rows = [file_shown(file) for file in bulk_files(place_of(request).establishment.pk)[:SHOWN]]
    context = {"files": rows, "error": error, "kind": kind, "is_intention": kind == SALE_INTENTION}
    return render(request, "transactions/bulk_files.html", context, status=status)


@require_GET
@in_establishment(Right.SUBMIT_ORDERS)
def model(request: HttpRequest) -> HttpResponse:
    what = request.GET.get("tipo", "intencoes")
    if what not in KINDS_BY_SLUG:
        raise Http404
    return _csv(template(KINDS_BY_SLUG[what]), f"modelo-{what}.csv")


@never_cache
@require_GET
@in_establishment(Right.SUBMIT_ORDERS)
def page(request: HttpRequest, token: UUID) -> HttpResponse:
    shown = _shown(request, token)
    return render(request, "transactions/bulk_file.html", file_page(shown, bulk_lines(shown.file), place_of(request)))


@never_cache
@require_GET
@in_establishment(Right.SUBMIT_ORDERS)
def live(request: HttpRequest, token: UUID) -> HttpResponse:
    """The progress again: 204 while nothing changed; when it ends, the whole page is asked for again."""
    shown = _shown(request, token)
    if not shown.moving:
        return HttpResponse(status=STOP_POLLING, headers={"HX-Refresh": "true"})
    if request.GET.get("v") == shown.version:
        return HttpResponse(status=204)
    return render(request, "transactions/_bulk_live.html", {"shown": shown})


@never_cache
@require_GET
@in_establishment(Right.SUBMIT_ORDERS)
def lines(request: HttpRequest, token: UUID) -> HttpResponse:
    """What is not sent, as a sheet with what is wrong beside it, to be completed and sent back."""
    file = _shown(request, token).file
    left = [line for line in bulk_lines(file) if LineState(line.state) is not LineState.SENT]
    told = [" ".join(problem["message"] for problem in line.problems) for line in left]
    return _csv(written(file.kind, [line.data for line in left], problems=told), f"linhas-{clock.today()}.csv")


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:bulk_file")
def confirm(request: HttpRequest, token: UUID) -> HttpResponse:
    """Starts sending. Twice is once."""
    file, person = _shown(request, token).file, place_of(request).user
    try:
        bulk.confirm_file(file_id=file.pk, actor=person.as_actor(), user_id=person.pk)
    except DomainError as e:
        messages.error(request, e.message)
    return go(request, "transactions:bulk_file", token=token)


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:bulk_file")
def discard(request: HttpRequest, token: UUID) -> HttpResponse:
    """Forgets a file of which nothing was sent, after asking once."""
    file = _shown(request, token).file
    if "confirmado" not in request.POST:
        return render(request, "transactions/bulk_discard.html", {"file": file})
    try:
        bulk.discard_file(file_id=file.pk)
    except DomainError as e:
        messages.error(request, e.message)
        return go(request, "transactions:bulk_file", token=token)
    messages.success(request, "Arquivo descartado. Nada foi enviado ao DETRAN.")
    return go(request, "transactions:bulk_files")


def _shown(request: HttpRequest, token: UUID) -> FileShown:
    """Raises Http404 outside its establishment."""
    file: BulkFile = get_object_or_404(bulk_files(place_of(request).establishment.pk), token=token)
    return file_shown(file)


def _csv(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
