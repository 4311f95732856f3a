"""Plain text: full-width to half-width, spaces, blanks. Columns are Arrow arrays.

A column of cells is a numpy array of objects in which None stands for an empty cell.
"""

import unicodedata
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

BLANK_MARKS = pa.array(
    ["", "-", "--", "—", "——", "/", "\\", "NULL", "null", "None", "N/A", "nan", "NaN"]
)
EXACT = 2**53  # from here on a workbook's numbers have lost digits


def plain(header: str) -> str:
    """Return a header as it is compared: NFKC, without any white space or required mark."""
    return "".join(unicodedata.normalize("NFKC", header).split()).strip("*").lower()


def kind_of(cells: np.ndarray) -> str:
    """Say what a column holds: empty, string, number, instant or mixed."""
    kind = pd.api.types.infer_dtype(cells, skipna=True)
    if kind in ("empty", "string"):
        return kind
    if kind in ("integer", "floating", "mixed-integer-float"):
        return "number"
    return "instant" if kind in ("datetime", "date") else "mixed"


def clean(array: pa.Array) -> pa.Array:
    """Return strings trimmed and NFKC-normalised, blanks and blank marks as missing."""
    array = pc.utf8_trim_whitespace(pc.utf8_normalize(array, form="NFKC"))
    return pc.if_else(pc.is_in(array, BLANK_MARKS), pa.scalar(None, pa.string()), array)


def as_text(cells: np.ndarray) -> pa.Array:
    """Return mixed workbook cells as clean text; 2549.0 becomes 2549, a date its ISO form."""
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
        cells = [_cell_text(cell) for cell in cells]
    return clean(pa.array(cells, pa.string()))


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


def matches(array: pa.Array, pattern: str) -> np.ndarray:
    """Tell which texts match a pattern somewhere; missing texts do not."""
    return flags(pc.match_substring_regex(array, pattern))


def flags(array: pa.Array) -> np.ndarray:
    """Return a boolean column as a mask; missing is false."""
    return pc.fill_null(array, False).to_numpy(zero_copy_only=False)


def missing(array: pa.Array) -> np.ndarray:
    """Return the mask of missing values."""
    return array.is_null().to_numpy(zero_copy_only=False)
