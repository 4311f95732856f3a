"""Plain text: full-width to half-width, spaces, blanks. Vectorised over Arrow strings."""

import unicodedata

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

BLANK_MARKS = ["", "-", "--", "—", "——", "/", "\\", "NULL", "null", "None", "N/A", "nan", "NaN"]


def plain(header: str) -> str:
    """Return a header as it is compared: NFKC, without any white space or required mark."""
    return "".join(unicodedata.normalize("NFKC", header).split()).strip("*").lower()


def clean(values: pd.Series) -> pd.Series:
    """Return strings trimmed and NFKC-normalised, blanks and blank marks as missing."""
    array = pa.array(values, type=pa.string(), from_pandas=True)
    array = pc.utf8_trim_whitespace(pc.utf8_normalize(array, form="NFKC"))
    array = pc.if_else(pc.is_in(array, pa.array(BLANK_MARKS)), None, array)
    return array.to_pandas().astype("str").set_axis(values.index)


def as_text(values: pd.Series) -> pd.Series:
    """Return mixed workbook cells as clean text; 2549.0 becomes 2549, a date its ISO form."""
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind in ("string", "empty"):
        return clean(values)
    if kind in ("integer", "floating", "mixed-integer-float"):
        numbers = pd.to_numeric(values)
        whole = numbers.notna() & (numbers % 1 == 0)
        texts = numbers.where(whole, 0).astype("int64").astype("str")
        return texts.where(whole, numbers.astype("str")).where(numbers.notna()).astype("str")
    codes, uniques = pd.factorize(values, use_na_sentinel=True)
    texts = pd.Series([_cell_text(u) for u in uniques], dtype="str")
    return clean(texts.reindex(codes).set_axis(values.index))


def _cell_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return value.isoformat(sep=" ") if hasattr(value, "hour") else value.isoformat()
    return str(value)
