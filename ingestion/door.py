"""One file through the door: recognised, typed, judged, with a receipt. Writes nothing.

`petition check` stops here; a run goes on to the lake with what is returned.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.contract import Contract, refused_class
from ingestion.header import Match, duplicate_headers, find_header
from ingestion.problems import REFUSE, Problem, Refused
from ingestion.reading import Sheet, columns_with_uncached_formulas, read_sheets
from ingestion.rows import Context, LedgerRows, Receipt, combine, read_rows


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


def examine(path: Path, contracts: list[Contract], context: Context, hint: str | None = None) -> FileResult:
    """Read one file whole. Never raises for anything that a file can hold."""
    result = FileResult(path, None, 0)
    try:
        result.size = path.stat().st_size
        sheets = read_sheets(path)
        result.sha256 = sha256_of(path)
        result.sheet_names = {s.number: s.name for s in sheets}
        _read_all(result, sheets, contracts, context, hint)
    except Refused as refusal:
        result.refuse(refusal.problem)
    except OSError:
        result.refuse(Problem("not_a_file"))
    if result.sha256 is None and result.size and path.is_file():
        result.sha256 = sha256_of(path)
    return result


def sha256_of(path: Path) -> str:
    """Return the hash that names a file's content."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _read_all(result: FileResult, sheets: list[Sheet], contracts, context: Context, hint) -> None:
    """Take every sheet that fulfils a contract; refuse the file when none does."""
    usable = [c for c in contracts if not c.offices or context.office in c.offices]
    refusals = []
    for sheet in sheets:
        try:
            match = find_header(sheet, usable, hint)
        except Refused as refusal:
            refusals.append(refusal.problem)
            continue
        _read_sheet(result, sheet, match, context)
        if result.refused:
            return
    by_ledger: dict[str, list[LedgerRows]] = {}
    for rows in result.ledgers:
        by_ledger.setdefault(rows.contract.ledger, []).append(rows)
    result.ledgers = [combine(parts) for parts in by_ledger.values()]
    result.problems.extend(p for rows in result.ledgers for p in rows.problems)
    if not result.ledgers and not result.refused:
        worst = [p for p in refusals if p.code != "no_data"] or refusals
        result.refuse(worst[0] if worst else Problem("no_data"))


def _read_sheet(result: FileResult, sheet: Sheet, match: Match, context: Context) -> None:
    duplicates = duplicate_headers(sheet, match)
    if duplicates:
        result.ledgers = []
        result.problems.extend(duplicates)
        return
    result.problems.extend(column_notices(sheet, match))
    rows = read_rows(sheet, match, context)
    formulas = _formula_problems(result.path, sheet, match, rows)
    if formulas:
        result.ledgers = []
        result.problems.extend(formulas)
        return
    if rows.receipt.read == 0:
        result.problems.append(Problem("nil_return", sheet.number))
    result.ledgers.append(rows)


def _formula_problems(path: Path, sheet: Sheet, match: Match, rows: LedgerRows) -> list[Problem]:
    """Look into the XML only when a required column came out wholly empty."""
    read = rows.receipt.read
    required = {f.name: f for f in match.contract.kept if f.required}
    empty = rows.quarantine[rows.quarantine["reason_code"] == "required_missing"].groupby("field").size()
    hollow = [n for n, count in empty.items() if read and count == read and n in match.columns]
    if not hollow:
        return []
    formulas = columns_with_uncached_formulas(path, sheet.number)
    return [
        Problem("formula_without_value", sheet.number, None, match.columns[n] + 1, required[n].label)
        for n in hollow
        if match.columns[n] + 1 in formulas
    ]


def column_notices(sheet: Sheet, match: Match) -> list[Problem]:
    """Say which columns are dropped, unknown or absent."""
    header_row = match.header_rows[-1] + sheet.first_row
    fields = {c: f for f in match.contract.fields for n, c in match.columns.items() if n == f.name}
    notices = []
    for column, name in enumerate(match.names):
        known = fields.get(column)
        watching = refused_class(name)
        if known is not None and not known.dropped or (known is None and column in match.used):
            continue
        if watching == "person_watching":
            code = "person_watching"
        elif known is not None or watching == "identity":
            code = "identity_dropped"
        else:
            code = "unknown_header"
        if name:
            label = known.label if known else None
            notices.append(Problem(code, sheet.number, header_row, column + 1, label, shown=name))
    absent = [
        f.label for f in match.contract.kept
        if not f.needs_header and f.constant is None and f.default is None
        and f.name not in match.columns and f.name not in match.parts and f.name not in match.one_hot
    ]
    if absent:
        notices.append(Problem("missing_column", sheet.number, detail=f"：{'、'.join(absent)}"))
    return notices
