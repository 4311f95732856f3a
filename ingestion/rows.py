"""One sheet of one ledger to typed rows, each with its place and all that is wrong with it.

Column by column over Arrow arrays; which rows are loaded is decided in `settling`, over all sheets.
"""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion import linkage, names, periods, remit, values
from ingestion.fields import NAME_ROLES, Field
from ingestion.header import Match
from ingestion.judging import Judge
from ingestion.mapping import References
from ingestion.names import Unknown
from ingestion.reading import Sheet
from ingestion.text import as_words, flags, missing
from ingestion.words import MOST_ROWS, Words, are_few

ARROW = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
}
# What a first cell may begin or hold when its row is blank, a nil return or a total: a look that is
# quick enough for every row. The rows that it lets through are looked at by the rules themselves.
UNUSUAL = re.compile(
    r"\s|[合总小共累本]|20\d\d(?:\s*年|[-/.]?(?:1[0-2]|0[1-9])\s*份?\s*$)|[^零]*零"
)
# A total is told by its whole first cell: 合计、合 计：35 件、小计（件）; not by how a text begins.
TOTAL = re.compile(
    r"\s*(?:[合总小共累]\s*计|本[页月年][小合累]计|零报告?)\s*(?:[(（][^)）]{0,6}[)）])?\s*[:：]?"
    r"\s*[\d.,，]*\s*[件人批次起户宗个]{0,2}\s*[。.]?\s*"
)


@dataclass(frozen=True)
class Context:
    """Who tells, from where, and when: what a row is judged against besides its contract."""

    office: str
    office_region: str
    received_at: datetime
    references: References
    own_deliveries: Set[int] = frozenset()  # which the office may withdraw
    words: Words | None = None  # what this run read before, under the same references


@dataclass(frozen=True)
class SheetRows:
    """What one sheet gave: every data row typed, which of them are bad, and why."""

    match: Match
    table: pa.Table
    judge: Judge
    blank: int
    total_rows: int
    unknown: list[Unknown]
    declared_period: str | None


def read_rows(sheet: Sheet, match: Match, context: Context) -> SheetRows:
    """Type and judge the data rows under a matched header."""
    grid, row_no, ragged, blank, totals, nil_rows = _data_rows(sheet, match)
    judge = Judge(sheet, match, grid, row_no)
    judge.mark("ragged", ragged, None)
    columns, unknown = _typed(judge, context)
    _common_rules(columns, judge, context)
    columns |= _linkage_keys(judge, context)
    titles = _texts(sheet.rows[: match.header_rows[0]])
    declared = periods.declared_month([titles, _texts(nil_rows), [sheet.name]])
    places = {
        "_relation_code": _relation(columns, judge, context),
        "_sheet_no": np.full(len(grid), sheet.number, "int32"),
        "_row_no": row_no.astype("int32"),
    }
    stored = {
        f.name: columns.get(f.name, pa.nulls(len(grid), ARROW[f.type]))
        for f in match.contract.stored
    }
    table = pa.table(places | stored)
    return SheetRows(match, table, judge, blank, totals, unknown, declared)


def _texts(rows: Iterable[list]) -> list[str]:
    return [cell for row in rows for cell in row if isinstance(cell, str)]


def _linkage_keys(judge: Judge, context: Context) -> dict[str, pa.Array]:
    """Return the keys that columns of identity and text leave behind; their values end here."""
    made = {}
    for field in judge.match.linked:
        cells = judge.grid[:, judge.match.columns[field.name]]
        link = field.linkage
        made[link.column] = linkage.keys(as_words(cells), link.kind, context.references.key)
    return made


def _relation(columns: dict[str, pa.Array], judge: Judge, context: Context) -> pa.Array:
    """Return by which relation each row is the office's to tell; mark the rows that are not."""
    contract = judge.match.contract
    found, outside = remit.relations(
        columns, contract, context.office, context.office_region, context.references
    )
    judged = {told.column for remits in contract.may_tell.values() for told in remits}
    field = next((f for f in contract.fields if f.name in judged), None)
    judge.mark("out_of_remit", outside, field)
    return found


def _data_rows(
    sheet: Sheet, match: Match
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int, list[list]]:
    """Return the data rows as a grid of cells (None: empty), their row numbers, which of them are
    ragged, how many blank rows and totals were left out, and the rows that say 零报.
    """
    width = len(match.names)
    below = sheet.rows[match.first_data_row :]
    odd = [i for i, row in enumerate(below) if len(row) != width] if sheet.ragged else []
    ragged, overhang = np.zeros(len(below), bool), np.zeros(len(below), bool)
    if odd:
        below = [*below]
    for i in odd:
        row = below[i]
        overhang[i] = any(not _is_blank(cell) for cell in row[width:])
        ragged[i] = overhang[i] or len(row) < width
        below[i] = [*row[:width], *[None] * (width - len(row))]
    grid, filled = _grid(below, width)
    blank, total = ~filled.any(axis=1) & ~overhang, np.zeros(len(grid), bool)
    nil = np.zeros(len(grid), bool)
    for i in _unusual(grid, filled):
        cells = grid[i].tolist()
        first = next((cell for cell in cells if not _is_blank(cell)), None)
        blank[i] = first is None and not overhang[i]
        if isinstance(first, str):
            nil[i] = periods.is_nil_row(first, cells)
            total[i] = nil[i] or TOTAL.fullmatch(first) is not None
    keep = ~blank & ~total
    row_no = np.flatnonzero(keep) + match.first_data_row + sheet.first_row
    kept = grid if keep.all() else np.asfortranarray(grid[keep])
    return kept, row_no, ragged[keep], int(blank.sum()), int(total.sum()), grid[nil].tolist()


def _grid(rows: list[list], width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of one width as cells, None where one is empty, and which are filled. Columns lie
    together.
    """
    cells = np.fromiter(chain.from_iterable(rows), object, count=len(rows) * width)
    grid = np.asfortranarray(cells.reshape(len(rows), width))
    empty = ~grid.astype(bool)  # or zero, or false: quicker seen than equality, and then few
    empty[empty] = [cell is None or cell == "" for cell in grid[empty]]
    grid[empty] = None
    return grid, ~empty


def _unusual(grid: np.ndarray, filled: np.ndarray) -> list[int]:
    """Return the rows whose first filled cell is a text that may be blank, a nil return or a total."""
    if not grid.size:
        return []
    first = grid[np.arange(len(grid)), filled.argmax(axis=1)].tolist()
    return [i for i, cell in enumerate(first) if cell.__class__ is str and UNUSUAL.match(cell)]


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _typed(judge: Judge, context: Context) -> tuple[dict[str, pa.Array], list[Unknown]]:
    """Read the contract's columns, and the unknown names in them. Regions come before the
    organisations that lean on them, kinds before their codes.
    """
    found: dict[str, pa.Array] = {}
    unknown: list[Unknown] = []

    def leans(field: Field) -> bool:
        return field.role == "organisation" or field.code_of is not None

    for field in sorted(judge.match.contract.kept, key=leans):
        column = _column(field, judge, context, found, unknown)
        default = context.office if field.default == "sending_office" else field.default
        if default is not None and column.null_count:
            column = pc.fill_null(column, pa.scalar(default, ARROW[field.type]))
        found[field.name] = column
    return found, unknown


def _column(
    field: Field, judge: Judge, context: Context, found: dict, unknown: list[Unknown]
) -> pa.Array:
    size, kind = len(judge.grid), ARROW[field.type]
    if field.constant is not None:
        constant = context.office_region if field.constant == "office_region" else field.constant
        return pa.repeat(pa.scalar(constant, kind), size)
    if field.name in judge.match.one_hot:
        return _one_hot(field, judge)
    cells = [judge.grid[:, place] for place in judge.places(field)]
    if not cells:
        return pa.nulls(size, kind)
    near = found.get(field.near) if field.role == "organisation" else None
    if context.words is None or size > MOST_ROWS or not are_few(field):
        return _read(field, cells, near, judge, context, found, unknown)
    told = cells if near is None else [*cells, near]
    contract, marks = judge.match.contract, len(judge.marks)
    place = (contract.digest, field.name, context.office_region, len(cells), len(told))
    column = context.words.read(place, told, kind)
    if column is None:
        column = _read(field, cells, near, judge, context, found, unknown)
        if len(judge.marks) == marks:
            context.words.hold(place, told, column)
    return column


def _read(
    field: Field,
    cells: list[np.ndarray],
    near: pa.Array | None,
    judge: Judge,
    context: Context,
    found: dict,
    unknown: list[Unknown],
) -> pa.Array:
    """Read the cells of a column, and mark what is wrong with them."""
    if field.role in NAME_ROLES:
        named = names.map_names(cells, field, near, context.references, context.office_region)
        judge.mark("identity_suspected", named.person, field)
        judge.mark("unknown_code" if field.key_position else "unmapped", named.unmapped, field)
        unknown.extend(named.unknown)
        return named.codes
    if field.role == "stand_in":
        column, person = names.stand_ins(cells[0], context.references)
        judge.mark("identity_suspected", person, field)
        return column
    column, bad = values.parse(cells[0], field)
    if field.enum:
        judge.mark("unknown_code" if field.key_position else "unmapped", bad, field)
        return pc.if_else(pa.array(bad), "unmapped", column)
    judge.mark(_reason(field), bad, field)
    if field.role == "own_delivery":
        own = pa.array(sorted(context.own_deliveries), ARROW[field.type])
        judge.mark("not_own_delivery", ~missing(column) & ~flags(pc.is_in(column, own)), field)
    if field.code_of:
        column, bad = names.known_codes(column, found[field.code_of], context.references)
        judge.mark("unknown_code", bad, field)
    return column


def _reason(field: Field) -> str:
    if field.type in ("date", "timestamp"):
        return "bad_date"
    return "bad_code" if field.type == "string" else "wrong_type"


def _one_hot(field: Field, judge: Judge) -> pa.Array:
    """Read one ticked column out of several as one code; none ticked is empty, two codes are an
    error.
    """
    places = judge.match.one_hot[field.name]
    codes = [*dict.fromkeys(places.values())]
    ticked = np.zeros((len(judge.grid), len(codes)), bool)
    for column, code in places.items():
        ticked[:, codes.index(code)] |= values.is_ticked(judge.grid[:, column])
    judge.mark("wrong_type", ticked.sum(axis=1) > 1, field)
    chosen = pa.array(ticked.argmax(axis=1), mask=~ticked.any(axis=1))
    return pa.array(codes, pa.string()).take(chosen)


def _common_rules(columns: dict[str, pa.Array], judge: Judge, context: Context) -> None:
    latest = context.received_at + timedelta(days=1)
    for field in judge.match.contract.kept:
        column = columns[field.name]
        told = column.null_count < len(column)
        if told and field.past:
            after = pc.greater(pc.cast(column, pa.timestamp("us")), pa.scalar(latest))
            judge.mark("future_date", flags(after), field)
        if told and field.type == "string" and not field.enum and not field.role:
            judge.mark("identity_suspected", values.suspected_identity(column.to_pylist()), field)
        if field.required and column.null_count:
            judge.mark("required_missing", missing(column) & ~judge.marked(field), field)
