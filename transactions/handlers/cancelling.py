"""Requests of cancellation: written out ready to sign, and read back once they are signed."""

from django.conf import settings
from django.urls import reverse

from documents import pdf
from documents import services as documents
from documents.codes import qr_svg, read_qr
from documents.errors import FileRefused
from documents.models import Document
from documents.signatures import inspect
from kernel import clock
from kernel.db.transactions import unit_of_work
from outbox.registry import Job, Policy, Visit, handles
from transactions.models import Draft
from transactions.rules.agencies import agency
from transactions.rules.cancelling import reason_of
from transactions.selectors import parties_of
from transactions.services import cancel
from transactions.topics import CHECK_REQUEST, RENDER_REQUEST


def house_policy(job: Job) -> Policy:
    return Policy(quarantine=10.0)


@handles(RENDER_REQUEST, policy=house_policy)
def render_request(job: Job) -> Visit:
    with unit_of_work():
        draft = Draft.objects.select_related("cancels", "establishment", "ecosystem").get(pk=job.payload["draft_id"])
        if draft.cancels is None or draft.request_id is not None or draft.order_id is not None:
            return Visit(explanation="A solicitação já estava pronta.")
        seller, buyer = parties_of(draft.cancels)
    place = {"ecosystem": draft.ecosystem.slug, "establishment": draft.establishment.slug}
    address = settings.PUBLIC_URL + reverse("transactions:order", kwargs={**place, "number": draft.cancels.number})
    at = agency(draft.agency)
    content = pdf.render(
        "transactions/request_pdf.html",
        {
            "draft": draft,
            "order": draft.cancels,
            "seller": seller,
            "buyer": buyer,
            "agency": at,
            "reason": reason_of(at, draft.kind, draft.data["reason"], today=clock.today()),
            "qr": qr_svg(f"{address}?solicitacao={draft.number}"),
            "ecosystem": draft.ecosystem,
            "color": draft.ecosystem.color,
            "today": clock.today(),
        },
    )
    cancel.keep_request(draft_id=draft.pk, content=content)
    return Visit(explanation="Solicitação pronta para assinar.")


@handles(CHECK_REQUEST, policy=house_policy)
def check_request(job: Job) -> Visit:
    """Is the signed copy the paper we wrote out? Its QR code says; a digital signature is verified, too."""
    with unit_of_work():
        draft = Draft.objects.get(pk=job.payload["draft_id"])
        document = Document.objects.get(pk=job.payload["document_id"])
    content = documents.read(document)
    try:
        codes = read_qr(content, document.media_type)
    except FileRefused as e:
        check: dict[str, object] = {"matches": False, "words": e.message}
        cancel.note_check(draft_id=draft.pk, document_id=document.pk, check=check)
        return Visit(explanation=e.message)
    matches = any(code.endswith(f"?solicitacao={draft.number}") for code in codes)
    words = _words(codes, matches=matches, number=draft.number or "")
    check = {"matches": matches, "words": words}
    if document.media_type == "application/pdf":
        check["signatures"] = [
            {"name": s.signer_name, "cpf": s.cpf, "cnpj": s.cnpj, "intact": s.intact, "changes": s.later_changes}
            for s in inspect(content).signatures
        ]
    cancel.note_check(draft_id=draft.pk, document_id=document.pk, check=check)
    return Visit(explanation=words)


def _words(codes: list[str], *, matches: bool, number: str) -> str:
    if matches:
        return f"A cópia é da solicitação {number}."
    if codes:
        return f"O código lido é de outro documento; envie a cópia assinada da solicitação {number}."
    return "Não conseguimos ler o código QR; envie a página inteira, reta e nítida, em PDF ou foto."
