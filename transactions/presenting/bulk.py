"""Files with several vehicles as their pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from brazil.masks import mask_document, mask_email, mask_name, mask_phone
from brazil.vehicles import format_plate
from tenants.access import Place
from transactions.models import BulkFile, BulkLine
from transactions.models.order import KIND_LABELS
from transactions.presenting.lists import LISTS, Mark, mark_of
from transactions.rules.bulk import KINDS_BY_SLUG
from transactions.states import FileState, LineState

SLUG_OF = {kind: slug for slug, kind in KINDS_BY_SLUG.items()}
FILE_MARKS = {
    FileState.CHECKING: Mark("active", "loader-2", "Em conferência"),
    FileState.UNREADABLE: Mark("bad", "file-x", "Não pôde ser lido"),
    FileState.CHECKED: Mark("warn", "clipboard-check", "Aguardando confirmação"),
    FileState.SENDING: Mark("active", "send", "Em envio"),
    FileState.DONE: Mark("good", "circle-check", "Enviado"),
}
LINE_MARKS = {
    LineState.GOOD: Mark("idle", "check", "Pronta"),
    LineState.BAD: Mark("bad", "alert-circle", "A corrigir"),
    LineState.FAILED: Mark("bad", "circle-x", "Não enviada"),
}
MASKS = {"document": mask_document, "name": mask_name, "email": mask_email, "phone": mask_phone}


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file with its counts (`selectors.bulk_files`). `percent` of the confirmed lines that have an end."""

    file: BulkFile
    kind_label: str
    mark: Mark
    many: int
    good: int
    bad: int
    sent: int
    failed: int
    percent: int
    moving: bool
    version: str

    @property
    def toward(self) -> int:
        return self.good + self.sent + self.failed

    @property
    def ended(self) -> int:
        return self.sent + self.failed

    @property
    def unsent(self) -> int:
        return self.good + self.failed


@dataclass(frozen=True, slots=True)
class LineShown:
    line: BulkLine
    plate: str
    mark: Mark
    problems: list[dict[str, str]]


def file_shown(file: BulkFile) -> FileShown:
    counts = {state: int(getattr(file, f"many_{state.value}")) for state in LineState}
    good, sent, failed = counts[LineState.GOOD], counts[LineState.SENT], counts[LineState.FAILED]
    toward = good + sent + failed
    state = FileState(file.state)
    mark = FILE_MARKS[state]
    if state is FileState.DONE and (failed or good):
        mark = Mark("warn", "alert-triangle", "Enviado em parte")
    return FileShown(
        file,
        KIND_LABELS[file.kind],
        mark,
        int(getattr(file, "many", 0)),
        good,
        counts[LineState.BAD],
        sent,
        failed,
        100 * (sent + failed) // toward if toward else 0,
        state in (FileState.CHECKING, FileState.SENDING),
        f"{file.state}-{sent}-{failed}-{good}",
    )


def file_page(shown: FileShown, lines: Iterable[BulkLine], place: Place) -> dict[str, Any]:
    """Lines with something to mend first, then the others, both in the file's order."""
    rows = [_line(line, place) for line in lines]
    return {
        "shown": shown,
        "words": LISTS[shown.file.kind],
        "to_mend": [row for row in rows if row.problems],
        "others": [row for row in rows if not row.problems],
        "slug": SLUG_OF[shown.file.kind],
    }


def _line(line: BulkLine, place: Place) -> LineShown:
    mark = mark_of(line.order) if line.order else LINE_MARKS[LineState(line.state)]
    return LineShown(line, format_plate(line.plate) if len(line.plate) == 7 else line.plate, mark, _told(line, place))


def _told(line: BulkLine, place: Place) -> list[dict[str, str]]:
    """What stood in a field is masked as everywhere for those who may not see personal data."""
    if place.sees_personal_data:
        return list(line.problems)
    return [
        {**problem, "value": mask(problem["value"])} if (mask := _mask(problem["field"])) else problem
        for problem in line.problems
    ]


def _mask(field: str) -> Any:
    who, _, what = field.partition("_")
    return MASKS.get(what) if who in ("seller", "buyer") else None
