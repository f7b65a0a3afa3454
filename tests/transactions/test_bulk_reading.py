"""From the bytes of a sheet or a zip to lines; whatever the bytes are, nothing but words comes back."""

import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transactions.bulk_making import a_csv, a_sheet, a_zip
from transactions.rules.bulk import MOST_LINES, BulkRefused, read_bulk, repeated, template, written
from transactions.rules.bulk_columns import LABELS, columns_of

KIND = "sale_intention"
ROW = {"plate": "ABC1D23", "buyer_name": "João Ação", "price": "1.000,00", "chassis": "9BWZZZ377VT004252"}
HEADERS = [LABELS[name] for name in ROW]


def sheet(separator: str = ";", header: list[str] | None = None, cells: list[str] | None = None) -> str:
    quoted = [[f'"{cell}"' for cell in row] for row in (header or HEADERS, cells or list(ROW.values()))]
    return "\r\n".join(separator.join(row) for row in quoted) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_usual_encoding_and_separator_is_read(encoding: str, separator: str) -> None:
    (line,) = read_bulk(KIND, sheet(separator).encode(encoding)).lines
    assert (line.number, line.typed, line.wrong) == (2, ROW, "")


def test_excels_own_separator_line_keeps_the_numbers_of_lines() -> None:
    (line,) = read_bulk(KIND, ("sep=;\r\n" + sheet()).encode()).lines
    assert (line.number, line.typed) == (3, ROW)


def test_headers_are_known_without_accents_and_case_and_in_any_order() -> None:
    read = read_bulk(KIND, "CHASSI ;cpf do COMPRADOR;Município;Cor\n9BW;1;Uberlândia;azul\n".encode())
    assert read.lines[0].typed == {"chassis": "9BW", "buyer_document": "1", "buyer_city": "Uberlândia"}
    assert read.notes == ["Colunas que não usamos: Cor."]


def test_blank_lines_and_the_example_are_passed_over() -> None:
    content = template(KIND) + b"\r\n;;;\r\nXYZ1A23;;;\r\n"
    (line,) = read_bulk(KIND, content).lines
    assert (line.number, line.typed) == (5, {"plate": "XYZ1A23"})


def test_a_cell_of_several_lines_does_not_shift_the_numbers() -> None:
    content = b'Placa;Nome do comprador\nAAA0A00;"Rua\nde cima"\nBBB0B00;x\n'
    assert [line.number for line in read_bulk(KIND, content).lines] == [2, 4]


def test_a_line_with_too_many_cells_is_told() -> None:
    (line,) = read_bulk(KIND, b"Placa,Chassi,Valor da venda\nABC1D23,9BW,1.000,00\n").lines
    assert "mais células" in line.wrong


def test_formulas_are_text_both_ways() -> None:
    row = {"plate": "=1+1", "chassis": "@SUM(A1)", "buyer_name": "+55", "price": "-1"}
    content = a_csv([row])
    assert b";=1+1" not in content
    assert b"'=1+1" in content
    assert read_bulk(KIND, content).lines[0].typed == row
    names = ["plate", "chassis"]
    read = read_bulk(KIND, a_sheet([["=1+1", "=A2"]], names=names))
    assert read.lines[0].typed == {
        "plate": "=1+1",
        "chassis": "=A2",
    }


def test_numbers_and_dates_of_a_workbook_are_what_a_person_would_have_typed() -> None:
    names = ["plate", "buyer_document", "buyer_cep", "sale_date", "price", "mileage", "renavam"]
    cells = ["ABC1D23", 1234567890, 1310100, dt.datetime(2026, 11, 20), 96900.5, 45210, 123456789]
    (line,) = read_bulk(KIND, a_sheet([cells], names=names)).lines
    assert line.typed == {
        "plate": "ABC1D23",
        "buyer_document": "01234567890",
        "buyer_cep": "01310100",
        "sale_date": "2026-11-20",
        "price": "96900,50",
        "mileage": "45210",
        "renavam": "00123456789",
    }


@given(
    st.lists(st.fixed_dictionaries({n: st.text("aZ09;,\"'\n=ç ", max_size=8) for n in columns_of(KIND)}), max_size=4)
)
@settings(max_examples=60)
def test_what_we_write_we_read(rows: list[dict[str, str]]) -> None:
    """But for blanks at the ends and one leading apostrophe, which spreadsheets take for their own."""
    rows = [row for row in rows if any(text.strip() for text in row.values())]
    if not rows:
        return
    read = read_bulk(KIND, written(KIND, [{**row, "plate": "ABC1D23"} for row in rows])).lines
    assert len(read) == len(rows)
    assert all(line.wrong == "" for line in read)


@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_arbitrary_bytes_are_lines_or_refused(content: bytes) -> None:
    refused_or_read(content)


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_arbitrary_text_below_a_good_header_is_lines_or_refused(text: str) -> None:
    refused_or_read(sheet().encode() + text.encode("utf-8", "surrogatepass"))


@given(st.integers(0, 4000), st.binary(min_size=1, max_size=8), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_damaged_archive_is_lines_or_refused(at: int, with_what: bytes, workbook: bool) -> None:
    good = WORKBOOK if workbook else ARCHIVE
    at %= len(good)
    refused_or_read(good[:at] + with_what + good[at + len(with_what) :])
    refused_or_read(good[:at])


WORKBOOK = a_sheet([["ABC1D23"]])
ARCHIVE = a_zip({"a.xml": b"<nfeProc/>", "b.xml": b""})


def refused_or_read(content: bytes) -> None:
    try:
        read = read_bulk(KIND, content)
    except BulkRefused:
        return
    assert 0 < len(read.lines) <= MOST_LINES


def entity_workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/workbook.xml":
                data = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + data
            target.writestr(name, data)
    return out.getvalue()


REFUSED = {
    "empty": (b"", "vazio"),
    "blank": (b" \r\n ", "vazio"),
    "pdf": (b"%PDF-1.7", "PDF"),
    "old excel": (b"\xd0\xcf\x11\xe0....", ".xls"),
    "one xml": (b"<?xml version='1.0'?><nfeProc/>", "zip"),
    "too big": (b"a" * (5 * 1024 * 1024 + 1), "5 MB"),
    "no header": (b"1;2;3\n4;5;6\n", "modelo"),
    "twice": (b"Placa;Chassi;Placa\nA;B;C\n", "duas vezes"),
    "header only": (b"Placa;Chassi\n", "cabeçalho"),
    "too many": (b"Placa\n" + b"ABC1D23\n" * (MOST_LINES + 1), "500"),
    "open quotes": (b'Placa;Chassi\n"' + b"x" * 200_000, "aspas"),
    "folders": (a_zip({"pasta/a.xml": b"<a/>"}), "pastas"),
    "climbing out": (a_zip({"../../a.xml": b"<a/>"}), "pastas"),
    "empty zip": (a_zip({}), "vazio"),
    "bomb": (a_zip({"a.xml": b"0" * (21 * 1024 * 1024)}), "grande demais"),
    "many files": (a_zip({f"{n}.xml": b"<a/>" for n in range(201)}), "200"),
    "not a zip": (b"PK\x03\x04 nada", "danificado"),
    "entities": (entity_workbook(), "entidades"),
    "endless workbook": (a_sheet([["ABC1D23"]] * 5001), "5000"),
    "workbook of nothing": (a_zip({"xl/workbook.xml": b"<workbook/>"}), "planilha"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_in_words(name: str) -> None:
    content, words = REFUSED[name]
    with pytest.raises(BulkRefused) as refused:
        read_bulk(KIND, content)
    assert words in refused.value.message


def test_a_zip_within_the_zip_and_a_stranger_are_lines_that_say_so() -> None:
    read = read_bulk(KIND, a_zip({"a.zip": ARCHIVE, "b.xml": b"<html/>"}))
    assert [(line.source, bool(line.wrong)) for line in read.lines] == [("a.zip", True), ("b.xml", True)]


def test_a_chassis_said_twice_points_to_the_first_line() -> None:
    assert repeated([(2, "A"), (3, "B"), (4, "A"), (5, ""), (6, ""), (7, "A")]) == {4: 2, 7: 2}
