"""Which offices send ledgers, how often, in what form, and when the drops arrive."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from samples.headers import REGISTER

# One arrival a month, on the 2nd to the 5th, telling what was known at the end of the month before.
MONTHLY_STEPS = (
    "20250503T093000", "20250604T101500", "20250702T160000", "20250805T090500",
    "20250903T143000", "20251005T111000", "20251104T083000", "20251203T172000",
    "20260105T094500", "20260203T100000", "20260304T151500", "20260403T092000",
)  # fmt: skip
FIRST_MID_STEP = "20250917T152000"
SECOND_MID_STEP = "20260116T100500"
STEPS = tuple(sorted((*MONTHLY_STEPS, FIRST_MID_STEP, SECOND_MID_STEP)))

START = date(2025, 4, 1)
AS_OF = datetime(2026, 3, 31, 23, 59, 59)


def month_start(index: int) -> datetime:
    """The first instant of the index-th month of the sample year."""
    ahead = START.month - 1 + index
    return datetime(START.year + ahead // 12, ahead % 12 + 1, 1)


def month_end(index: int) -> datetime:
    """The last second of the index-th month of the sample year."""
    return month_start(index + 1) - timedelta(seconds=1)


def month_label(index: int) -> str:
    """The month as file names write it."""
    return month_start(index).strftime("%Y%m")


@dataclass(frozen=True)
class Sender:
    """One office's habits.

    every: months a delivery covers. book: one workbook with a sheet a ledger. retells: each
    delivery tells all rows so far, not only the new and changed ones. styles: how instants are
    written; `cn` and `compact` lose the time of day.
    """

    org: str
    habit: str
    every: int = 1
    book: bool = True
    suffix: str = "xlsx"
    encoding: str = "utf-8"
    retells: bool = False
    styles: tuple[str, ...] = ("excel",)
    names: str = "full"
    places: str = "code"
    other_labels: bool = False
    title_rows: int = 0
    total_row: bool = False
    blank_rows: int = 0
    notes_sheet: bool = False
    untidy: bool = False
    watches_persons: bool = False

    @property
    def names_register(self) -> bool:
        """Whether its ledgers say which office registered the item."""
        return any(field == "register_org_code" for _, field in REGISTER[self.habit])


SENDERS = {
    s.org: s
    for s in (
        Sender("central-joint", "full", every=3, title_rows=1),
        Sender("980000-xf", "full", styles=("iso",), notes_sheet=True),
        Sender("980100-xf", "full", title_rows=2, total_row=True, blank_rows=4),
        Sender("980200-xf", "county", every=3, book=False, styles=("slash",), other_labels=True),
        Sender("980300-xf", "full", every=2, styles=("serial",), places="name", title_rows=1),
        Sender("980101-xf", "full", retells=True, names="short", total_row=True, title_rows=1),
        Sender("980102-xf", "grouped", every=2, styles=("slash",), names="short", title_rows=1,
               other_labels=True, blank_rows=6, places="path"),
        Sender("980103-xf", "plain", every=3, book=False, suffix="csv", encoding="utf-8-sig",
               styles=("iso",), names="short"),
        Sender("980201-xf", "county", every=3, book=False, suffix="csv", encoding="gb18030",
               styles=("cn",), names="short", places="name", untidy=True, title_rows=1),
        Sender("980202-xf", "full", retells=True, styles=("serial",), notes_sheet=True,
               watches_persons=True, other_labels=True),
        Sender("980203-xf", "plain", every=3, book=False, suffix="tsv", styles=("compact",),
               places="path", total_row=True),
        Sender("980301-xf", "county", every=2, styles=("excel", "slash", "iso", "cn"), untidy=True,
               names="short", title_rows=2, total_row=True, blank_rows=3, other_labels=True),
        Sender("980302-xf", "full", every=3, book=False, suffix="csv", styles=("slash",),
               names="short"),
        Sender("980303-xf", "plain", styles=("iso",), names="short", places="name"),
        Sender("980101-zj", "full", every=3, styles=("slash",), places="name"),
        Sender("980102001-gov", "township", every=3, styles=("cn",), title_rows=1, places="name"),
        Sender("980202001-gov", "township", every=3, book=False, suffix="csv", styles=("iso",),
               total_row=True, places="name"),
    )
}  # fmt: skip
