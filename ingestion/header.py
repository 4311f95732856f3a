"""Finding the header of a sheet and the contract it fulfils.

Titles above the header, two-row merged headers and columns in any order are normal. A sheet fits a
contract when every column that the contract requires is found.
"""

from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest

from ingestion.contract import Contract, Field
from ingestion.problems import Problem, Refused
from ingestion.reading import Sheet
from ingestion.text import plain

HEADER_SEARCH_ROWS = 30
GUIDE = "填表说明"  # the sheet of a template that tells how it is filled in
TEXTS = {str, type(None)}  # of which the second row of a header is made


@dataclass(frozen=True)
class Match:
    """A sheet's header under one contract. Columns count from 0; `header_rows` index the grid."""

    contract: Contract
    header_rows: tuple[int, ...]
    names: tuple[str, ...]
    columns: dict[str, int]
    parts: dict[str, list[int]] = field(default_factory=dict)
    one_hot: dict[str, dict[int, str]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def first_data_row(self) -> int:
        return self.header_rows[-1] + 1

    @property
    def used(self) -> set[int]:
        composite = [c for cs in self.parts.values() for c in cs]
        hot = [c for cs in self.one_hot.values() for c in cs]
        return {*self.columns.values(), *composite, *hot}

    @property
    def linked(self) -> list[Field]:
        """The fields found here that leave a linkage key behind."""
        return [f for f in self.contract.fields if f.linkage and f.name in self.columns]

    @property
    def rank(self) -> tuple:
        """Better matches are larger: fewer required columns missing, then more columns known."""
        return (-len(self.missing), len(self.used), -len(self.header_rows))


def find_header(sheet: Sheet, contracts: list[Contract], hint: str | None = None) -> Match:
    """Return the best match of a sheet, or raise Refused with the nearest contract.

    `hint` is the ledger named by the folder, which decides between contracts that both fit.
    """
    candidates = [c for c in contracts if hint in (None, c.ledger, c.id)]
    if not candidates:
        ledgers = "、".join(sorted({c.ledger for c in contracts}))
        raise Refused(Problem("unknown_ledger", sheet.number, detail=f"，可用的是 {ledgers}"))
    headers = list(_header_candidates(sheet.rows))
    if not headers:
        raise Refused(Problem("no_data", sheet_no=sheet.number))
    known = frozenset().union(*(c.known_headers for c in candidates))
    headers = [(rows, names) for rows, names in headers if not known.isdisjoint(names)] or headers[
        :1
    ]
    possible = [c for c in candidates if any(_may_fit(c, names) for _, names in headers)]
    best = [_best(c, headers) for c in possible]
    fits = _most_specific([m for m in best if not m.missing and m.used])
    if len(fits) > 1:
        labels = "、".join(f"《{m.contract.label}》（{m.contract.id}）" for m in fits)
        raise Refused(Problem("two_contracts", sheet_no=sheet.number, detail=f"：{labels}"))
    if fits:
        return fits[0]
    nearest = max((_best(c, headers) for c in candidates), key=lambda m: m.rank)
    detail = f"《{nearest.contract.label}》，缺 {'、'.join(nearest.missing)}"
    raise Refused(Problem("no_header", sheet_no=sheet.number, detail=detail))


def _may_fit(contract: Contract, names: tuple[str, ...]) -> bool:
    """Tell whether no required column is wholly absent: quicker than a match, never stricter."""
    return not any(needed.isdisjoint(names) for needed in contract.needed_headers)


def _best(contract: Contract, headers: list) -> Match:
    return max((_match(contract, rows, names) for rows, names in headers), key=lambda m: m.rank)


def duplicate_headers(sheet: Sheet, match: Match) -> list[Problem]:
    """Return a problem for each kept header that stands over more than one column."""
    row_no = match.header_rows[-1] + sheet.first_row
    dropped = {match.columns.get(f.name) for f in match.contract.fields if f.dropped}
    labels = {match.names[c]: _label(match, c) for c in match.used - dropped}
    return [
        Problem("duplicate_header", sheet.number, row_no, column + 1, labels[name], shown=name)
        for column, name in enumerate(match.names)
        if name in labels and name in match.names[:column]
    ]


def _label(match: Match, column: int) -> str:
    by_name = {f.name: f.label for f in match.contract.fields}
    for name, place in match.columns.items():
        if place == column:
            return by_name[name]
    return match.contract.label


def _header_candidates(rows: list[list]):
    """Yield (row indexes, header names) for single rows and for pairs of rows."""
    filled = (i for i, row in enumerate(rows[:2000]) if any(c not in ("", None) for c in row))
    places = [*islice(filled, HEADER_SEARCH_ROWS + 1)]
    cells = {*chain.from_iterable(rows[i] for i in places)}
    said = {c: plain(c) if isinstance(c, str) else "" for c in cells}
    names = {i: tuple(map(said.__getitem__, rows[i])) for i in places}
    for i in places[:HEADER_SEARCH_ROWS]:
        if len(names[i]) - names[i].count("") < 2:
            continue
        yield (i,), names[i]
        if i + 1 in names and {*map(type, rows[i + 1])} <= TEXTS:
            yield (i, i + 1), _two_row_names(names[i], names[i + 1])


def _two_row_names(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...]:
    """Name columns by the lower cell, by the upper where the lower is blank (merged downwards)."""
    pairs = zip_longest(upper, lower, fillvalue="")
    return tuple(below or above for above, below in pairs)


def _match(contract: Contract, rows: tuple[int, ...], names: tuple[str, ...]) -> Match:
    place = {}
    for column, name in enumerate(names):
        if name:
            place.setdefault(name, column)
    columns, parts, one_hot, missing = {}, {}, {}, []
    for spec in contract.fields:
        found = _find(spec, place, columns, parts, one_hot)
        if not found and spec.needs_header:
            missing.append(spec.label)
    return Match(contract, rows, names, columns, parts, one_hot, tuple(missing))


def _find(spec: Field, place: dict, columns: dict, parts: dict, one_hot: dict) -> bool:
    """Record where a field stands; a header belongs to the first field that claims it."""
    if spec.constant is not None:
        return True
    if spec.parts:
        found = [next((place[h] for h in part if h in place), None) for part in spec.parts]
        if any(c is not None for c in found):
            parts[spec.name] = [c for c in found if c is not None]
            return True
    hot = {place[h]: code for h, code in spec.one_hot.items() if h in place}
    if hot:
        one_hot[spec.name] = hot
        return True
    taken = set(columns.values())
    for header in spec.headers:
        if header in place and place[header] not in taken:
            columns[spec.name] = place[header]
            return True
    return False


def _most_specific(fits: list[Match]) -> list[Match]:
    """Drop a match that another explains better: a home's contract for the same ledger, or one
    that knows every column the first knows and more.
    """
    kept = []
    for match in fits:
        beaten = any(
            (other.contract.ledger == match.contract.ledger and _prefer(other, match))
            or other.used > match.used
            for other in fits
            if other is not match
        )
        if not beaten:
            kept.append(match)
    return kept


def _prefer(other: Match, match: Match) -> bool:
    return (not other.contract.shipped, other.rank) > (not match.contract.shipped, match.rank)
