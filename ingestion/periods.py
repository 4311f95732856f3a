"""The month that a delivery says it is for: told in a title, in a nil row, or in the sheet's name.

Only the month leaves this module; titles and names do not. Several months tell no one month: null.
"""

import re
from collections.abc import Iterable

MONTH = (
    r"(?<!\d)(?:(?P<y1>20\d\d)\s*年\s*(?P<m1>1[0-2]|0?[1-9])\s*月(?!\s*\d{1,2}\s*日)"
    r"|(?P<y2>20\d\d)[-/.](?P<m2>1[0-2]|0[1-9])(?![-/.]?\d)"
    r"|(?P<y3>20\d\d)(?P<m3>1[0-2]|0[1-9])(?!\d))"
)
FOUND = re.compile(MONTH)
YEARS, MONTHS = ("y1", "y2", "y3"), ("m1", "m2", "m3")  # the three spellings of MONTH
# 2026年1-3月, 2026年1月至3月: a stretch of months
STRETCH = re.compile(r"月?\s*(?:份\s*)?[-—–~～至到]\s*(?:20\d\d\s*年)?\s*\d{1,2}\s*月")
NIL = re.compile(
    r"\s*(?:[^\d\s]{0,12}?" + re.sub(r"\?P<\w+>", "", MONTH) + r"\s*份?[\s，,：:]*)?"
    r"(?:本?月\s*)?零\s*报\s*告?\s*(?:[(（：:，,]?\s*" + re.sub(r"\?P<\w+>", "", MONTH)
    + r"\s*份?\s*[)）]?)?\s*[。.]?\s*"
)  # fmt: skip


def is_nil_row(first: str, cells: Iterable) -> bool:
    """Tell whether a row says 零报: in its first filled cell, or in the one after the month."""
    if NIL.fullmatch(first):
        return True
    if not FOUND.fullmatch(first.strip().removesuffix("份")):
        return False
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    return len(texts) > 1 and NIL.fullmatch(texts[1]) is not None


def declared_month(sources: Iterable[Iterable[str]]) -> str | None:
    """Return the first day (ISO) of the one month that the first telling source tells, else None."""
    for texts in sources:
        told = [text for text in texts if FOUND.search(text) or STRETCH.search(text)]
        if told:
            months = {_first_day(match) for text in told for match in FOUND.finditer(text)}
            stretched = any(STRETCH.search(text) for text in told)
            return months.pop() if len(months) == 1 and not stretched else None
    return None


def _first_day(match: re.Match) -> str:
    year, month = (next(v for v in match.group(*names) if v) for names in (YEARS, MONTHS))
    return f"{year}-{int(month):02d}-01"
