"""Words that were read before: what the cells of a column of few words became, for the other files of
a run. A run holds them and they go with it: they never outlive the rules that they were read by.

Only what was read without any fault is held: words of codes, names that a list knows, counts, yes and
no. A name that no list knows may be a person's; it is looked at anew each time and never held.
"""

import numpy as np
import pyarrow as pa

from ingestion.fields import NAME_ROLES, Field

MOST_WORDS = 2_000  # of a column; one that has more is no column of few words
MOST_ROWS = 2_000  # of a sheet; in a longer one the rows cost, not the setting-up that this saves
EQUAL_WHEN_SAME = {str, float, type(None)}  # True equals 1.0, and is read otherwise

Cells = list[np.ndarray | pa.Array]


def are_few(field: Field) -> bool:
    """Tell whether a column has few words, each of which is read by itself."""
    if field.role:
        return field.role in NAME_ROLES
    return bool(field.enum) or (field.type in ("boolean", "integer") and not field.code_of)


class Words:
    """What the columns of few words were read as in this run."""

    def __init__(self) -> None:
        self._read: dict[tuple, dict] = {}

    def read(self, place: tuple, cells: Cells, kind: pa.DataType) -> pa.Array | None:
        """Return a column as its cells were read before; None when one of them was not. `place` says
        all that its reading depends on.
        """
        known, rows = self._read.get(place), _rows(cells)
        if known is None or rows is None:
            return None
        try:
            return pa.array([*map(known.__getitem__, rows)], kind)
        except KeyError:
            return None

    def hold(self, place: tuple, cells: Cells, column: pa.Array) -> None:
        """Take note of a column in which nothing was wrong."""
        known, rows = self._read.setdefault(place, {}), _rows(cells)
        if rows is None or len(known) + len(column) > MOST_WORDS:
            return
        known.update(zip(rows, column.to_pylist(), strict=True))


def _rows(cells: Cells) -> list | None:
    """Return what each row says in the cells that are read as one; None when it cannot be compared."""
    columns = [column.tolist() for column in cells]
    if any({*map(type, column)} - EQUAL_WHEN_SAME for column in columns):
        return None
    return columns[0] if len(columns) == 1 else [*zip(*columns, strict=True)]
