"""Drafts: kept as typed, filled from an NF-e or an earlier order, and sent once."""

from collections.abc import Mapping

from brazil.documents import format_document
from kernel.actor import Actor
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach
from tenants.models import Establishment
from transactions.errors import NotNow
from transactions.models import Draft, Order, Party
from transactions.models.party import SELLER
from transactions.rules import copying
from transactions.rules.agencies import SALE_COMMUNICATION
from transactions.rules.facts import OrderFacts
from transactions.selectors import facts_of
from transactions.services.submit import Links, submit_order
from transactions.states import State

FIELD_LENGTH = 400
NOTHING: Mapping[str, str] = {}


def start_draft(
    *,
    establishment: Establishment,
    kind: str,
    agency_code: str,
    user_id: int,
    intention: Order | None = None,
    corrects: Order | None = None,
    typed: Mapping[str, str] = NOTHING,
) -> Draft:
    """A draft: empty, or filled from the intention whose sale is communicated, or from the order it corrects.

    `typed` is what was said on the way here. Who asks again gets the draft that was begun, not a second one.
    Raises NotNow when the intention is not registered or the order to correct was not refused.
    """
    with unit_of_work():
        data = copying.empty(city=establishment.city, city_code=establishment.city_code, uf=establishment.uf)
        scan = None
        if intention is not None:
            if State(intention.state) is not State.REGISTERED:
                raise NotNow("Só se comunica a venda de uma intenção registrada pelo DETRAN.")
            data |= copying.typed_from(facts_of(intention), for_kind=SALE_COMMUNICATION)
            data |= {"origin": "atpve", "atpve_number": intention.atpve_number}
        elif corrects is not None:
            if State(corrects.state) is not State.REFUSED:
                raise NotNow("Só um pedido recusado pode ser corrigido e enviado de novo.")
            data |= copying.typed_from(facts_of(corrects), for_kind=corrects.kind)
            scan, intention = corrects.scan, corrects.intention
        else:
            data |= own_house(establishment)
        data |= {name: typed[name][:FIELD_LENGTH] for name in copying.FIELDS & typed.keys()}
        begun = _begun(establishment, kind, user_id, data, intention, corrects)
        if begun is not None:
            return begun
        draft = Draft(
            ecosystem_id=establishment.ecosystem_id,
            establishment_id=establishment.pk,
            kind=kind,
            agency=agency_code,
            data=data,
            scan=scan,
            intention=intention,
            corrects=corrects,
            created_by_id=user_id,
        )
        draft.save(force_insert=True)
        reach("transactions.drafts.start_draft.draft_saved")
    reach("transactions.drafts.start_draft.committed")
    return draft


def own_house(establishment: Establishment) -> dict[str, str]:
    """Most sales are the establishment's own; its e-mail as registered, else as in its last order."""
    last = Party.objects.filter(document=establishment.cnpj, role=SELLER).order_by("-id").first()
    email = establishment.email or (last.email if last else "")
    typed = {"seller_document": format_document(establishment.cnpj), "seller_name": establishment.legal_name}
    return typed | ({"seller_email": email} if email else {})


def _begun(
    establishment: Establishment,
    kind: str,
    user_id: int,
    data: dict[str, str],
    intention: Order | None,
    corrects: Order | None,
) -> Draft | None:
    """The open draft of the same intention or refused order; else one's own that nothing was typed into yet."""
    drafts = Draft.objects.filter(
        establishment=establishment, kind=kind, order=None, intention=intention, corrects=corrects
    ).order_by("-id")
    if intention is None and corrects is None:
        drafts = drafts.filter(created_by_id=user_id, data=data, nfe__isnull=True, scan=None)
    return drafts.first()


def save_draft(*, draft_id: int, typed: Mapping[str, str]) -> Draft:
    """Keeps what was typed, field by field; fields that were not on the page stay. A spent draft is left alone."""
    with unit_of_work():
        draft = Draft.objects.select_for_update().get(pk=draft_id)
        if draft.order_id is None:
            known = copying.FIELDS & typed.keys()
            data = draft.data | {name: typed[name].replace("\x00", "")[:FIELD_LENGTH] for name in known}
            if data != draft.data:
                draft.data = data
                draft.save(update_fields=["data", "updated_at"])
                reach("transactions.drafts.save_draft.draft_saved")
    reach("transactions.drafts.save_draft.committed")
    return draft


def discard_draft(*, draft_id: int) -> None:
    """Throws away what was typed. A spent draft is kept, since it leads to its order."""
    with unit_of_work():
        draft = Draft.objects.select_for_update().get(pk=draft_id)
        if draft.order_id is None:
            draft.delete()
            reach("transactions.drafts.discard_draft.draft_deleted")
    reach("transactions.drafts.discard_draft.committed")


def submit_draft(
    *, draft_id: int, establishment: Establishment, facts: OrderFacts, actor: Actor, user_id: int, request_id: str
) -> Order:
    """Sends a draft once: whoever comes second gets the first one's order. Raises as `submit_order`."""
    with unit_of_work():
        draft = Draft.objects.select_for_update().get(pk=draft_id)
        if draft.order is not None:
            return draft.order
        order = submit_order(
            establishment=establishment,
            agency_code=draft.agency,
            facts=facts,
            actor=actor,
            user_id=user_id,
            links=Links(
                scan=draft.scan if facts.evidence.origin == "paper_atpv" else None,
                intention=draft.intention,
                corrects=draft.corrects,
            ),
            request_id=request_id,
        )
        draft.order = order
        draft.data = {}
        draft.nfe = None
        draft.save(update_fields=["order", "data", "nfe", "updated_at"])
        reach("transactions.drafts.submit_draft.draft_saved")
    reach("transactions.drafts.submit_draft.committed")
    return order
