"""Files are read row by row: every kind of cell, every strange writer, nothing executed, memory flat."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.rules.errors import RuleError
from cases.services.read_table import Row, read_rows
from cases.services.read_text import guarded, unguarded
from cases.services.write_workbook import write_workbook

TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
BOOK = (
    b'<x:workbook xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxml'
    b'formats.org/officeDocument/2006/relationships"><x:workbookPr%s/><x:sheets><x:sheet name="a" sheetId="7" '
    b'r:id="rId3"/></x:sheets></x:workbook>'
)
LINKS = (
    b'<Relationships><Relationship Id="rId1" Target="styles.xml"/><Relationship Id="rId3" Target="%s"/></Relationships>'
)
STYLES = (
    b'<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;y&quot;m"/>'
    b'<numFmt numFmtId="171" formatCode="[Red]0.00&quot;days&quot;"/></numFmts>'
    b'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    b'<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>'
)


def book(
    sheet: bytes, shared: bytes = b"", attributes: bytes = b"", target: bytes = b"worksheets/sheet1.xml"
) -> io.BytesIO:
    """A workbook as some program might write it: with prefixes, and as few attributes as it likes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("[Content_Types].xml", TYPES)
        parts.writestr("xl/workbook.xml", BOOK % attributes)
        parts.writestr("xl/_rels/workbook.xml.rels", LINKS % target)
        parts.writestr("xl/styles.xml", STYLES)
        parts.writestr("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + sheet + b"</sheetData></worksheet>")
        if shared:
            parts.writestr("xl/sharedStrings.xml", b"<sst>" + shared + b"</sst>")
    return file


def cells(file: io.BytesIO) -> list[Any]:
    (row,) = read_rows(file)
    return list(row.cells)


def written(*rows: list[Any]) -> Iterator[Row]:
    with write_workbook([("x", ["表头"], rows, [])]) as file:
        yield from list(read_rows(file))[1:]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (b"<c><v>60</v></c>", 60.0),
        (b'<c t="s"><v>1</v></c>', "第二"),
        (b'<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>pinyin</t></rPh></is></c>', "ab"),
        (b'<c t="str"><v>x_x000D_y</v></c>', "x\ry"),
        (b'<c t="b"><v>1</v></c>', True),
        (b'<c t="e"><v>#REF!</v></c>', "#REF!"),
        (b'<c t="d"><v>2026-01-31T00:00:00</v></c>', date(2026, 1, 31)),
        (b'<c s="1"><v>46053</v></c>', date(2026, 1, 31)),
        (b'<c s="2"><v>46053.5</v></c>', datetime(2026, 1, 31, 12)),
        (b'<c s="3"><v>46053</v></c>', 46053.0),
        (b'<c s="1"><v>0.5</v></c>', timedelta(hours=12)),
        (b'<c s="1"><v>1</v></c>', date(1900, 1, 1)),
        (b'<c s="1"><v>-5</v></c>', -5.0),
        (b'<c s="1"><v>9999999</v></c>', 9999999.0),
        (b"<c><f>1+1</f><v>2</v></c>", "=1+1"),
        (b'<c t="str"><f t="shared" si="0"/><v>2</v></c>', "="),
    ],
)
def test_each_type_of_cell(cell: bytes, read: Any) -> None:
    shared = "<si><t>第一</t></si><si><r><t>第</t></r><r><t>二</t></r><rPh><t>er</t></rPh></si>".encode()
    found = cells(book(b"<row>" + cell + b"</row>", shared))
    assert found == [read]
    assert type(found[0]) is type(read)


def test_days_may_count_from_1904() -> None:
    assert cells(book(b'<row><c s="1"><v>44591</v></c></row>', attributes=b' date1904="1"')) == [date(2026, 1, 31)]


def test_places_may_be_said_or_left_out_and_rows_may_be_missing() -> None:
    sheet = b'<row r="2"><c r="C2"><v>1</v></c><c><v>2</v></c></row><row r="3"/><row><c r="B4"><v>3</v></c></row>'
    assert [(row.number, row.cells) for row in read_rows(book(sheet))] == [
        (2, ("", "", 1.0, 2.0)),
        (4, ("", 3.0)),
    ]


def test_sheet_may_be_named_from_the_root() -> None:
    assert cells(book(b"<row><c><v>1</v></c></row>", target=b"/xl/worksheets/sheet1.xml")) == [1.0]


@pytest.mark.parametrize(
    "sheet",
    [
        b"<row><c><v>1</v>",
        b'<row><c t="s"><v>9</v></c></row>',
        b'<row><c t="s"><v>-1</v></c></row>',
        b"<row><c><v>viel</v></c></row>",
        b'<row r="x"/>',
        b'<row><c s="x"><v>1</v></c></row>',
        b'<row><c t="str"><v>' + b"x" * 100_001 + b"</v></c></row>",
    ],
)
def test_broken_sheet_is_a_damaged_workbook_and_no_crash(sheet: bytes) -> None:
    with pytest.raises(RuleError) as caught:
        list(read_rows(book(sheet)))
    assert caught.value.code == "damaged"


@pytest.mark.parametrize("part", ["workbook.xml", "styles.xml", "worksheets/sheet1.xml", "sharedStrings.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_type_is_refused_in_every_part_and_encoding(part: str, encoding: str) -> None:
    source = book(b"<row><c><v>1</v></c></row>", b"<si><t>a</t></si>")
    file = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            if name == f"xl/{part}":
                head = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding == "utf-16" else ""
                content = f'{head}<!DOCTYPE x [<!ENTITY a "b">]>{content}'
            new.writestr(name, content.encode(encoding if name == f"xl/{part}" else "utf-8"))
    with pytest.raises(RuleError) as caught:
        list(read_rows(file))
    assert caught.value.code == "damaged"


def test_zip_that_unpacks_to_more_than_it_says_is_refused() -> None:
    bomb = b"<row><c><v>1</v></c></row>" * 40_000
    file = io.BytesIO()
    with zipfile.ZipFile(book(bomb)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    content = bytearray(file.getvalue())
    size = len(b"<worksheet><sheetData>" + bomb + b"</sheetData></worksheet>").to_bytes(4, "little")
    assert content.count(size) == 2
    with pytest.raises(RuleError) as caught:
        list(read_rows(io.BytesIO(content.replace(size, (1000).to_bytes(4, "little")))))
    assert caught.value.code == "damaged"


def test_our_own_workbooks_come_back() -> None:
    values = ["=1+1", "+86 573", "@x", "_x000D_", "a\rb\x01\nc", " 前后 ", "𬍛", 60, 1.5, Decimal("800.50")]
    values += [True, False, date(2026, 1, 31), None, "", "'=x", "<&>"]
    (row,) = written(values)
    assert list(row.cells) == [
        *("=1+1", "+86 573", "@x", "_x000D_", "a\rb\x01\nc", " 前后 ", "𬍛", 60.0, 1.5, 800.5, True, False),
        *(date(2026, 1, 31), "", "", "'=x", "<&>"),
    ]


WRITABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(WRITABLE, min_size=1), min_size=1))
def test_any_text_comes_back_from_a_workbook(texts: list[str]) -> None:
    (row,) = written([*texts, "end"])
    assert list(row.cells) == [*texts, "end"]


@given(st.text(st.sampled_from("=+-@'\t\r＝甲a1")) | st.text(max_size=6))
def test_guard_of_a_csv_cell_is_undone(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_csv_lines_are_numbered_as_they_stand(mark: bytes) -> None:
    content = mark + b"a;b\n\n'=1;'+2\n\"x\ny\";z\n"
    assert [(row.number, row.cells) for row in read_rows(io.BytesIO(content))] == [
        (1, ("a", "b")),
        (3, ("=1", "+2")),
        (4, ("x\ny", "z")),
    ]


def test_memory_does_not_grow_with_the_rows() -> None:
    def peak(rows: int) -> int:
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
            sheet = made.add_worksheet()
            for number in range(rows):
                for column in range(8):
                    sheet.write_string(number, column, f"单元{number}号{column}")
        tracemalloc.start()
        assert sum(1 for _row in read_rows(file)) == rows
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small, large = peak(300), peak(1200)
    assert large < small * 1.5
