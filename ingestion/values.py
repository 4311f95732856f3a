"""Cells to typed values, a column at a time. Each parser returns (values, bad): an Arrow array of
what was read, and the mask of cells that hold something which could not be read.

Nothing here loops over cells on the good path.
"""

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.fields import Field
from ingestion.text import as_text, as_words, flags, kind_of, matches, missing

EXCEL_EPOCH = np.datetime64("1899-12-30", "s")
SERIAL_RANGE = (20_000, 80_000)  # 1954..2119: serial numbers cannot be mistaken for yyyymmdd
EARLIEST, LATEST = np.datetime64("1949-10-01", "s"), np.datetime64("2099-12-31T23:59:59", "s")
BEIJING_MINUTES = 480
CLOCK = (
    r"(?:[T\s]*(?P<hour>\d{1,2})[:时点](?:(?P<minute>\d{1,2})(?:[:分](?:(?P<second>\d{1,2})"
    r"(?:\.\d+)?秒?)?)?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
DATED = r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
COMPACT = r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
PATTERNS = [
    f"^{DATED}{CLOCK}$",
    f"^{COMPACT}{CLOCK}$",
    f"^{COMPACT}(?P<hour>\\d{{2}})(?P<minute>\\d{{2}})(?P<second>\\d{{2}})(?P<zone>)$",
]
NUMBER = r"^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?$"
TRUE_WORDS = ["1", "是", "true", "yes", "y", "√", "有", "✓"]
FALSE_WORDS = ["0", "否", "false", "no", "n", "×", "无", "x"]
# a number of its own or among other characters, never a part of a longer run of digits
MOBILE = r"(?:^|\D)(?:\+?86[- ]?)?1[3-9]\d(?:\d{8}|-\d{4}-\d{4}| \d{4} \d{4})(?:\D|$)"
BORN = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
ONE_MOBILE = re.compile(MOBILE, re.ASCII)
ONE_RESIDENT = re.compile(rf"(?<!\d)(\d{{6}}{BORN}\d{{3}})([Xx]|\d(?!\d))", re.ASCII)
SUSPECT = re.compile(  # each of both holds one of these, which are quick to look for
    r"1[3-9]\d(?:\d{8}|[- ]\d{4})|19(?<=\d{8})\d\d[01]\d{6}|20(?<=\d{8})\d\d[01]\d{6}", re.ASCII
)

Parsed = tuple[pa.Array, np.ndarray]


def parse(cells: np.ndarray, field: Field) -> Parsed:
    """Read a column as the contract's logical type; see the module for what is returned."""
    if field.type in ("timestamp", "date"):
        return parse_instant(cells, field.type)
    if field.type in ("integer", "number") and not field.enum:
        return _number(cells, field)
    if field.enum:
        return _lookup(as_words(cells), field.words)
    if field.type == "boolean":
        return _boolean(as_words(cells), field.words)
    return _string(as_text(cells), field)


def parse_instant(cells: np.ndarray, kind: str) -> Parsed:
    """Read dates: real cells, serial numbers, and text in every pattern seen in ledgers.

    A time with a zone (ISO `Z`, `+00:00`) becomes Beijing wall time; others are that already.
    """
    if kind_of(cells) == "instant":
        present = there(cells)
        return _in_range(_instants(cells, present), present, kind)
    text = as_text(cells)
    found = np.full(len(cells), np.datetime64("NaT"), "datetime64[s]")
    for pattern in PATTERNS:
        rest = np.isnat(found) & ~missing(text)
        if not rest.any():
            break
        _read_pattern(found, text, pattern)
    rest = np.isnat(found) & matches(text, NUMBER)
    if rest.any():
        _read_serials(found, text, rest)
    return _in_range(found, ~missing(text), kind)


def _instants(cells: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Return datetimes or dates to the nearest second."""
    moments = cells[present].tolist()
    if {*map(type, moments)} != {datetime}:  # a workbook's midnight is read as a date
        moments = [
            m if isinstance(m, datetime) else datetime(m.year, m.month, m.day) for m in moments
        ]
    microseconds = pa.array(moments, pa.timestamp("us")).to_numpy().astype("int64")
    found = np.full(len(cells), np.datetime64("NaT"), "datetime64[s]")
    found[present] = ((microseconds + 500_000) // 1_000_000).astype("datetime64[s]")
    return found


def there(cells: np.ndarray) -> np.ndarray:
    """Return the mask of cells that hold something."""
    return np.not_equal(cells, None).astype(bool)


def _read_serials(found: np.ndarray, text: pa.Array, rest: np.ndarray) -> None:
    days = pc.cast(pc.filter(text, pa.array(rest)), pa.float64()).to_numpy(zero_copy_only=False)
    usable = (days >= SERIAL_RANGE[0]) & (days <= SERIAL_RANGE[1])
    seconds = np.where(usable, days * 86_400, 0).round().astype("int64")
    instants = EXCEL_EPOCH + seconds.astype("timedelta64[s]")
    found[rest] = np.where(usable, instants, np.datetime64("NaT", "s"))


def _read_pattern(found: np.ndarray, text: pa.Array, pattern: str) -> None:
    """Fill in what one pattern reads; a day that the month does not have is not read."""
    parts = pc.extract_regex(text, pattern)
    hit = np.isnat(found) & ~missing(parts)
    if not hit.any():
        return
    parts = pc.filter(parts, pa.array(hit))
    year, month, day, hour, minute, second = (
        _integers(pc.struct_field(parts, name))
        for name in ("year", "month", "day", "hour", "minute", "second")
    )
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    real = (month >= 1) & (month <= 12) & (days.astype("datetime64[M]") == months)
    real &= (day >= 1) & (hour < 24) & (minute < 60) & (second < 60)
    seconds = hour * 3600 + minute * 60 + second + _to_beijing(pc.struct_field(parts, "zone"))
    instants = days.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
    found[hit] = np.where(real, instants, np.datetime64("NaT", "s"))


def _integers(digits: pa.Array) -> np.ndarray:
    """Read groups of digits; a group that did not take part counts as 0."""
    return pc.cast(pc.if_else(pc.equal(digits, ""), "0", digits), pa.int64()).to_numpy()


def _to_beijing(zones: pa.Array) -> np.ndarray:
    if not pc.any(pc.not_equal(zones, "")).as_py():
        return np.zeros(len(zones), "int64")
    return np.array([_shift(zone) for zone in zones.to_pylist()], "int64")


def _shift(zone: str) -> int:
    if not zone:
        return 0
    digits = zone.replace(":", "")
    minutes = 0 if zone == "Z" else int(digits[1:3]) * 60 + int(digits[3:5])
    return (BEIJING_MINUTES - (-minutes if zone[0] == "-" else minutes)) * 60


def _in_range(found: np.ndarray, present: np.ndarray, kind: str) -> Parsed:
    with np.errstate(invalid="ignore"):
        real = (found >= EARLIEST) & (found <= LATEST)
    unit = "D" if kind == "date" else "us"
    safe = np.where(real, found, EARLIEST).astype(f"datetime64[{unit}]")
    return pa.array(safe, mask=~real), present & ~real


def _lookup(text: pa.DictionaryArray, words: dict[str, str]) -> Parsed:
    """Map words to codes; an unknown word is not an error, it is unmapped."""
    codes = [words.get("".join(word.split()).lower()) for word in text.dictionary.to_pylist()]
    known = pa.array(codes, pa.string()).take(text.indices)
    return known, ~missing(text) & missing(known)


def _boolean(text: pa.DictionaryArray, words: dict[str, str]) -> Parsed:
    meaning = dict.fromkeys(TRUE_WORDS, "true") | dict.fromkeys(FALSE_WORDS, "false") | words
    known, bad = _lookup(text, meaning)
    return pc.equal(known, "true"), bad


def _number(cells: np.ndarray, field: Field) -> Parsed:
    if kind_of(cells) == "number":
        number, present = cells.astype("float64"), there(cells)
    else:
        text = as_text(cells)
        digits = pc.if_else(matches(text, NUMBER), text, pa.scalar(None, pa.string()))
        number = pc.cast(digits, pa.float64()).to_numpy(zero_copy_only=False)
        present = ~missing(text)
    good = np.isfinite(number)
    number = np.where(good, number, 0)
    if field.type == "integer":
        good &= (number % 1 == 0) & (np.abs(number) < 2**53)
        number = np.where(good, number, 0).astype("int64")
    if field.minimum is not None:
        good &= number >= field.minimum
    if field.maximum is not None:
        good &= number <= field.maximum
    return pa.array(number, mask=~good), present & ~good


def _string(text: pa.Array, field: Field) -> Parsed:
    if field.pattern is None:
        return text, np.zeros(len(text), bool)
    bad = ~missing(text) & ~matches(text, f"^(?:{field.pattern})$")
    if not bad.any():
        return text, bad
    return pc.if_else(pa.array(bad), pa.scalar(None, pa.string()), text), bad


def is_ticked(cells: np.ndarray) -> np.ndarray:
    """Tell which cells of a tick column are ticked."""
    return flags(pc.is_in(pc.utf8_lower(as_text(cells)), pa.array(TRUE_WORDS)))


def suspected_identity(cells: Sequence[str | None]) -> np.ndarray:
    """Tell which codes are or hold what looks like a mobile number or a resident identity number
    (GB 11643, with its checksum).
    """
    if not SUSPECT.search("\n".join(filter(None, cells))):
        return np.zeros(len(cells), bool)
    return np.array([cell is not None and _holds_number(cell) for cell in cells], bool)


def _holds_number(cell: str) -> bool:
    if not SUSPECT.search(cell):
        return False
    numbers = ONE_RESIDENT.findall(cell)
    return any(map(_passes_checksum, numbers)) or ONE_MOBILE.search(cell) is not None


def _passes_checksum(number: tuple[str, str]) -> bool:
    digits, last = number
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(digits))
    return "10X98765432"[total % 11] == last.upper()


def value_class(value: object) -> str:
    """Say what kind of thing a refused cell holds, never what it says."""
    if value is None or not str(value).strip():
        return "空"
    if hasattr(value, "isoformat"):
        return "日期"
    text = str(value).strip()
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
        return f"{len(text)}位数字"
    if re.search(r"\d", text) and re.search(r"[-/年.:]", text):
        return "像日期的文本"
    return f"{len(text)}字文本"
