"""Files to grids of cells: xlsx, xls, csv, tsv. Every way a file can be broken is refused by name.

Belongs here: bytes, encodings, workbook containers. What the cells mean belongs to `header` and
`values`. Hostile files are looked at before a parser sees them.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import olefile
from defusedxml import ElementTree
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from ingestion.problems import Problem, Refused

MAX_FILE_BYTES = 512 * 2**20
MAX_UNPACKED_BYTES = 2 * 2**30
MAX_RATIO = 200  # real ledgers deflate 5 to 30 times; 500,000 styled blank rows about 60
DEFLATE_LIMIT = 1032  # no deflate stream grows more than this, whatever its header claims
SHEET_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


@dataclass(frozen=True)
class Sheet:
    """One sheet as rows of cells; row i of `rows` is row `first_row + i` of the file."""

    number: int
    name: str
    rows: list[list]
    ragged: bool = False
    first_row: int = 1


def is_candidate(path: Path) -> bool:
    """Tell whether a name in landing is a delivery: no lock files, hidden or half-copied files."""
    name = path.name
    return not name.startswith((".", "~$")) and not name.lower().endswith(UNFINISHED)


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a file. Raises Refused with the reason when it cannot be read."""
    if not path.is_file() or path.is_symlink():
        raise Refused(Problem("not_a_file"))
    size = path.stat().st_size
    if size == 0:
        raise Refused(Problem("empty_file"))
    if size > MAX_FILE_BYTES:
        raise Refused(Problem("too_large"))
    with path.open("rb") as handle:
        head = handle.read(8)
    if head.startswith(b"PK"):
        check_archive(path)
        return _read_workbook(path)
    if head.startswith(olefile.MAGIC):
        check_ole(path)
        return _read_workbook(path)
    if path.suffix.lower() in (".xlsx", ".xls", ".xlsm"):
        raise Refused(Problem("truncated" if size < 512 or head[:4] == b"\0\0\0\0" else "unknown_format"))
    return [_read_text(path)]


def check_archive(path: Path) -> None:
    """Refuse a workbook whose archive is broken, or unpacks out of all proportion."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Refused(Problem("truncated")) from None
    claimed = sum(e.file_size for e in entries)
    packed = sum(e.compress_size for e in entries)
    if claimed > MAX_UNPACKED_BYTES or (claimed > 2**26 and claimed > MAX_RATIO * max(packed, 1)):
        raise Refused(Problem("zip_bomb"))
    if packed * DEFLATE_LIMIT > MAX_UNPACKED_BYTES:
        _count_unpacked(path, entries)
    names = {e.filename for e in entries}
    if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
        raise Refused(Problem("unknown_format"))


def _count_unpacked(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Unpack by counting only: sizes in an archive's directory are claims."""
    total = 0
    with zipfile.ZipFile(path) as archive:
        for entry in entries:
            claimed, entry.file_size = entry.file_size, MAX_UNPACKED_BYTES + 1
            try:
                with archive.open(entry) as stream:
                    while block := stream.read(2**20):
                        total += len(block)
                        if total > MAX_UNPACKED_BYTES:
                            raise Refused(Problem("zip_bomb"))
            except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError):
                if entry.flag_bits & 1:
                    raise Refused(Problem("encrypted")) from None
                raise Refused(Problem("truncated")) from None
            finally:
                entry.file_size = claimed


def check_ole(path: Path) -> None:
    """Tell an encrypted workbook and other OLE documents from an old .xls workbook."""
    try:
        with olefile.OleFileIO(path) as container:
            streams = {"/".join(parts) for parts in container.listdir()}
    except (OSError, IndexError, ValueError, TypeError):
        raise Refused(Problem("truncated")) from None
    if "EncryptedPackage" in streams:
        raise Refused(Problem("encrypted"))
    if not streams & {"Workbook", "Book"}:
        raise Refused(Problem("unknown_format"))


def _read_workbook(path: Path) -> list[Sheet]:
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            return [
                Sheet(i, name, workbook.get_sheet_by_index(i - 1).to_python(skip_empty_area=False))
                for i, name in enumerate(workbook.sheet_names, start=1)
            ]
    except PasswordError:
        raise Refused(Problem("encrypted")) from None
    except (zipfile.BadZipFile, EOFError):
        raise Refused(Problem("truncated")) from None
    except (CalamineError, OSError, ValueError, OverflowError):
        raise Refused(Problem("unreadable")) from None


def decode(raw: bytes) -> str:
    """Decode a text ledger strictly: UTF-8 or UTF-16 by its mark, UTF-8, else GB18030."""
    marks = [(b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")]
    marked = [encoding for mark, encoding in marks if raw.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(Problem("wrong_encoding"))


def _read_text(path: Path) -> Sheet:
    text = decode(path.read_bytes())
    if not text.strip():
        raise Refused(Problem("empty_file"))
    sample = text[:20_000]
    separators = "\t" if path.suffix.lower() == ".tsv" else ",\t;|"
    separator = max(separators, key=sample.count)
    csv.field_size_limit(2**24)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        raise Refused(Problem("unreadable")) from None
    return Sheet(1, path.name, rows, ragged=True)


def columns_with_uncached_formulas(path: Path, sheet_number: int) -> set[int]:
    """Return the columns (from 1) of an xlsx sheet that hold formulas without a cached value.

    Looked at only when a required column came out empty: it parses the sheet's XML a second time.
    """
    if not zipfile.is_zipfile(path):
        return set()
    with zipfile.ZipFile(path) as archive:
        parts = sorted(
            (n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)),
            key=lambda n: int(re.search(r"\d+", n.rsplit("/", 1)[1]).group()),
        )
        if sheet_number > len(parts):
            return set()
        found = set()
        with archive.open(parts[sheet_number - 1]) as stream:
            for _, cell in ElementTree.iterparse(stream):
                if cell.tag == SHEET_NS + "c":
                    value = cell.find(SHEET_NS + "v")
                    if cell.find(SHEET_NS + "f") is not None and (value is None or not value.text):
                        found.add(_column_number(cell.get("r", "A1")))
                elif cell.tag == SHEET_NS + "row":
                    cell.clear()
    return found


def _column_number(reference: str) -> int:
    number = 0
    for letter in re.match(r"[A-Z]+", reference).group():
        number = number * 26 + ord(letter) - 64
    return number
