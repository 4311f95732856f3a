"""One sheet of one ledger to typed rows: every row is loaded, quarantined or a duplicate.

The row rules of the contract run here, vectorised. `read = loaded + quarantined + duplicate`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from ingestion import values
from ingestion.contract import Contract, Field
from ingestion.header import TOTAL_ROW, Match
from ingestion.mapping import References
from ingestion.problems import Problem
from ingestion.reading import Sheet
from ingestion.text import as_text

SHOWN_PER_FIELD = 200  # problems listed per field and reason; the rest is counted
ARROW = {
    "string": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "timestamp": "datetime64[us]",
    "date": "datetime64[us]",
}


@dataclass(frozen=True)
class Context:
    """Who tells, from where, and when: what a row is judged against besides its contract."""

    office: str
    office_region: str
    received_at: datetime
    references: References


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
    """What a sheet gave: typed rows with their places, the quarantine, the receipt, the problems."""

    contract: Contract
    rows: pd.DataFrame
    quarantine: pd.DataFrame
    receipt: Receipt
    problems: list[Problem]


def read_rows(sheet: Sheet, match: Match, context: Context) -> LedgerRows:
    """Type and judge the data rows under a matched header."""
    raw, ragged, blank, totals = _data_rows(sheet, match)
    judge = _Judge(sheet, match, raw)
    judge.mark("ragged", ragged, None)
    rows = _typed(raw, match, context, judge)
    _common_rules(rows, match.contract, context, judge)
    rows["_sheet_no"] = sheet.number
    rows["_row_no"] = raw.index.to_numpy() + sheet.first_row
    duplicate = _duplicates(rows, match.contract, judge)
    loaded = ~judge.bad & ~duplicate
    unmapped = judge.unmapped_rows & loaded
    receipt = Receipt(
        read=len(raw),
        loaded=int(loaded.sum()),
        quarantined=int(judge.bad.sum()),
        duplicate=int((duplicate & ~judge.bad).sum()),
        unmapped=int(unmapped.sum()),
        blank=blank,
        total_rows=totals,
    )
    return LedgerRows(
        match.contract, rows[loaded], judge.quarantine(), receipt, judge.problems(receipt.read)
    )


def _data_rows(sheet: Sheet, match: Match) -> tuple[pd.DataFrame, pd.Series, int, int]:
    """Return data rows (index = grid row), which are ragged, and how many blanks and totals went."""
    width = len(match.names)
    grid = sheet.rows[match.first_data_row :]
    frame = pd.DataFrame(grid, dtype="object")
    frame = frame.reindex(columns=range(max(width, frame.shape[1])))
    frame.index = frame.index + match.first_data_row
    lengths = pd.Series([len(row) for row in grid], index=frame.index, dtype="int64")
    filled = frame.notna() & frame.ne("")
    lead = _first_text(frame, filled)
    spaces = lead.str.isspace().fillna(False).astype(bool)
    if spaces.any():
        stripped = frame[spaces].apply(lambda c: c.astype(str).str.strip())
        filled.loc[spaces] = filled[spaces] & stripped.ne("")
        lead = _first_text(frame, filled)
    blank = ~filled.any(axis=1)
    total = lead.str.match(TOTAL_ROW).fillna(False).astype(bool) & ~blank
    keep = ~blank & ~total
    beyond = filled.loc[:, width:].any(axis=1) if frame.shape[1] > width else False
    ragged = ((lengths < width) | beyond) & keep & sheet.ragged
    return frame.loc[keep, : width - 1], ragged[keep], int(blank.sum()), int(total.sum())


def _first_text(frame: pd.DataFrame, filled: pd.DataFrame) -> pd.Series:
    """Return the first filled cell of each row as text; where titles and totals say what they are."""
    column = filled.to_numpy().argmax(axis=1)
    cells = frame.to_numpy()[np.arange(len(frame)), column] if len(frame) else []
    return pd.Series(cells, index=frame.index, dtype="object").astype("str")


class _Judge:
    """Collects, per row, every reason for which it cannot be loaded."""

    def __init__(self, sheet: Sheet, match: Match, raw: pd.DataFrame):
        self.sheet, self.match, self.raw = sheet, match, raw
        self.bad = pd.Series(False, index=raw.index)
        self.unmapped_rows = pd.Series(False, index=raw.index)
        self.marks: list[tuple[str, pd.Series, Field | None]] = []

    def mark(self, code: str, mask: pd.Series, field: Field | None) -> None:
        if not mask.any():
            return
        self.marks.append((code, mask, field))
        if code == "unmapped":
            self.unmapped_rows |= mask
        else:
            self.bad |= mask

    def column_no(self, field: Field | None) -> int | None:
        if field is None:
            return None
        places = self.match.parts.get(field.name) or list(self.match.one_hot.get(field.name, ()))
        column = self.match.columns.get(field.name, places[-1] if places else None)
        return None if column is None else column + 1

    def quarantine(self) -> pd.DataFrame:
        """Return one row per refused row and reason: place, column, reason, kind of value."""
        found = []
        for code, mask, field in self.marks:
            if code == "unmapped":
                continue
            column = self.column_no(field)
            cells = self.raw.loc[mask, column - 1] if column else pd.Series("", index=self.raw.index[mask])
            found.append(
                pd.DataFrame(
                    {
                        "sheet_no": self.sheet.number,
                        "row_no": mask.index[mask].to_numpy() + self.sheet.first_row,
                        "column_no": column,
                        "field": field.name if field else None,
                        "reason_code": code,
                        "value_class": [values.value_class(c) for c in cells],
                    }
                )
            )
        if not found:
            return pd.DataFrame(columns=["sheet_no", "row_no", "column_no", "field", "reason_code", "value_class"])
        return pd.concat(found, ignore_index=True)

    def problems(self, read: int) -> list[Problem]:
        listed = []
        for code, mask, field in self.marks:
            column, rows = self.column_no(field), mask.index[mask]
            label = field.label if field else None
            if code == "unmapped":
                first = int(rows[0]) + self.sheet.first_row
                listed.append(
                    Problem(code, self.sheet.number, first, column, label, count=len(rows))
                )
                continue
            for row in rows[:SHOWN_PER_FIELD]:
                cell = self.raw.at[row, column - 1] if column else ""
                kind = values.value_class(cell) if column else None
                number = int(row) + self.sheet.first_row
                listed.append(Problem(code, self.sheet.number, number, column, label, kind))
        return listed


def _typed(raw: pd.DataFrame, match: Match, context: Context, judge: _Judge) -> pd.DataFrame:
    """Build the ledger's stored columns; regions come first since organisations lean on them."""
    fields = {f.name: f for f in match.contract.kept}
    out = {}
    for field in sorted(fields.values(), key=lambda f: f.role == "organisation"):
        out[field.name] = _column(raw, field, match, context, judge, out)
    stored = match.contract.stored
    rows = {
        f.name: out.get(f.name, pd.Series(pd.NA, index=raw.index)).astype(ARROW[f.type])
        for f in stored
    }
    return pd.DataFrame(rows, index=raw.index)


def _column(raw, field: Field, match: Match, context: Context, judge: _Judge, out: dict) -> pd.Series:
    if field.constant is not None:
        constant = context.office_region if field.constant == "office_region" else field.constant
        return pd.Series(constant, index=raw.index)
    if field.name in match.one_hot:
        return _one_hot(raw, field, match.one_hot[field.name], judge)
    places = match.parts.get(field.name) or [match.columns[field.name]] if _is_there(field, match) else []
    if field.role:
        found = _mapped(raw, field, places, context, judge, out)
    elif places:
        found, bad = values.parse(raw[places[0]], field)
        if field.enum:
            judge.mark("unknown_code" if field.key_position else "unmapped", bad, field)
            found = found.mask(bad, "unmapped")
        else:
            judge.mark(_reason(field), bad, field)
    else:
        found = pd.Series(pd.NA, index=raw.index, dtype=ARROW[field.type])
    if field.default is not None:
        default = context.office if field.default == "sending_office" else field.default
        found = found.fillna(default)
    return found


def _is_there(field: Field, match: Match) -> bool:
    return field.name in match.columns or field.name in match.parts


def _reason(field: Field) -> str:
    if field.type in ("date", "timestamp"):
        return "bad_date"
    return "bad_code" if field.type == "string" else "wrong_type"


def _one_hot(raw: pd.DataFrame, field: Field, places: dict[int, str], judge: _Judge) -> pd.Series:
    """Read one ticked column out of several as one code; none ticked is empty, two are an error."""
    ticked = pd.DataFrame(
        {code: clean_tick(raw[column]) for column, code in places.items()}, index=raw.index
    )
    judge.mark("wrong_type", ticked.sum(axis=1) > 1, field)
    names = np.array([*ticked.columns], dtype=object)
    chosen = pd.Series(names[ticked.to_numpy().argmax(axis=1)], index=raw.index, dtype="str")
    return chosen.where(ticked.any(axis=1))


def clean_tick(cells: pd.Series) -> pd.Series:
    """Tell which cells of a tick column are ticked."""
    return as_text(cells).str.lower().isin(values.TRUE_WORDS)


def _mapped(raw, field: Field, places: list[int], context: Context, judge: _Judge, out) -> pd.Series:
    """Map names to codes over the distinct names only; a name not known becomes unmapped."""
    texts = pd.DataFrame({c: as_text(raw[c]) for c in places}, index=raw.index)
    near = out[field.near] if field.near in out else pd.Series(context.office_region, index=raw.index)
    texts["near"] = near.fillna(context.office_region).astype("str")
    places_of, distinct = pd.factorize(pd.MultiIndex.from_frame(texts.fillna("")))
    codes = [_code(tuple(names[:-1]), names[-1], field, context) for names in distinct]
    result = pd.Series(pd.array(codes, dtype="str").take(places_of), index=raw.index)
    judge.mark("unmapped", result.str.startswith("unmapped:").fillna(False).astype(bool), field)
    return result


def _code(names: tuple[str, ...], near: str, field: Field, context: Context) -> str | None:
    given = tuple(n for n in names if n)
    if not given:
        return None
    references = context.references
    if field.role == "region":
        code = references.region(given, context.office_region)
    elif field.role == "organisation":
        code = next(filter(None, (references.organisation(n, near) for n in given)), None)
    else:
        code = references.category_names.get("".join(given[-1].split()).lower())
    return code or references.unmapped(given[-1])


def _common_rules(rows: pd.DataFrame, contract: Contract, context: Context, judge: _Judge) -> None:
    latest = pd.Timestamp(context.received_at + timedelta(days=1))
    for field in contract.kept:
        column = rows[field.name]
        if field.past:
            judge.mark("future_date", (column > latest).fillna(False).astype(bool), field)
        if field.type == "string" and not field.enum and not field.role:
            judge.mark("identity_suspected", values.suspected_identity(column), field)
        if field.required:
            judge.mark("required_missing", column.isna() & ~_already_bad(judge, field), field)


def _already_bad(judge: _Judge, field: Field) -> pd.Series:
    masks = [mask for _, mask, f in judge.marks if f is field]
    return pd.concat(masks, axis=1).any(axis=1) if masks else pd.Series(False, index=judge.raw.index)


def _duplicates(rows: pd.DataFrame, contract: Contract, judge: _Judge) -> pd.Series:
    """Mark repeated rows; rows of one key with different contents cannot both be true."""
    business = [f.name for f in contract.stored]
    good = rows[~judge.bad]
    repeated = good.duplicated(business, keep="first")
    if contract.key and len(good) > 1:
        keys = pd.MultiIndex.from_frame(good[list(contract.key)])
        once = keys[~repeated]
        clashing = keys.isin(once[once.duplicated(keep=False)])
        mask = pd.Series(clashing, index=good.index).reindex(rows.index, fill_value=False)
        judge.mark("conflicting_key", mask, _key_field(contract))
    return repeated.reindex(rows.index, fill_value=False) & ~judge.bad


def _key_field(contract: Contract) -> Field:
    last = contract.key[-1]
    return next((f for f in contract.fields if f.name == last), contract.ledger_fields[0])




def combine(parts: list[LedgerRows]) -> LedgerRows:
    """Join the sheets of one ledger; rows told on two sheets are judged as on one."""
    if len(parts) == 1:
        return parts[0]
    contract = parts[0].contract
    rows = pd.concat([p.rows for p in parts], ignore_index=True)
    repeated = rows.duplicated([f.name for f in contract.stored], keep="first")
    keys = list(contract.key)
    clash = rows[~repeated].duplicated(keys, keep=False).reindex(rows.index, fill_value=False)
    label = _key_field(contract).label
    clashing = rows.loc[clash, ["_sheet_no", "_row_no"]]
    quarantine = clashing.rename(columns=lambda c: c.removeprefix("_")).assign(
        column_no=None, field=keys[-1], reason_code="conflicting_key", value_class=None
    )
    problems = [
        Problem("conflicting_key", int(sheet), int(row), field=label)
        for sheet, row in clashing.itertuples(index=False)
    ]
    total = sum((p.receipt for p in parts), Receipt())
    moved = {
        "loaded": int((~repeated & ~clash).sum()),
        "duplicate": total.duplicate + int(repeated.sum()),
        "quarantined": total.quarantined + int(clash.sum()),
    }
    return LedgerRows(
        contract,
        rows[~repeated & ~clash],
        pd.concat([p.quarantine for p in parts if len(p.quarantine)] + [quarantine]),
        replace(total, **moved),
        [problem for p in parts for problem in p.problems] + problems,
    )
