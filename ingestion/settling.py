"""What becomes of rows: each is loaded, quarantined or a duplicate, over all sheets of a file.

`read = loaded + quarantined + duplicate`. A row told on two sheets is judged as on one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import Contract, Field
from ingestion.problems import Problem
from ingestion.rows import SheetRows
from ingestion.text import factorize_rows

UNMAPPED_KEPT = 300  # stand-ins of one ledger that the register keeps


@dataclass(frozen=True)
class Receipt:
    """Row conservation of one ledger of a delivery, counts of data rows."""

    read: int = 0
    loaded: int = 0
    quarantined: int = 0
    duplicate: int = 0
    unmapped: int = 0
    blank: int = 0
    total_rows: int = 0

    def __add__(self, other: "Receipt") -> "Receipt":
        return Receipt(*(a + b for a, b in zip(self.as_tuple(), other.as_tuple(), strict=True)))

    def as_tuple(self) -> tuple[int, ...]:
        return tuple(self.__dict__.values())

    @property
    def balanced(self) -> bool:
        return self.read == self.loaded + self.quarantined + self.duplicate


@dataclass(frozen=True)
class LedgerRows:
    """What a file gave for a ledger: typed rows with their places, the quarantine, the receipt."""

    contract: Contract
    rows: pa.Table
    quarantine: pa.Table
    receipt: Receipt
    problems: list[Problem]
    unmapped: list[dict]
    declared_period: str | None

    @property
    def nil(self) -> bool:
        """True for a nil return: headers, and no data row to judge."""
        return self.receipt.read == 0

    @cached_property
    def span(self) -> tuple[str | None, str | None]:
        """The first and last day (ISO) told in the ledger's leading date, None when it has none."""
        dated = next((f.name for f in self.contract.ledger_fields if f.past and f.required), None)
        if dated is None or not len(self.rows):
            return None, None
        found = pc.min_max(self.rows[dated]).as_py()
        return f"{found['min']:%Y-%m-%d}", f"{found['max']:%Y-%m-%d}"

    @cached_property
    def scopes(self) -> dict[str, int]:
        """What a snapshot replaces, with its rows: by value of its scope column, or all."""
        if self.contract.told != "snapshot":
            return {}
        if self.contract.scope is None:
            return {"all": len(self.rows)}
        counts = pc.value_counts(self.rows[self.contract.scope].drop_null()).to_pylist()
        return {c["values"]: c["counts"] for c in sorted(counts, key=lambda c: c["values"])}


def settle(sheets: list[SheetRows]) -> LedgerRows:
    """Judge the sheets of one ledger together and count what became of every row."""
    contract = sheets[0].match.contract
    table = pa.concat_tables([s.table for s in sheets])
    bad = np.concatenate([s.judge.bad for s in sheets])
    repeated, clashing = _repeats(table, contract, bad)
    starts = np.cumsum([0, *(len(s.judge.bad) for s in sheets)])
    for sheet, start in zip(sheets, starts, strict=False):
        here = clashing[start : start + len(sheet.judge.bad)]
        sheet.judge.mark("conflicting_key", here, _key_field(sheet))
    bad |= clashing
    loaded = ~bad & ~repeated
    unmapped = np.concatenate([s.judge.unmapped for s in sheets]) & loaded
    receipt = Receipt(
        read=len(bad),
        loaded=int(loaded.sum()),
        quarantined=int(bad.sum()),
        duplicate=int((repeated & ~bad).sum()),
        unmapped=int(unmapped.sum()),
        blank=sum(s.blank for s in sheets),
        total_rows=sum(s.total_rows for s in sheets),
    )
    return LedgerRows(
        contract,
        table if loaded.all() else table.filter(pa.array(loaded)),
        pa.concat_tables([s.judge.quarantine() for s in sheets]),
        receipt,
        [problem for s in sheets for problem in s.judge.problems()],
        _unmapped(sheets, loaded, starts),
        _one_period(sheets),
    )


def _one_period(sheets: list[SheetRows]) -> str | None:
    """Return the month that the sheets tell; two different months are none."""
    told = {s.declared_period for s in sheets} - {None}
    return told.pop() if len(told) == 1 else None


def _unmapped(sheets: list[SheetRows], loaded: np.ndarray, starts: np.ndarray) -> list[dict]:
    """Return what the loaded rows leave unmapped, the most frequent first: stand-in, rows, first
    place, candidate codes.
    """
    found: dict[tuple, dict] = {}
    for sheet, start in zip(sheets, starts, strict=False):
        for unknown in sheet.unknown:
            rows = unknown.rows[loaded[start + unknown.rows]]
            if not len(rows):
                continue
            first = {
                "field": unknown.field,
                "role": unknown.role,
                "stand_in": unknown.stand_in,
                "count": 0,
                "sheet_no": sheet.judge.sheet.number,
                "row_no": int(sheet.judge.row_no[rows[0]]),
                "candidates": unknown.candidates,
            }
            entry = found.setdefault((unknown.field, unknown.stand_in), first)
            entry["count"] += len(rows)
    return sorted(found.values(), key=lambda e: -e["count"])[:UNMAPPED_KEPT]


def _repeats(table: pa.Table, contract: Contract, bad: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which good rows repeat an earlier one, and which share a key with a different one:
    rows of one key with different contents cannot both be true.
    """
    repeated, clashing = np.zeros(len(bad), bool), np.zeros(len(bad), bool)
    good = np.flatnonzero(~bad)
    if len(good) < 2:
        return repeated, clashing
    content = [f.name for f in contract.content]
    if not contract.key:
        repeated[good] = _again(_numbers(table, good, content))
        return repeated, clashing
    keys = _numbers(table, good, contract.key)
    shared = np.bincount(keys)[keys] > 1
    if not shared.any():
        return repeated, clashing
    good, keys = good[shared], keys[shared]
    again = _again(_numbers(table, good, content))
    kinds = np.bincount(keys, weights=~again)  # how many different rows a key has
    clashing[good[kinds[keys] > 1]] = True
    repeated[good[again]] = True
    return repeated, clashing


def _numbers(table: pa.Table, rows: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Return a number for each row: the same for rows that say the same in some columns."""
    picked = table.select([*names])
    if len(rows) < len(table):
        picked = picked.take(pa.array(rows))
    return factorize_rows([column.combine_chunks() for column in picked.columns])[0]


def _again(numbers: np.ndarray) -> np.ndarray:
    """Tell which numbers stand there for a second time or more; they count up as they appear."""
    return numbers <= np.maximum.accumulate(np.concatenate([[-1], numbers[:-1]]))


def _key_field(sheet: SheetRows) -> Field:
    """Return the key column that stands in the file, for the place of a problem."""
    by_name = {f.name: f for f in sheet.match.contract.fields}
    there = [by_name[n] for n in sheet.match.contract.key if n in sheet.match.columns]
    return there[-1] if there else sheet.match.contract.fields[0]
