"""Files with several vehicles: kept once, judged in a worker, confirmed by a person, sent line by line."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.models import User
from documents import services as documents
from kernel import clock
from kernel.actor import SYSTEM, Actor
from kernel.db.transactions import unit_of_work
from kernel.errors import DomainError, Problem
from kernel.failpoints import reach
from outbox import services as outbox
from tenants.models import Establishment
from transactions.errors import NotNow, OrderNotSubmittable
from transactions.models import BulkFile, BulkLine, Order
from transactions.models.bulk import IN_BULK
from transactions.rules import copying
from transactions.rules.agencies import SALE_COMMUNICATION, agency
from transactions.rules.bulk import look_at
from transactions.rules.bulk_columns import LABELS
from transactions.rules.judging import judge
from transactions.selectors import registered_intention
from transactions.services._move import move_file, move_line
from transactions.services.atpve import KEPT_FOR
from transactions.services.drafts import own_house
from transactions.services.submit import Links, submit_order
from transactions.states import FileAction, FileState, LineAction, LineState
from transactions.topics import BULK_CHECK, BULK_SEND, HOUSE

SUBJECT = "bulk_file"
MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A line as the dry run found it. `blocked_by` is the number of the order that stands in the way."""

    number: int
    source: str
    data: dict[str, str]
    plate: str
    chassis: str
    problems: list[dict[str, str]]
    blocked_by: str = ""


def receive_file(
    *, establishment: Establishment, kind: str, agency_code: str, content: bytes, filename: str, user_id: int
) -> tuple[BulkFile, bool]:
    """The file and whether it is new: the same content for the same kind leads to the first one.

    Raises BulkRefused for what is no file of several vehicles, NotNow where the DETRAN does not take this kind.
    """
    media = MEDIA[look_at(content)]
    if kind not in IN_BULK or agency(agency_code).service(kind, on=clock.today()) is None:
        raise NotNow(f"O {agency(agency_code).name} ainda não recebe este serviço pelo portal.")
    digest = hashlib.sha256(content).hexdigest()
    with unit_of_work():
        first = BulkFile.objects.filter(establishment=establishment, kind=kind, sha256=digest).first()
        if first is not None:
            return first, False
        file = BulkFile(
            ecosystem_id=establishment.ecosystem_id,
            establishment_id=establishment.pk,
            kind=kind,
            agency=agency_code,
            sha256=digest,
            filename=documents.safe_filename(filename),
            created_by_id=user_id,
        )
        try:
            with transaction.atomic():
                file.save(force_insert=True)
        except IntegrityError:
            return BulkFile.objects.get(establishment=establishment, kind=kind, sha256=digest), False
        reach("transactions.bulk.received")
        file.document = documents.store(
            content=content,
            kind=SUBJECT,
            subject_type=SUBJECT,
            subject_id=file.pk,
            media_type=media,
            filename=file.filename,
            keep_until=clock.today() + KEPT_FOR,
            actor_user_id=user_id,
        )
        file.save(update_fields=["document"])
        _leave(file, BULK_CHECK)
    reach("transactions.bulk.receive_done")
    return file, True


def _leave(file: BulkFile, topic: str) -> None:
    outbox.enqueue(topic, lane=HOUSE, payload={"file_id": file.pk}, subject_type=SUBJECT, subject_id=file.pk)


def keep_judgement(*, file_id: int, lines: Iterable[Judged], notes: list[str]) -> BulkFile:
    """Keeps what the dry run found; of a file that was judged before, nothing changes."""
    with unit_of_work():
        file = _lock(file_id)
        if FileState(file.state) is not FileState.CHECKING:
            return file
        BulkLine.objects.bulk_create([_line(file, judged) for judged in lines], batch_size=200)
        reach("transactions.bulk.lines_kept")
        move_file(file, FileAction.JUDGE, actor=SYSTEM, notes=notes)
    reach("transactions.bulk.judge_done")
    return file


def _line(file: BulkFile, judged: Judged) -> BulkLine:
    return BulkLine(
        file=file,
        ecosystem_id=file.ecosystem_id,
        establishment_id=file.establishment_id,
        number=judged.number,
        source=judged.source,
        state=(LineState.BAD if judged.problems else LineState.GOOD).value,
        plate=judged.plate,
        chassis=judged.chassis,
        data=judged.data,
        problems=judged.problems,
        blocked_by=judged.blocked_by,
    )


def spoil_file(*, file_id: int, words: str) -> BulkFile:
    """The file cannot be read, and why."""
    with unit_of_work():
        file = _lock(file_id)
        if FileState(file.state) is FileState.CHECKING:
            move_file(file, FileAction.SPOIL, actor=SYSTEM, words=words[:300])
            reach("transactions.bulk.spoiled")
    return file


def discard_file(*, file_id: int) -> None:
    """Forgets a file of which nothing was sent, so that it may be sent anew. Raises NotNow for any other."""
    with unit_of_work():
        file = _lock(file_id)
        if FileState(file.state) not in (FileState.CHECKED, FileState.UNREADABLE):
            raise NotNow("Este arquivo já foi confirmado; o que foi enviado fica registrado aqui.")
        file.delete()
        reach("transactions.bulk.discarded")


def confirm_file(*, file_id: int, actor: Actor, user_id: int) -> BulkFile:
    """Starts sending the good lines; after a run, those that failed once more. Twice is once.

    Raises NotNow while the file is being judged, and when no line is left that could be sent.
    """
    with unit_of_work():
        file = _lock(file_id)
        if FileState(file.state) is FileState.SENDING:
            return file
        if FileState(file.state) not in (FileState.CHECKED, FileState.DONE):
            raise NotNow("Este arquivo ainda não pode ser enviado.")
        lines = BulkLine.objects.select_for_update().filter(file=file)
        for line in lines.filter(state=LineState.FAILED.value):
            move_line(line, LineAction.RETRY, problems=[], blocked_by="")
        if not lines.filter(state=LineState.GOOD.value).exists():
            raise NotNow("Não há linha pronta para enviar; corrija as linhas e envie a planilha corrigida.")
        move_file(file, FileAction.CONFIRM, actor=actor, confirmed_by_id=user_id)
        reach("transactions.bulk.confirmed")
        _leave(file, BULK_SEND)
    reach("transactions.bulk.confirm_done")
    return file


def send_line(*, line_id: int) -> BulkLine:
    """One line, one order, one transaction: it is sent with its order, or failed with what is wrong. Twice is once."""
    with unit_of_work():
        line = BulkLine.objects.select_for_update().get(pk=line_id)
        if LineState(line.state) is not LineState.GOOD:
            return line
        file = BulkFile.objects.select_related("establishment", "confirmed_by").get(pk=line.file_id)
        try:
            with transaction.atomic():
                order = _submit(file, line)
        except DomainError as e:
            found = e.problems or (Problem("", e.code, e.message),)
            told = [tell(problem, typed=line.data) for problem in found]
            move_line(line, LineAction.FAIL, problems=told, blocked_by=getattr(e, "number", ""))
        else:
            reach("transactions.bulk.order_made")
            move_line(line, LineAction.SEND, order=order, data={}, problems=[])
        reach("transactions.bulk.line_moved")
    reach("transactions.bulk.line_done")
    return line


def _submit(file: BulkFile, line: BulkLine) -> Order:
    """Judged anew: since the dry run a day may have passed, or the vehicle been sent by another way."""
    facts, problems = judge(
        file.kind,
        line.data,
        has_scan=False,
        agency=agency(file.agency),
        establishment_cnpj=file.establishment.cnpj,
        today=clock.today(),
    )
    if problems:
        raise OrderNotSubmittable(problems)
    person: User | None = file.confirmed_by
    return submit_order(
        establishment=file.establishment,
        agency_code=file.agency,
        facts=facts,
        actor=person.as_actor() if person else SYSTEM,
        user_id=file.confirmed_by_id,
        links=Links(intention=registered_intention(atpve_number=facts.evidence.atpve_number)),
    )


def finish_file(*, file_id: int) -> BulkFile:
    """Ends the run; what is left unsent may be confirmed again."""
    with unit_of_work():
        file = _lock(file_id)
        if FileState(file.state) is FileState.SENDING:
            move_file(file, FileAction.FINISH, actor=SYSTEM)
            reach("transactions.bulk.finished")
    return file


def said_by(*, kind: str, typed: dict[str, str], establishment: Establishment) -> dict[str, str]:
    """A line with what the house adds: itself as the seller and its city, where the line names no other."""
    said = dict(typed)
    if not said.get("seller_document"):
        said = own_house(establishment) | said
    here = copying.empty(city=establishment.city, city_code=establishment.city_code, uf=establishment.uf)
    said = here | said if not said.get("sale_city") else {"sale_uf": establishment.uf} | said
    return said | ({"origin": "atpve"} if kind == SALE_COMMUNICATION else {})


def tell(problem: Problem, *, typed: dict[str, str]) -> dict[str, str]:
    """A problem as a line keeps it: with its field's name on the sheet and what stood there."""
    return {
        "field": problem.field,
        "label": LABELS.get(problem.field, problem.field),
        "value": typed.get(problem.field, ""),
        "code": problem.code,
        "message": problem.message,
    }


def _lock(file_id: int) -> BulkFile:
    return BulkFile.objects.select_for_update().get(pk=file_id)
