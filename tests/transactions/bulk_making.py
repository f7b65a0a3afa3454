"""Files with several vehicles, and delivering the house's own work until none is due."""

import io
import time
import zipfile
from typing import Any

import openpyxl

from outbox import services as outbox
from outbox.models import Message
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast
from transactions.models import BulkFile, BulkLine
from transactions.rules.bulk import written
from transactions.rules.bulk_columns import LABELS, columns_of
from transactions.services import bulk

KIND = "sale_intention"


def a_csv(rows: list[dict[str, str]], kind: str = KIND) -> bytes:
    return written(kind, rows)


def a_sheet(rows: list[list[Any]], kind: str = KIND, names: list[str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append([LABELS[name] for name in names or columns_of(kind)])
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def received(cast: Cast, content: bytes, *, kind: str = KIND, name: str = "veiculos.csv") -> BulkFile:
    with acting_in(cast.house):
        file, _ = bulk.receive_file(
            establishment=cast.house,
            kind=kind,
            agency_code="detran-mg",
            content=content,
            filename=name,
            user_id=cast.ana.pk,
        )
    return file


def confirmed(cast: Cast, file: BulkFile) -> None:
    with acting_in(cast.house):
        bulk.confirm_file(file_id=file.pk, actor=cast.ana.as_actor(), user_id=cast.ana.pk)


def visited(topic: str, *, times: int = 50) -> int:
    """Delivers `topic` until nothing of it waits; how many visits that took."""
    for count in range(times):
        with acting_as_machine():
            waiting = Message.objects.filter(topic=topic, state="waiting").first()
        if waiting is None:
            return count
        while outbox.deliver(waiting.pk) is None:
            time.sleep(0.02)
    raise AssertionError(f"{topic} does not end")


def now(cast: Cast, file: BulkFile) -> BulkFile:
    with acting_in(cast.house):
        return BulkFile.objects.get(pk=file.pk)


def lines(cast: Cast, file: BulkFile) -> list[BulkLine]:
    with acting_in(cast.house):
        return list(BulkLine.objects.filter(file=file).select_related("order").order_by("number"))


def told(line: BulkLine) -> dict[str, str]:
    return {problem["field"]: problem["message"] for problem in line.problems}
