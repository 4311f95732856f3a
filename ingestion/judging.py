"""Why rows cannot be loaded: reasons by row and column, as problems and as a quarantine table.

Only places and kinds of value leave this module, never a value.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ingestion import values
from ingestion.fields import Field
from ingestion.header import Match
from ingestion.problems import Problem
from ingestion.reading import Sheet

SHOWN_PER_FIELD = 200  # problems listed per field and reason; the rest is in the quarantine
QUARANTINE = pa.schema(
    [
        ("sheet_no", pa.int32()),
        ("row_no", pa.int32()),
        ("column_no", pa.int32()),
        ("field", pa.string()),
        ("reason_code", pa.string()),
        ("value_class", pa.string()),
    ]
)


@dataclass
class Judge:
    """Collects, for the data rows of a sheet, every reason for which a row cannot be loaded."""

    sheet: Sheet
    match: Match
    grid: np.ndarray
    row_no: np.ndarray
    marks: list[tuple[str, np.ndarray, Field | None]] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.grid), bool)
        self.unmapped = np.zeros(len(self.grid), bool)

    def mark(self, code: str, mask: np.ndarray, field: Field | None) -> None:
        """Note that the rows of a mask have one thing wrong with one field."""
        if not mask.any():
            return
        self.marks.append((code, mask, field))
        if code == "unmapped":
            self.unmapped |= mask
        else:
            self.bad |= mask

    def marked(self, field: Field) -> np.ndarray:
        """Return the rows that already have something wrong with a field."""
        masks = [mask for _, mask, marked in self.marks if marked is field]
        return np.logical_or.reduce(masks) if masks else np.zeros(len(self.grid), bool)

    def places(self, field: Field) -> list[int]:
        """Return the columns (from 0) that a field is read from."""
        if field.name in self.match.columns:
            return [self.match.columns[field.name]]
        return self.match.parts.get(field.name) or [*self.match.one_hot.get(field.name, ())]

    def quarantine(self) -> pa.Table:
        """Return one row per refused row and reason: place, column, reason, kind of value."""
        records = [
            self._record(code, row, field)
            for code, mask, field in self.marks
            if code != "unmapped"
            for row in np.flatnonzero(mask)
        ]
        return pa.Table.from_pylist(records, QUARANTINE)

    def problems(self) -> list[Problem]:
        """Return what to tell the sender; of one reason in one column, the first places."""
        listed = []
        for code, mask, field in self.marks:
            rows = np.flatnonzero(mask)
            if code == "unmapped":
                listed.append(self._problem(code, rows[0], field, count=len(rows)))
            else:
                listed += [self._problem(code, row, field) for row in rows[:SHOWN_PER_FIELD]]
        return listed

    def _record(self, code: str, row: int, field: Field | None) -> dict:
        column, kind = self._cell(row, field)
        return {
            "sheet_no": self.sheet.number,
            "row_no": self.row_no[row],
            "column_no": column,
            "field": field.name if field else None,
            "reason_code": code,
            "value_class": kind,
        }

    def _problem(self, code: str, row: int, field: Field | None, count: int = 1) -> Problem:
        column, kind = self._cell(row, field)
        label = field.label if field else None
        kind = None if code == "unmapped" else kind
        number = int(self.row_no[row])
        return Problem(code, self.sheet.number, number, column, label, kind, count=count)

    def _cell(self, row: int, field: Field | None) -> tuple[int | None, str | None]:
        """Return the column (from 1) and the kind of value of the last filled cell of a field."""
        places = self.places(field) if field else []
        if not places:
            return None, None
        filled = [c for c in places if self.grid[row, c] is not None]
        column = (filled or places)[-1]
        return column + 1, values.value_class(self.grid[row, column])
