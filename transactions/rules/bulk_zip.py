"""Archives from strangers: a workbook or a zip of XML, opened within bounds of number, size and growth."""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import openpyxl

MOST_FILES = 200
MOST_GROWN = 40 * 1024 * 1024
MOST_EACH = 20 * 1024 * 1024
MOST_RATIO = 150
RATIO_FROM = 1024 * 1024
MOST_ROWS = 5000
MOST_COLUMNS = 90
ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
NOT_OPENED = "O arquivo compactado está danificado; salve-o de novo e envie outra vez."
TOO_BIG = "O arquivo descompactado é grande demais; por segurança não foi aberto. Divida-o em dois."


class Number(str):
    """A cell that the sheet kept as a number: leading zeros are gone."""


class BadArchive(Exception):
    """Words for the person who sent it."""


def is_workbook(content: bytes) -> bool:
    return "xl/workbook.xml" in {entry.filename for entry in _entries(content)}


def xml_files(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file of a flat zip, in the order of their names."""
    entries = [e for e in _entries(content) if not e.filename.startswith("__MACOSX/")]
    if not entries:
        raise BadArchive("O zip está vazio; junte nele os XML das NF-e.")
    if any(not e.filename or set("/\\\x00") & set(e.filename) or e.is_dir() for e in entries):
        raise BadArchive("O zip tem pastas; ponha os XML direto nele, sem pastas, e envie de novo.")
    for entry in sorted(entries, key=lambda e: e.filename):
        yield "".join(c for c in entry.filename if c.isprintable())[:120] or "sem nome", _bytes(content, entry)


def workbook_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of the first sheet, at most MOST_ROWS rows. Raises BadArchive."""
    for entry in _entries(content):
        data = _bytes(content, entry)
        if ENTITIES.search(data) or data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise BadArchive("A planilha define entidades XML, e por segurança não foi aberta; salve-a de novo.")
    try:
        return iter(_rows(content))
    except BadArchive:
        raise
    except Exception as e:
        # openpyxl breaks in many ways on a workbook that is none; all of them mean the same to who sent it.
        raise BadArchive("A planilha não pode ser lida; abra-a, salve de novo como XLSX e envie outra vez.") from e


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheet = next(iter(book.worksheets), None)
        if sheet is None:
            raise BadArchive("A planilha não tem nenhuma aba; baixe o modelo.")
        rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)
        read = [(number, [as_typed(cell) for cell in row]) for number, row in enumerate(rows, start=1)]
        if len(read) > MOST_ROWS and any(cell.strip() for cell in read[-1][1]):
            raise BadArchive(f"A planilha tem mais de {MOST_ROWS} linhas; divida-a em várias.")
        return read
    finally:
        book.close()


def as_typed(cell: Any) -> str:
    """What a person would have typed to get this cell; formulas stay the text they are."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, int):
        return Number(cell)
    if isinstance(cell, float):
        if cell != cell or abs(cell) >= 1e15:
            return ""
        return Number(int(cell)) if cell.is_integer() else f"{cell:.2f}".replace(".", ",")
    return str(cell)


def _entries(content: bytes) -> list[zipfile.ZipInfo]:
    """What the archive says it holds, within bounds. Raises BadArchive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (*BROKEN, NotImplementedError, UnicodeDecodeError) as e:
        raise BadArchive(NOT_OPENED) from e
    if len(entries) > MOST_FILES:
        raise BadArchive(f"O arquivo tem mais de {MOST_FILES} arquivos dentro; divida-o em dois.")
    if sum(entry.file_size for entry in entries) > MOST_GROWN:
        raise BadArchive(TOO_BIG)
    for entry in entries:
        grown = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > MOST_EACH or (entry.file_size > RATIO_FROM and grown > MOST_RATIO):
            raise BadArchive(TOO_BIG)
        if entry.flag_bits & 0x1:
            raise BadArchive("O arquivo tem senha; tire a senha e envie de novo.")
    return entries


def _bytes(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    """One file's bytes; never more than it says it has, which is within bounds. Raises BadArchive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(entry) as stream:
            return stream.read(entry.file_size + 1)
    except (*BROKEN, NotImplementedError, KeyError) as e:
        raise BadArchive(NOT_OPENED) from e
