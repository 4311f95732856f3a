"""One file through the door: recognised, typed, judged, with a receipt. Writes nothing.

`petition check` stops here; a run goes on to the lake with what is returned.
"""

import gc
import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ingestion.archive import columns_with_uncached_formulas
from ingestion.contract import Contract
from ingestion.fields import refused_class
from ingestion.header import GUIDE, Match, duplicate_headers, find_header
from ingestion.problems import REFUSE, Problem, Refused
from ingestion.reading import Sheet, read_sheets
from ingestion.rows import Context, SheetRows, read_rows
from ingestion.settling import LedgerRows, Receipt, settle


@dataclass
class FileResult:
    """What one file gave. `ledgers` is empty when the file was refused."""

    path: Path
    sha256: str | None
    size: int
    ledgers: list[LedgerRows] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sheet_names: dict[int, str] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return any(p.severity == REFUSE for p in self.problems)

    @property
    def receipt(self) -> Receipt:
        return sum((rows.receipt for rows in self.ledgers), Receipt())

    def refuse(self, problem: Problem) -> None:
        """Take nothing from the file: half a file is worse than none."""
        self.problems.append(problem)
        self.ledgers = []


def examine(
    path: Path, contracts: list[Contract], context: Context, hint: str | None = None
) -> FileResult:
    """Read one file whole. Never raises for anything that a file can hold."""
    with _uncollected():
        return _examine(path, contracts, context, hint)


@contextmanager
def _uncollected():
    """Keep the collector from walking over the cells again and again: they hold no cycles."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _examine(
    path: Path, contracts: list[Contract], context: Context, hint: str | None
) -> FileResult:
    result = FileResult(path, None, 0)
    try:
        if path.is_symlink() or not path.is_file():
            raise Refused(Problem("not_a_file"))
        result.size, result.sha256 = path.stat().st_size, sha256_of(path)
        sheets = read_sheets(path)
        result.sheet_names = {s.number: s.name for s in sheets}
        _read_all(result, sheets, contracts, context, hint)
    except Refused as refusal:
        result.refuse(refusal.problem)
    except OSError:
        result.refuse(Problem("not_a_file"))
    except Exception as error:  # a file nobody thought of must not stop the others
        result.refuse(Problem("door_failed", detail=f"（{type(error).__name__}）"))
    return result


def sha256_of(path: Path) -> str:
    """Return the hash that names a file's content."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _read_all(result: FileResult, sheets: list[Sheet], contracts, context: Context, hint) -> None:
    """Take every sheet that fulfils a contract; refuse the file when none does."""
    usable = [c for c in contracts if not c.offices or context.office in c.offices]
    refusals, linked = [], False
    by_ledger: dict[str, list[SheetRows]] = {}
    for sheet in sheets:
        try:
            match = find_header(sheet, usable, hint)
        except Refused as refusal:
            if sheet.name != GUIDE:  # of a template: nothing to say of it
                refusals.append(refusal.problem)
            continue
        rows = _read_sheet(result, sheet, match, context)
        if rows is None:
            return
        linked = linked or bool(match.linked)
        by_ledger.setdefault(match.contract.ledger, []).append(rows)
    if not by_ledger:
        worst = [p for p in refusals if p.code != "no_data"] or refusals
        raise Refused(worst[0] if worst else Problem("no_data"))
    result.problems += [replace(p, code="sheet_not_taken") for p in refusals if p.code != "no_data"]
    if linked and context.references.key is None:
        result.problems.append(Problem("linkage_off"))
    result.ledgers = [settle(parts) for parts in by_ledger.values()]
    result.problems.extend(p for rows in result.ledgers for p in rows.problems)


def _read_sheet(
    result: FileResult, sheet: Sheet, match: Match, context: Context
) -> SheetRows | None:
    """Read a sheet, or add the problems that refuse the whole file and return None."""
    keyed = context.references.key is not None
    refusals = duplicate_headers(sheet, match)
    if not keyed and any(f.role == "stand_in" for f in match.contract.fields):
        refusals = [Problem("mapping_needs_key", sheet.number)]
    if not refusals:
        result.problems.extend(column_notices(sheet, match, keyed))
        rows = read_rows(sheet, match, context)
        refusals = _formula_problems(result.path, sheet, rows)
    if refusals:
        result.problems.extend(refusals)
        return None
    if not len(rows.table):
        result.problems.append(Problem("nil_return", sheet.number))
    return rows


def _formula_problems(path: Path, sheet: Sheet, rows: SheetRows) -> list[Problem]:
    """Look into the XML only when a column came out wholly empty. A required column may not be
    made of empty texts either.
    """
    match, grid = rows.match, rows.judge.grid
    hollow = {
        match.columns[f.name] + 1: f
        for f in match.contract.kept
        if f.name in match.columns and not _any_filled(grid[:, match.columns[f.name]])
    }
    formulas = columns_with_uncached_formulas(path, sheet.number) if len(grid) and hollow else {}
    return [
        Problem("formula_without_value", sheet.number, None, column, field.label)
        for column, field in hollow.items()
        if column in formulas and (field.required or formulas[column])
    ]


def _any_filled(cells: np.ndarray) -> bool:
    return any(cell is not None for cell in cells)  # the first one, as a rule


def column_notices(sheet: Sheet, match: Match, keyed: bool) -> list[Problem]:
    """Say which columns are dropped, unknown or absent; `keyed`: whether there is a network key."""
    header_row = match.header_rows[-1] + sheet.first_row
    fields = {c: f for f in match.contract.fields for n, c in match.columns.items() if n == f.name}
    notices, data = [], sheet.rows[match.first_data_row :]
    for column, name in enumerate(match.names):
        known = fields.get(column)
        watching = refused_class(name)
        if known is not None and not known.dropped or (known is None and column in match.used):
            continue
        if watching == "person_watching":
            code = "person_watching"
        elif known is not None and known.linkage and keyed:
            code = "linkage_only"
        elif known is not None or watching == "identity":
            code = "identity_dropped"
        else:
            code = "unknown_header"
        label = known.label if known else None
        if not name:
            if any(c < len(r) and r[c] not in ("", None) for r in data for c in (column,)):
                notices.append(Problem("unnamed_column", sheet.number, header_row, column + 1))
        else:
            notices.append(Problem(code, sheet.number, header_row, column + 1, label, shown=name))
    absent = [
        f.label
        for f in match.contract.kept
        if not f.needs_header
        and f.constant is None
        and f.default is None
        and f.name not in match.columns
        and f.name not in match.parts
        and f.name not in match.one_hot
    ]
    if absent:
        notices.append(Problem("missing_column", sheet.number, detail=f"：{'、'.join(absent)}"))
    return notices
