"""What the outbox calls for this room: papers made of what several rooms know."""

import datetime as dt

from documents import pdf, selectors
from documents import services as documents
from documents.kinds import ADHESION_TERM
from kernel.db.transactions import unit_of_work
from outbox.registry import Job, Policy, Visit, handles
from tenants.models import AdhesionAcceptance
from tenants.prose import to_html
from tenants.services import ADHESION_ACCEPTED

KEPT = dt.timedelta(days=3653)  # ten years: Código Civil, art. 205


@handles(ADHESION_ACCEPTED, policy=lambda job: Policy(quarantine=15.0))
def keep_accepted_term(job: Job) -> Visit:
    """The accepted term as PDF, once: a second visit finds the first one's."""
    with unit_of_work():
        acceptance = AdhesionAcceptance.objects.select_related("term", "establishment", "ecosystem").get(
            pk=job.payload["acceptance_id"]
        )
        kept = selectors.newest_of("adhesion_acceptance", acceptance.pk, kind=ADHESION_TERM)
    if kept is not None:
        return Visit(explanation="O comprovante já estava guardado.")
    content = pdf.render("tenants/adhesion_pdf.html", _context(acceptance))
    documents.store(
        content=content,
        kind=ADHESION_TERM,
        subject_type="adhesion_acceptance",
        subject_id=acceptance.pk,
        media_type="application/pdf",
        filename=f"termo-de-adesao-v{acceptance.term.version}-{acceptance.establishment.slug}.pdf",
        keep_until=acceptance.accepted_at.date() + KEPT,
        actor_user_id=None,
    )
    return Visit(explanation="Comprovante do aceite guardado.")


def _context(acceptance: AdhesionAcceptance) -> dict[str, object]:
    return {
        "acceptance": acceptance,
        "term": acceptance.term,
        "establishment": acceptance.establishment,
        "ecosystem": acceptance.ecosystem,
        "text": to_html(acceptance.term.text),
        "color": acceptance.ecosystem.color,
    }
