"""Files dropped on a draft: the NF-e that fills it and the digitised ATPV."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from brazil.nfe import NfeProblem
from documents.kinds import MEGABYTE
from kernel.errors import DomainError, Problem
from tenants.access import in_establishment, place_of
from tenants.roles import Right
from transactions.forms import typed_of
from transactions.models import Draft
from transactions.services import drafts, filling
from transactions.views.common import find_draft, go, only_post, show_draft

NFE_BYTES = 5 * MEGABYTE


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:draft")
def nfe(request: HttpRequest, token: UUID) -> HttpResponse:
    """Fills the draft from an NF-e, or from the vehicle chosen of one. What was typed is kept first."""
    draft = _kept(request, token)
    try:
        if request.POST.get("item", "").isdecimal():
            filling.choose_vehicle(draft_id=draft.pk, item=int(request.POST["item"]))
        else:
            content = content_of(request.FILES.get("nfe"), most=NFE_BYTES, what="o XML da NF-e")
            filling.fill_from_nfe(draft_id=draft.pk, content=content)
    except (NfeProblem, DomainError) as e:
        return show_draft(request, draft, nfe_problem=e.message, status=422)
    return go(request, "transactions:draft", token=token)


@in_establishment(Right.SUBMIT_ORDERS)
@only_post(back="transactions:draft")
def scan(request: HttpRequest, token: UUID) -> HttpResponse:
    """Keeps or takes off the digitised ATPV. What was typed is kept first."""
    draft = _kept(request, token)
    if "remover" in request.POST:
        filling.remove_scan(draft_id=draft.pk)
        messages.success(request, "Digitalização retirada do rascunho.")
    elif spoilt := scan_problems(request, draft, needed=True):
        return show_draft(request, draft, problems=spoilt, status=422)
    return go(request, "transactions:draft", token=token)


def scan_problems(request: HttpRequest, draft: Draft, *, needed: bool = False) -> list[Problem]:
    """Keeps the posted scan, if there is one; what is wrong with it otherwise."""
    upload = request.FILES.get("scan")
    if draft.order_id is not None or (upload is None and not needed):
        return []
    try:
        content = content_of(upload, most=filling.SCAN_BYTES, what="a digitalização do ATPV")
        name = str(getattr(upload, "name", "") or "atpv")
        filling.keep_scan(draft_id=draft.pk, content=content, filename=name, user_id=place_of(request).user.pk)
    except DomainError as e:
        return list(e.problems) or [Problem("scan", e.code, e.message)]
    return []


def _kept(request: HttpRequest, token: UUID) -> Draft:
    drafts.save_draft(draft_id=find_draft(token).pk, typed=typed_of(request.POST))
    return find_draft(token)


def content_of(upload: object, *, most: int, what: str) -> bytes:
    """The bytes of an upload, judged by its size before any is read. Raises DomainError."""
    if not isinstance(upload, UploadedFile):
        raise DomainError(f"Escolha {what} e envie de novo.")
    size = upload.size or 0
    if size > most:
        many = f"{size / MEGABYTE:.1f}".replace(".", ",")
        raise DomainError(f"O arquivo tem {many} MB e o limite é {most // MEGABYTE} MB; confira se escolheu {what}.")
    return bytes(upload.read())
