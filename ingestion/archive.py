"""Workbook containers, looked at before a parser sees them: sizes, locks, far cells, formulas.

Everything a file says about itself is a claim: entries are unpacked by counting, as a stream.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import olefile
from defusedxml import ElementTree

from ingestion.problems import Problem, Refused

MAX_UNPACKED_BYTES = 2 * 2**30
SMALL_BYTES = 2**26  # whatever unpacks to no more than this is not worth a second look
MAX_RATIO = 200  # real ledgers deflate 5 to 30 times; 500,000 styled blank rows about 60
MAX_CELLS = 40_000_000  # rows times columns that a parser would lay out: 1,000,000 rows of 40
BLOCK = 2**20
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
WORKBOOK = "xl/workbook.xml"
CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^>]*(?<!/)>""")
WIDE_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{2,3})\d{1,7}["'][^>]*(?<!/)>""")
WIDE_PLACE = re.compile(rb"""["'][A-Z]{2,3}\d""")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


def check_archive(path: Path) -> None:
    """Refuse a workbook whose archive is broken, locked, or unpacks out of all proportion."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries, packed, total = archive.infolist(), path.stat().st_size, 0
            _check_claims(packed, entries)
            for entry in entries:
                entry.file_size = MAX_UNPACKED_BYTES + 1  # read what is there, not what is claimed
                extent = _Extent() if entry.filename.startswith("xl/worksheets/") else None
                for block in _blocks(archive, entry):
                    total += len(block)
                    _check_total(total, packed)
                    if extent:
                        extent.add(block)
    except BROKEN:
        raise Refused(Problem("truncated")) from None


def _check_claims(packed: int, entries: list[zipfile.ZipInfo]) -> None:
    if any(e.flag_bits & 1 for e in entries):
        raise Refused(Problem("encrypted"))
    _check_total(sum(e.file_size for e in entries), packed)
    kinds = {e.compress_type for e in entries}
    names = {e.filename for e in entries}
    if WORKBOOK not in names or kinds - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused(Problem("unknown_format"))


def _check_total(unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED_BYTES or unpacked > max(SMALL_BYTES, MAX_RATIO * packed):
        raise Refused(Problem("zip_bomb"))


def _blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while block := stream.read(BLOCK):
            yield block


class _Extent:
    """How far the filled cells of a sheet reach: two cells at two corners lay out all between."""

    def __init__(self) -> None:
        self.rest = b""
        self.rows, self.columns = 0, 26

    def add(self, block: bytes) -> None:
        text = self.rest + block
        cut = text.rfind(b"<")
        text, self.rest = text[:cut], text[cut:]
        last = max(text.rfind(b"/v>"), text.rfind(b"/is>"))
        cells = CELL.findall(text, max(0, last - 10_000), max(0, last))
        if cells:
            columns, rows = zip(*cells, strict=True)
            self._reach(max({*columns}, key=lambda c: (len(c), c)), max(map(int, rows)))
        if _is_wide(text):  # rare, and quicker seen than the cells are found
            for column in set(WIDE_CELL.findall(text)):
                self._reach(column, 0)

    def _reach(self, column: bytes, row: int) -> None:
        self.rows = max(self.rows, row)
        self.columns = max(self.columns, column_number(column.decode()))
        if self.rows * self.columns > MAX_CELLS:
            raise Refused(Problem("too_wide"))


def _is_wide(text: bytes) -> bool:
    """Tell whether a place beyond column Z is named anywhere, as in r="AA1"."""
    codes = np.frombuffer(text, np.uint8)
    capital = (codes - ord("A")) < 26  # unsigned: what is smaller than A wraps round
    pairs = np.flatnonzero(capital[1:-1] & capital[2:])  # from the byte before two capitals
    return any(WIDE_PLACE.match(text, place) for place in pairs.tolist())


def check_ole(path: Path) -> None:
    """Tell an encrypted workbook and other OLE documents from an old .xls workbook."""
    try:
        with olefile.OleFileIO(path) as container:
            streams = {"/".join(parts) for parts in container.listdir()}
    except Exception:  # olefile lets many kinds of error out of a damaged file
        raise Refused(Problem("truncated")) from None
    if "EncryptedPackage" in streams:
        raise Refused(Problem("encrypted"))
    if not streams & {"Workbook", "Book"}:
        raise Refused(Problem("unknown_format"))


def columns_with_uncached_formulas(path: Path, sheet_number: int) -> dict[int, bool]:
    """Return the columns (from 1) of an xlsx sheet that hold formulas without a value; true when
    one was never calculated, false when all came to an empty text.

    Looked at only when a column came out empty: it reads the sheet's XML a second time.
    """
    if not zipfile.is_zipfile(path):
        return {}
    found: dict[int, bool] = {}
    with zipfile.ZipFile(path) as archive:
        part = _sheet_part(archive, sheet_number)
        if part is None or not _has_formulas(archive, part):
            return {}
        with archive.open(part) as stream:
            for _, cell in ElementTree.iterparse(stream):
                if cell.tag == MAIN + "row":
                    cell.clear()
                elif cell.tag == MAIN + "c" and cell.find(MAIN + "f") is not None:
                    value = cell.find(MAIN + "v")
                    if value is None or not value.text:
                        column = column_number(cell.get("r", "A1").rstrip("0123456789"))
                        never = value is None or cell.get("t") != "str"
                        found[column] = found.get(column, False) or never
    return found


def _has_formulas(archive: zipfile.ZipFile, part: str) -> bool:
    tail = b""
    for block in _blocks(archive, archive.getinfo(part)):
        if re.search(rb"<(?:\w+:)?f[\s/>]", tail + block):
            return True
        tail = block[-20:]
    return False


def _sheet_part(archive: zipfile.ZipFile, sheet_number: int) -> str | None:
    """Return the part of the sheet that stands at a place in the workbook's own order."""
    names = set(archive.namelist())
    if not {WORKBOOK, "xl/_rels/workbook.xml.rels"} <= names:
        return None
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    sheets = ElementTree.fromstring(archive.read(WORKBOOK)).findall(f"{MAIN}sheets/{MAIN}sheet")
    if sheet_number > len(sheets):
        return None
    target = targets.get(sheets[sheet_number - 1].get(RELATION), "")
    part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return part if part in names else None


def column_number(letters: str) -> int:
    """Return the number of a column by its letters: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
