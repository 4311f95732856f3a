"""Files to grids of cells: xlsx, xls, csv, tsv. Every way a file can be broken is refused by name.

Belongs here: bytes, encodings, workbook containers. What the cells mean belongs to `header` and
`values`. Hostile files are looked at before a parser sees them.
"""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import olefile
from python_calamine import CalamineError, PasswordError

from ingestion.archive import check_archive, check_ole
from ingestion.oldbook import Sheets, sheets_apart, sheets_of
from ingestion.problems import Problem, Refused

MAX_FILE_BYTES = 512 * 2**20
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
        return _read_workbook(path, sheets_of)
    if head.startswith(olefile.MAGIC):
        check_ole(path)
        return _read_workbook(path, sheets_apart)
    if path.suffix.lower() in (".xlsx", ".xls", ".xlsm"):
        raise Refused(
            Problem("truncated" if size < 512 or head[:4] == b"\0\0\0\0" else "unknown_format")
        )
    return [_read_text(path)]


def _read_workbook(path: Path, sheets_of: Callable[[Path], Sheets]) -> list[Sheet]:
    try:
        return [Sheet(*found) for found in sheets_of(path)]
    except PasswordError:
        raise Refused(Problem("encrypted")) from None
    except (zipfile.BadZipFile, EOFError):
        raise Refused(Problem("truncated")) from None
    except (CalamineError, OSError, ValueError, OverflowError):
        raise Refused(Problem("unreadable")) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the parser's own assertion; no Exception
            raise Refused(Problem("unreadable")) from None
        raise


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
