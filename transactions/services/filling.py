"""Filling a draft from what the house or a file already knows. A spent draft is left alone."""

from typing import Any

from brazil.documents import format_document
from brazil.nfe import read_nfe
from documents import kinds
from documents import services as documents
from documents.kinds import MEGABYTE
from kernel import clock
from kernel.db.transactions import unit_of_work
from kernel.failpoints import reach
from transactions.models import Draft, Party
from transactions.rules import copying
from transactions.rules.facts import Address
from transactions.rules.facts import Party as Said
from transactions.rules.from_nfe import typed_from_nfe
from transactions.services.atpve import KEPT_FOR

SCAN = "atpv_scan"
SCAN_BYTES = 5 * MEGABYTE
ADDRESS = ("cep", "street", "number", "complement", "district", "city", "city_code", "uf")


def fill_from_nfe(*, draft_id: int, content: bytes) -> Draft:
    """Reads an NF-e into a draft. One vehicle fills the fields at once; of several, a person chooses one.

    Raises NfeProblem in words; then the draft is as it was.
    """
    sale = read_nfe(content)
    with unit_of_work():
        draft = _lock(draft_id)
        if draft.order_id is not None:
            return draft
        candidates = [
            {"item": vehicle.item, "doubts": list(vehicle.doubts), "typed": typed_from_nfe(sale, vehicle)}
            for vehicle in sale.vehicles
        ]
        _take_out(draft)
        draft.nfe = {"number": sale.number, "series": sale.series, "candidates": candidates, "item": None, "filled": {}}
        if len(candidates) == 1:
            _choose(draft, candidates[0])
        draft.save(update_fields=["data", "nfe", "updated_at"])
        reach("transactions.filling.fill_from_nfe.draft_saved")
    reach("transactions.filling.fill_from_nfe.committed")
    return draft


def choose_vehicle(*, draft_id: int, item: int) -> Draft:
    """Fills the draft from one of the NF-e's vehicles. An item that is not there changes nothing."""
    with unit_of_work():
        draft = _lock(draft_id)
        if draft.order_id is not None:
            return draft
        chosen = [candidate for candidate in (draft.nfe or {}).get("candidates", []) if candidate["item"] == item]
        if chosen:
            _choose(draft, chosen[0])
            draft.save(update_fields=["data", "nfe", "updated_at"])
            reach("transactions.filling.choose_vehicle.draft_saved")
    reach("transactions.filling.choose_vehicle.committed")
    return draft


def fill_from_party(*, draft_id: int, who: str, party: Party) -> Draft:
    """Fills the empty fields of the draft's seller or buyer from an earlier order's party."""
    said = Said(
        party.document,
        party.name,
        party.email,
        party.phone,
        Address(**{name: getattr(party, name) for name in ADDRESS}),
    )
    with unit_of_work():
        draft = _lock(draft_id)
        if draft.order_id is not None:
            return draft
        known = copying.party_typed(who, said)
        draft.data |= {name: text for name, text in known.items() if text and not draft.data.get(name, "").strip()}
        draft.data[f"{who}_document"] = format_document(party.document)
        draft.save(update_fields=["data", "updated_at"])
        reach("transactions.filling.fill_from_party.draft_saved")
    reach("transactions.filling.fill_from_party.committed")
    return draft


def keep_scan(*, draft_id: int, content: bytes, filename: str, user_id: int) -> Draft:
    """Keeps the digitised ATPV of a draft. Raises FileRefused beside `scan`, and DocumentNotStored."""
    form = kinds.check_upload(content, field="scan", most_bytes=SCAN_BYTES)
    with unit_of_work():
        draft = _lock(draft_id)
        if draft.order_id is not None:
            return draft
        draft.scan = documents.store(
            content=content,
            kind=SCAN,
            subject_type="draft",
            subject_id=draft.pk,
            media_type=form.media_type,
            filename=filename,
            keep_until=clock.today() + KEPT_FOR,
            actor_user_id=user_id,
        )
        reach("transactions.filling.keep_scan.document_stored")
        draft.save(update_fields=["scan", "updated_at"])
        reach("transactions.filling.keep_scan.draft_saved")
    reach("transactions.filling.keep_scan.committed")
    return draft


def remove_scan(*, draft_id: int) -> Draft:
    """Takes the digitised ATPV off the draft; the kept file stays in the archive until its date."""
    with unit_of_work():
        draft = _lock(draft_id)
        if draft.order_id is not None:
            return draft
        draft.scan = None
        draft.save(update_fields=["scan", "updated_at"])
        reach("transactions.filling.remove_scan.draft_saved")
    reach("transactions.filling.remove_scan.committed")
    return draft


def _lock(draft_id: int) -> Draft:
    return Draft.objects.select_for_update().get(pk=draft_id)


def _choose(draft: Draft, candidate: dict[str, Any]) -> None:
    """What the NF-e says wins over what was typed; what it replaced is kept, to be shown beside the field."""
    _take_out(draft)
    before = {name: draft.data.get(name, "").strip() for name in candidate["typed"]}
    draft.nfe = {
        **(draft.nfe or {}),
        "item": candidate["item"],
        "filled": {name: before[name] if before[name] != text else "" for name, text in candidate["typed"].items()},
    }
    draft.data |= candidate["typed"]


def _take_out(draft: Draft) -> None:
    """What another vehicle or note had filled goes back to what was typed, so that two vehicles are never mixed;
    what a person changed since then stays."""
    note = draft.nfe or {}
    earlier: dict[str, str] = next(
        (c["typed"] for c in note.get("candidates", []) if c["item"] == note.get("item")), {}
    )
    draft.data |= {
        name: before for name, before in note.get("filled", {}).items() if draft.data.get(name) == earlier.get(name)
    }
