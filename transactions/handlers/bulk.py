"""Files with several vehicles: judged in one visit, sent in short ones, so that a lease always suffices."""

from documents import services as documents
from kernel import clock
from kernel.db.transactions import unit_of_work
from kernel.errors import Problem
from outbox.registry import Job, Policy, Visit, handles
from tenants.models import Establishment
from transactions.models import BulkFile, BulkLine
from transactions.rules.agencies import agency
from transactions.rules.bulk import BulkRefused, Line, read_bulk, repeated
from transactions.rules.facts import OrderFacts
from transactions.rules.judging import judge
from transactions.selectors import orders_in_the_way
from transactions.services import bulk
from transactions.states import FileState, LineState
from transactions.topics import BULK_CHECK, BULK_SEND

BATCH = 20
BROKEN = "O portal não conseguiu ler este arquivo; a equipe foi avisada. Salve-o de novo como CSV e tente outra vez."


def policy(job: Job) -> Policy:
    """Nothing outside is touched, so a doubtful end is simply tried again; what is done is never done twice."""
    return Policy(lease=120.0, quarantine=5.0, most_doubts=8)


@handles(BULK_CHECK, policy=policy, give_up=lambda job, why: _spoil(job, BROKEN))
def check_file(job: Job) -> Visit:
    """The dry run: every bad line with line, field, value and cure."""
    with unit_of_work():
        file = BulkFile.objects.select_related("document", "establishment").get(pk=job.payload["file_id"])
        if FileState(file.state) is not FileState.CHECKING or file.document is None:
            return Visit(explanation="O arquivo já estava conferido.")
        document, house = file.document, file.establishment
    try:
        sheet = read_bulk(file.kind, documents.read(document))
    except BulkRefused as e:
        _spoil(job, e.message)
        return Visit(explanation=e.message)
    bulk.keep_judgement(file_id=file.pk, lines=_judged(file, house, sheet.lines), notes=sheet.notes)
    return Visit(explanation=f"{len(sheet.lines)} linhas conferidas.")


def _judged(file: BulkFile, house: Establishment, lines: list[Line]) -> list[bulk.Judged]:
    with unit_of_work():
        said = [bulk.said_by(kind=file.kind, typed=line.typed, establishment=house) for line in lines]
        judged = [_judge(file, house, data) for data in said]
        chassis = [facts.vehicle.chassis for facts, _ in judged]
        in_the_way = orders_in_the_way(file.kind, chassis=chassis)
    again = repeated(zip((line.number for line in lines), chassis, strict=True))
    rows = []
    for line, data, (facts, problems) in zip(lines, said, judged, strict=True):
        blocker = in_the_way.get(facts.vehicle.chassis)
        if line.wrong:
            problems = [Problem("", "linha_ilegivel", line.wrong)]
        elif line.number in again:
            earlier = again[line.number]
            problems = [
                Problem("chassis", "repetida", f"É o mesmo veículo da linha {earlier}; deixe uma só."),
                *problems,
            ]
        elif blocker is not None:
            words = f"Este veículo já tem o pedido {blocker}; nada será enviado em dobro."
            problems = [Problem("chassis", "ja_enviado", words), *problems]
        rows.append(
            bulk.Judged(
                line.number,
                line.source,
                data,
                (facts.vehicle.plate or data.get("plate", ""))[:20],
                (facts.vehicle.chassis or data.get("chassis", ""))[:40],
                [bulk.tell(problem, typed=data) for problem in problems],
                blocked_by=blocker or "",
            )
        )
    return rows


def _judge(file: BulkFile, house: Establishment, data: dict[str, str]) -> tuple[OrderFacts, list[Problem]]:
    return judge(
        file.kind,
        data,
        has_scan=False,
        agency=agency(file.agency),
        establishment_cnpj=house.cnpj,
        today=clock.today(),
    )


def _spoil(job: Job, words: str) -> None:
    bulk.spoil_file(file_id=job.payload["file_id"], words=words)


@handles(BULK_SEND, policy=policy, give_up=lambda job, why: _finish(job))
def send_file(job: Job) -> Visit:
    """Some lines, each in its own transaction; then another visit, until none is left."""
    with unit_of_work():
        file = BulkFile.objects.get(pk=job.payload["file_id"])
        if FileState(file.state) is not FileState.SENDING:
            return Visit(explanation="O arquivo já estava enviado.")
        waiting = BulkLine.objects.filter(file=file, state=LineState.GOOD.value).order_by("number")
        next_ones = list(waiting.values_list("pk", flat=True)[: BATCH + 1])
    for line_id in next_ones[:BATCH]:
        bulk.send_line(line_id=line_id)
    if len(next_ones) > BATCH:
        return Visit(explanation=f"{BATCH} linhas enviadas.", again_in=0.0)
    _finish(job)
    return Visit(explanation="Todas as linhas foram enviadas.")


def _finish(job: Job) -> None:
    bulk.finish_file(file_id=job.payload["file_id"])
