"""Several vehicles in one file: from bytes to lines as typed. What a line says is judged elsewhere, by `judging`.

Whatever the bytes are, the answer is lines or BulkRefused in words.
"""

import csv
import io
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from brazil.nfe import NfeProblem, read_nfe
from kernel.errors import DomainError
from transactions.rules import bulk_zip
from transactions.rules.agencies import SALE_COMMUNICATION, SALE_INTENTION
from transactions.rules.bulk_columns import ALIASES, CHECKED, EXAMPLE, LABELS, columns_of, squeezed, with_zeros
from transactions.rules.from_nfe import typed_from_nfe
from transactions.rules.reading import UNKEEPABLE

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 500
LONGEST_CELL = 400
MOST_COLUMNS = 80
LONGEST_READING = 45.0  # seconds, well within the lease of the visit that reads
NOT_A_SHEET = (
    (b"%PDF", "um PDF"),
    (b"\xd0\xcf\x11\xe0", "uma planilha do Excel antigo (.xls)"),
    (b"\x89PNG", "uma imagem"),
    (b"\xff\xd8\xff", "uma imagem"),
    (b"\x1f\x8b", "um arquivo compactado em outro formato"),
    (b"Rar!", "um arquivo RAR"),
    (b"7z\xbc\xaf", "um arquivo 7z"),
)
ACCEPTED = "envie CSV, XLSX ou um zip com XML de NF-e"


class BulkRefused(DomainError):
    """The file as a whole cannot be taken, in words that say what to do."""

    code = "lote_recusado"


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is the line of the sheet, or the place of the note in its zip, whose name is `source`. `wrong` says
    why the line as a whole could not be read."""

    number: int
    typed: dict[str, str]
    source: str = ""
    wrong: str = ""


@dataclass(slots=True)
class Sheet:
    """`notes` are remarks about the whole file, in Portuguese."""

    lines: list[Line]
    notes: list[str] = field(default_factory=list)


def look_at(content: bytes) -> str:
    """`csv`, `xlsx` or `zip`, by what the bytes are. Raises BulkRefused for what is none of them."""
    if not content.strip():
        raise BulkRefused("O arquivo está vazio; confira se escolheu o certo.")
    if len(content) > MOST_BYTES:
        size = f"{len(content) / (1024 * 1024):.1f}".replace(".", ",")
        raise BulkRefused(f"O arquivo tem {size} MB e o limite é 5 MB; divida-o em dois.")
    for magic, what in NOT_A_SHEET:
        if content.startswith(magic):
            raise BulkRefused(f"Este arquivo é {what}; {ACCEPTED}.")
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise BulkRefused("Este arquivo é um XML ou HTML; para enviar NF-e, junte os XML num zip.")
    if not content.startswith(b"PK"):
        return "csv"
    return "xlsx" if bulk_zip.is_workbook(content) else "zip"


def read_bulk(kind: str, content: bytes) -> Sheet:
    """The lines of a CSV, an XLSX or a zip of NF-e. Raises BulkRefused, and nothing else whatever the bytes are."""
    try:
        form = look_at(content)
        if form == "zip":
            return _notes_of(kind, content)
        rows = _csv_rows(content) if form == "csv" else bulk_zip.workbook_rows(content)
        return _sheet(kind, rows)
    except bulk_zip.BadArchive as e:
        raise BulkRefused(str(e)) from e


def _csv_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content).replace("\x00", "")
    lines = io.StringIO(text, newline="")
    separator = _separator(text)
    if text[:4].lower() == "sep=":
        lines.readline()
    skipped = 1 if text[:4].lower() == "sep=" else 0
    reader = csv.reader(lines, delimiter=separator)
    begins = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            raise BulkRefused(
                f"A linha {begins + skipped} não pode ser lida; confira se as aspas abrem e fecham e salve de novo."
            ) from None
        if row is None:
            return
        yield begins + skipped, row
        begins = reader.line_num + 1


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").lstrip("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel in Brazil writes when it does not say UTF-8; almost never valid UTF-8 by accident.
        return content.decode("cp1252", "replace")


def _separator(text: str) -> str:
    if text[:4].lower() == "sep=" and text[4:5] in (";", ",", "\t"):
        return text[4]
    first = text.lstrip().split("\n", 1)[0]
    return max(";,\t", key=first.count)


def _sheet(kind: str, rows: Iterable[tuple[int, Sequence[str]]]) -> Sheet:
    """Header, then lines; blank lines and the template's own example are passed over."""
    steps = iter(rows)
    header = next((_trimmed(row) for _, row in steps if any(cell.strip() for cell in row)), None)
    if header is None:
        raise BulkRefused("O arquivo está vazio; baixe o modelo e preencha uma linha por veículo.")
    names, notes = _names(kind, header)
    sheet = Sheet([], notes)
    for number, row in steps:
        if not any(cell.strip() for cell in row):
            continue
        typed = {n: _cell(n, c) for n, c in zip(names, row, strict=False) if n and c.strip()}
        if typed.items() <= EXAMPLE.items() and typed.get("chassis") == EXAMPLE["chassis"]:
            continue
        wrong = ""
        if any(cell.strip() for cell in row[len(names) :]):
            wrong = "A linha tem mais células do que o cabeçalho; confira as aspas e o separador."
        elif any("\ufffd" in text for text in typed.values()):
            wrong = "Há um caractere ilegível nesta linha; salve a planilha em UTF-8 e envie de novo."
        if len(sheet.lines) == MOST_LINES:
            raise BulkRefused(f"O arquivo tem mais de {MOST_LINES} veículos; divida-o em dois.")
        sheet.lines.append(Line(number, typed, wrong=wrong))
    if not sheet.lines:
        raise BulkRefused("O arquivo só tem o cabeçalho; preencha uma linha por veículo.")
    return sheet


def _trimmed(row: Sequence[str]) -> list[str]:
    """Without the blank cells at the end, which a workbook gives every row."""
    last = max((at for at, cell in enumerate(row) if cell.strip()), default=-1)
    return list(row[: last + 1])


def _names(kind: str, header: Sequence[str]) -> tuple[list[str], list[str]]:
    """The field of each column, "" for one that is not used, and a note naming those."""
    if len(header) > MOST_COLUMNS:
        raise BulkRefused(f"O arquivo tem mais de {MOST_COLUMNS} colunas; use as do modelo.")
    known = set(columns_of(kind))
    names = [name if (name := ALIASES.get(squeezed(cell), "")) in known else "" for cell in header]
    if not {"plate", "chassis"} & set(names):
        raise BulkRefused("Não reconhecemos as colunas: a primeira linha deve ser o cabeçalho do modelo; baixe-o aqui.")
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise BulkRefused(f"A coluna {LABELS[twice]} aparece duas vezes; deixe uma só.")
    unused = [
        UNKEEPABLE.sub("\ufffd", cell.strip())[:40]
        for cell, name in zip(header, names, strict=True)
        if cell.strip() and not name
    ]
    unused = [cell for cell in unused if squeezed(cell) not in ("problemas", "linha")]
    return names, [f"Colunas que não usamos: {', '.join(unused[:10])}."] if unused else []


def _cell(name: str, text: str) -> str:
    """As typed. The apostrophe that keeps a sheet from computing a text is not part of it; nothing is computed here."""
    bare = text.strip()
    if isinstance(text, bulk_zip.Number) or name in CHECKED:
        bare = with_zeros(name, bare)
    return UNKEEPABLE.sub("\ufffd", bare[1:] if bare[:1] == "'" else bare)[:LONGEST_CELL]


def _notes_of(kind: str, content: bytes) -> Sheet:
    """One line for each vehicle of each NF-e; a note that cannot be read is a line that says why."""
    lines: list[Line] = []
    began = time.monotonic()
    for name, data in bulk_zip.xml_files(content):
        if time.monotonic() - began > LONGEST_READING:
            raise BulkRefused("As notas são grandes demais para ler de uma vez; divida o zip em dois.")
        try:
            sale = read_nfe(data)
        except NfeProblem as e:
            lines.append(Line(len(lines) + 1, {}, source=name, wrong=e.message))
            continue
        for vehicle in sale.vehicles:
            lines.append(Line(len(lines) + 1, typed_from_nfe(sale, vehicle), source=name))
    if len(lines) > MOST_LINES:
        raise BulkRefused(f"As notas trazem mais de {MOST_LINES} veículos; divida o zip em dois.")
    lacking = "o número da ATPV-e" if kind == SALE_COMMUNICATION else "os números do CRV"
    return Sheet(lines, [f"A NF-e não traz {lacking}: baixe as linhas, complete-as e envie a planilha de volta."])


def repeated(lines: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Which lines say a chassis that an earlier one said: line number → the earlier line's number."""
    first: dict[str, int] = {}
    again = {}
    for number, chassis in lines:
        if chassis and first.setdefault(chassis, number) != number:
            again[number] = first[chassis]
    return again


def written(kind: str, rows: Iterable[dict[str, str]], *, problems: Sequence[str] = ()) -> bytes:
    """A CSV as Excel in Brazil opens it: `;`, UTF-8 with BOM, the template's headers, and no cell that computes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    names = columns_of(kind)
    writer.writerow([LABELS[name] for name in names] + (["Problemas"] if problems else []))
    for at, row in enumerate(rows):
        cells = [row.get(name, "") for name in names] + ([problems[at]] if problems else [])
        writer.writerow([_harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else cell


def template(kind: str) -> bytes:
    return written(kind, [{name: text for name, text in EXAMPLE.items() if name in columns_of(kind)}])


KINDS_BY_SLUG = {"intencoes": SALE_INTENTION, "comunicados": SALE_COMMUNICATION}
