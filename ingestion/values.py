"""Cells to typed values, a column at a time. Each parser returns (values, bad): what was read and
which non-blank cells could not be. Nothing here loops over cells on the good path.
"""

import re

import numpy as np
import pandas as pd

from ingestion.contract import Field
from ingestion.text import as_text

EXCEL_EPOCH = pd.Timestamp("1899-12-30")
SERIAL_RANGE = (20_000, 80_000)  # 1954..2119: serial numbers cannot be mistaken for yyyymmdd
FORMATS = ["%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y%m%d", "%Y%m%d%H%M%S"]
TRUE_WORDS = ["1", "是", "true", "yes", "y", "√", "有", "✓"]
FALSE_WORDS = ["0", "否", "false", "no", "n", "×", "无", "x"]
EARLIEST, LATEST = pd.Timestamp("1949-10-01"), pd.Timestamp("2099-12-31 23:59:59")

Parsed = tuple[pd.Series, pd.Series]


def parse(values: pd.Series, field: Field) -> Parsed:
    """Read a column as the contract's logical type; see the module for what is returned."""
    if field.type in ("timestamp", "date"):
        return parse_instant(values, field.type)
    text = as_text(values)
    if field.enum:
        return _lookup(text, field.words)
    if field.type in ("integer", "number"):
        return _number(text, field)
    if field.type == "boolean":
        return _boolean(text, field.words)
    return _string(text, field)


def parse_instant(values: pd.Series, kind: str) -> Parsed:
    """Read dates: real cells, serial numbers, and text in every pattern seen in ledgers."""
    inferred = pd.api.types.infer_dtype(values, skipna=True)
    if inferred in ("datetime", "date", "datetime64"):
        found = pd.to_datetime(values, errors="coerce").astype("datetime64[us]")
        return _in_range(found, values.notna(), kind)
    text = as_text(values)
    found = pd.Series(pd.NaT, index=values.index, dtype="datetime64[us]")
    serial = pd.to_numeric(text, errors="coerce")
    is_serial = serial.between(*SERIAL_RANGE)
    if is_serial.any():
        seconds = (serial[is_serial] * 86_400).round()
        found[is_serial] = EXCEL_EPOCH + pd.to_timedelta(seconds, unit="s")
    _try_formats(found, text.str.replace("-", "/", regex=False))
    if (found.isna() & text.notna()).any():
        _try_formats(found, _tidy(text))
    return _in_range(found, text.notna(), kind)


def _tidy(text: pd.Series) -> pd.Series:
    """Turn 2019年1月8日 9时32分, 2019.1.8 and 2019-01-08T09:32:33 into 2019/1/8 9:32:33."""
    return (
        text.str.replace(r"(?<=\d)[年月.-](?=\d)", "/", regex=True)
        .str.replace(r"日|Z$", " ", regex=True)
        .str.replace(r"(?<=\d)[时点分](?=\d)", ":", regex=True)
        .str.replace(r"(?<=\d)T(?=\d)", " ", regex=True)
        .str.replace(r"[时点]\s*$", ":00", regex=True)
        .str.replace(r"[分秒]\s*$|(?<=:\d\d)\.\d+$", "", regex=True)
        .str.replace(r"\s+", " ", regex=True)
        .str.strip()
    )


def _try_formats(found: pd.Series, text: pd.Series) -> None:
    for pattern in FORMATS:
        rest = found.isna() & text.notna()
        if not rest.any():
            return
        found[rest] = pd.to_datetime(text[rest], format=pattern, errors="coerce")


def _in_range(found: pd.Series, present: pd.Series, kind: str) -> Parsed:
    found = found.where(found.between(EARLIEST, LATEST))
    if kind == "date":
        found = found.dt.normalize()
    return found, present & found.isna()


def _lookup(text: pd.Series, words: dict[str, str]) -> Parsed:
    """Map words to codes; an unknown word is not an error, it is unmapped."""
    known = _squeeze(text).map(words)
    return known.astype("str"), text.notna() & known.isna()


def _boolean(text: pd.Series, words: dict[str, str]) -> Parsed:
    meaning = dict.fromkeys(TRUE_WORDS, "true") | dict.fromkeys(FALSE_WORDS, "false") | words
    known, bad = _lookup(text, meaning)
    return (known == "true").where(known.notna()).astype("boolean"), bad


def _number(text: pd.Series, field: Field) -> Parsed:
    number = pd.to_numeric(text, errors="coerce")
    number = number.where(np.isfinite(number))
    if field.type == "integer":
        number = number.where(number % 1 == 0)
    if field.minimum is not None:
        number = number.where(number >= field.minimum)
    if field.maximum is not None:
        number = number.where(number <= field.maximum)
    bad = text.notna() & number.isna()
    return number.astype("Int64" if field.type == "integer" else "float64"), bad


def _string(text: pd.Series, field: Field) -> Parsed:
    if field.pattern is None:
        return text, pd.Series(False, index=text.index)
    bad = text.notna() & ~text.str.fullmatch(field.pattern).fillna(False).astype(bool)
    return text.mask(bad), bad


def _squeeze(text: pd.Series) -> pd.Series:
    return text.str.replace(r"\s+", "", regex=True).str.lower()


def suspected_identity(text: pd.Series) -> pd.Series:
    """Tell which codes look like a mobile number or a resident identity number (GB 11643)."""
    mobile = text.str.fullmatch(r"(?:\+?86)?1[3-9]\d{9}").fillna(False).astype(bool)
    shaped = text.str.fullmatch(r"\d{6}(?:19|20)\d{9}[\dXx]").fillna(False).astype(bool)
    if shaped.any():
        shaped[shaped] = _identity_checksum(text[shaped])
    return mobile | shaped


def _identity_checksum(text: pd.Series) -> np.ndarray:
    digits = np.array([list(t[:17]) for t in text], dtype=int)
    weights = [pow(2, 17 - i, 11) for i in range(17)]
    return np.array(list("10X98765432"))[digits @ weights % 11] == text.str[-1].str.upper()


def value_class(value: object) -> str:
    """Say what kind of thing a refused cell holds, never what it says."""
    if value is None or value != value or not str(value).strip():
        return "空"
    if hasattr(value, "isoformat"):
        return "日期"
    text = str(value).strip()
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
        return f"{len(text)}位数字"
    if re.search(r"\d", text) and re.search(r"[-/年.:]", text):
        return "像日期的文本"
    return f"{len(text)}字文本"
