"""Plain text: full-width to half-width, spaces, blanks. Columns are Arrow arrays.

A column of cells is a numpy array of objects in which None stands for an empty cell.
"""

import unicodedata
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BLANK_MARKS = pa.array(
    ["", "-", "--", "—", "——", "/", "\\", "NULL", "null", "None", "N/A", "nan", "NaN"]
)
KINDS = {"string": {str}, "number": {int, float}, "instant": {datetime, date}}
EXACT = 2**53  # from here on a workbook's numbers have lost digits


def plain(header: str) -> str:
    """Return a header as it is compared: NFKC, without any white space or required mark."""
    if not unicodedata.is_normalized("NFKC", header):
        header = unicodedata.normalize("NFKC", header)
    return "".join(header.split()).strip("*").lower()


def kind_of(cells: np.ndarray) -> str:
    """Say what a column holds: empty, string, number, instant (datetimes and dates) or mixed."""
    kinds = {*map(type, cells.tolist())} - {type(None)}
    if not kinds:
        return "empty"
    of_one = [kind for kind, types in KINDS.items() if kinds <= types]
    return of_one[0] if of_one else "mixed"


def clean(array: pa.Array) -> pa.Array:
    """Return strings trimmed and NFKC-normalised, blanks and blank marks as missing."""
    if pc.all(pc.string_is_ascii(array)).as_py():  # already normal, and often all distinct
        return _trimmed(array)
    return _words(array).dictionary_decode()


def _words(array: pa.Array) -> pa.DictionaryArray:
    """As `clean`, with each distinct word looked at but once: normalising costs."""
    coded = array.dictionary_encode()
    words = _trimmed(pc.utf8_normalize(coded.dictionary, form="NFKC")).dictionary_encode()
    return pa.DictionaryArray.from_arrays(words.indices.take(coded.indices), words.dictionary)


def _trimmed(array: pa.Array) -> pa.Array:
    array = pc.utf8_trim_whitespace(array)
    blank = pc.is_in(array, BLANK_MARKS)
    if pc.any(blank).as_py():
        array = pc.if_else(blank, pa.scalar(None, pa.string()), array)
    return array


def as_text(cells: np.ndarray) -> pa.Array:
    """Return mixed workbook cells as clean text; 2549.0 becomes 2549, a date its ISO form."""
    return clean(_texts(cells))


def as_words(cells: np.ndarray) -> pa.DictionaryArray:
    """As `as_text`, for a column of few words told many times: the distinct ones and their places."""
    return _words(_texts(cells))


def _texts(cells: np.ndarray) -> pa.Array:
    kind = kind_of(cells)
    if kind == "empty":
        return pa.nulls(len(cells), pa.string())
    if kind == "number":
        numbers = cells.astype("float64")
        whole = np.abs(numbers) < EXACT
        whole[whole] = numbers[whole] % 1 == 0
        if (whole | np.isnan(numbers)).all():
            return pa.array(np.where(whole, numbers, 0).astype("int64"), mask=~whole).cast("string")
    if kind != "string":
        cells = np.array([_cell_text(cell) for cell in cells.tolist()], object)
    return pa.array(cells, pa.string())


def _cell_text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    if isinstance(cell, datetime):
        return whole_second(cell).isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def whole_second(moment: datetime) -> datetime:
    """Return a moment to the nearest second: workbooks keep fractions of a day."""
    if moment.microsecond >= 500_000 and moment.year < 9999:
        moment += timedelta(seconds=1)
    return moment.replace(microsecond=0)


def factorize(values: np.ndarray | pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return each value's number among the distinct ones, which are counted in the order of their
    first places, and those places. Missing is a value like others.
    """
    values = values.indices if isinstance(values, pa.DictionaryArray) else pa.array(values)
    coded = pc.dictionary_encode(values, null_encoding="encode")
    numbers = coded.indices.to_numpy().astype("int64")
    first = np.empty(len(coded.dictionary), "int64")
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    return numbers, first


def factorize_rows(columns: list[pa.Array]) -> tuple[np.ndarray, np.ndarray]:
    """As `factorize`, of rows: the combinations of columns of one length."""
    numbers, first = factorize(columns[0])
    for column in columns[1:]:
        more, places = factorize(column)
        numbers, first = factorize(numbers * len(places) + more)  # at each step, or it overflows
    return numbers, first


def matches(array: pa.Array, pattern: str) -> np.ndarray:
    """Tell which texts match a pattern somewhere; missing texts do not."""
    return flags(pc.match_substring_regex(array, pattern))


def flags(array: pa.Array) -> np.ndarray:
    """Return a boolean column as a mask; missing is false."""
    return pc.fill_null(array, False).to_numpy(zero_copy_only=False)


def missing(array: pa.Array) -> np.ndarray:
    """Return the mask of missing values."""
    return array.is_null().to_numpy(zero_copy_only=False)
