"""The sums as rows of a sparse matrix over what is unknown: of each figure its base, and after all of these its numerator.

A row says that its entries add up to `total`, or to at most that where it is not exact. `knowledge` is what an outsider
must know to use it.
"""

from dataclasses import dataclass

import duckdb
import numpy as np

from publication.disclosure import sums

AREA_SUMS, LEVELS, PERCENTAGES, VERSIONS = range(4)


@dataclass(frozen=True)
class Rows:
    """Rows of `coefficient * unknown`; `row`: to which row an entry belongs."""

    row: np.ndarray
    unknown: np.ndarray
    coefficient: np.ndarray
    total: np.ndarray
    exact: np.ndarray
    knowledge: np.ndarray

    def only(self, wanted: np.ndarray) -> "Rows":
        """Return some of the rows."""
        number, kept = np.cumsum(wanted) - 1, wanted[self.row]
        return Rows(
            number[self.row[kept]], self.unknown[kept], self.coefficient[kept],
            self.total[wanted], self.exact[wanted], self.knowledge[wanted],
        )  # fmt: skip


def of_public(connection: duckdb.DuckDBPyConnection, count: int) -> Rows:
    """Return all rows of what is read; `count`: how many figures are unknown."""
    return _joined(
        [
            *_of_sums(connection, count),
            *_of_parts(connection, count),
            *_of_again(connection, count),
            _of_apart(connection),
            _of_shares(connection, count),
        ]
    )


def _rows(row, place, coefficient, known, exact, knowledge) -> Rows:
    """Return rows from entries of which those without a place are known; a row of what is all known is none."""
    open_entry = place >= 0
    wanted, row_of = np.unique(row[open_entry], return_inverse=True)
    total = np.bincount(row, np.where(open_entry, 0, -coefficient * known), row.max(initial=-1) + 1)
    first = np.searchsorted(row, wanted)
    return Rows(
        row_of, place[open_entry], coefficient[open_entry].astype(float), total[wanted],
        exact[first], np.broadcast_to(knowledge, row.shape)[first],
    )  # fmt: skip


def _joined(parts: list[Rows]) -> Rows:
    starts = np.cumsum([0, *(len(part.total) for part in parts)])
    row = np.concatenate([part.row + start for part, start in zip(parts, starts, strict=False)])
    names = ("unknown", "coefficient", "total", "exact", "knowledge")
    return Rows(row, *(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _of_sums(connection: duckdb.DuckDBPyConnection, count: int) -> list[Rows]:
    said = connection.execute(sums.OF_ENTRIES).fetchnumpy()
    knowledge = np.where(said["level"], LEVELS, AREA_SUMS)
    share = said["share"]
    return [
        _rows(*(said[c] for c in ("row", "place", "coefficient", "base", "exact")), knowledge),
        _rows(
            said["row"][share], _numerators(said["place"][share], count), said["coefficient"][share],
            said["num"][share], said["exact"][share], knowledge[share],
        ),
    ]  # fmt: skip


def _numerators(place: np.ndarray, count: int) -> np.ndarray:
    return np.where(place >= 0, place + count, -1)


def _of_parts(connection: duckdb.DuckDBPyConnection, count: int) -> list[Rows]:
    said = connection.execute(sums.OF_PARTS).fetchnumpy()
    told = ~np.ma.getmaskarray(np.ma.asarray(said["told_num"]))
    return [
        _printed_sum(said["row"], said["place"], said["base"], said["told"], said["whole"]),
        _printed_sum(
            said["row"][told], _numerators(said["place"][told], count), said["num"][told],
            np.asarray(said["told_num"])[told], said["whole"][told],
        ),
    ]  # fmt: skip


def _of_again(connection: duckdb.DuckDBPyConnection, count: int) -> list[Rows]:
    said = connection.execute(sums.OF_AGAIN).fetchnumpy()
    row, known = np.arange(len(said["place"])), np.zeros(len(said["place"]))
    told = ~np.ma.getmaskarray(np.ma.asarray(said["num"]))
    return [
        _printed_sum(row, said["place"], known, said["base"], said["whole"]),
        _printed_sum(
            row[told], said["place"][told] + count, known[told], np.asarray(said["num"])[told],
            said["whole"][told],
        ),
    ]  # fmt: skip


def _printed_sum(row, place, known, told, whole) -> Rows:
    """Return rows of figures that add up to what is told once a row; what is not whole is no more than they are."""
    if not len(row):
        return _rows(row.astype(int), place, place, known, place.astype(bool), AREA_SUMS)
    _, first = np.unique(row, return_index=True)
    order = np.argsort(np.concatenate([row, row[first]]), kind="stable")
    return _rows(
        np.concatenate([row, row[first]])[order],
        np.concatenate([place, np.full(len(first), -1)])[order],
        np.concatenate([np.full(len(row), -1), np.ones(len(first), int)])[order],
        np.concatenate([known, told[first]])[order].astype(float),
        np.concatenate([whole, whole[first]])[order].astype(bool),
        AREA_SUMS,
    )


def _of_apart(connection: duckdb.DuckDBPyConnection) -> Rows:
    """A part is no more than its whole."""
    said = connection.execute(sums.OF_APART).fetchnumpy()
    count = len(said["part"])
    return _rows(
        np.repeat(np.arange(count), 2),
        np.stack([said["part"], said["whole"]], 1).ravel(),
        np.tile([1, -1], count),
        np.stack([np.zeros(count), said["base"]], 1).ravel(),
        np.zeros(2 * count, bool),
        LEVELS,
    )


def _of_shares(connection: duckdb.DuckDBPyConnection, count: int) -> Rows:
    """A numerator is no more than its base."""
    shares = "select place from unknown inner join places using (figure) where kind_code in ('share', 'stock') order by all"
    place = connection.execute(shares).fetchnumpy()["place"]
    return _rows(
        np.repeat(np.arange(len(place)), 2),
        np.stack([place + count, place], 1).ravel(),
        np.tile([1, -1], len(place)),
        np.zeros(2 * len(place)),
        np.zeros(2 * len(place), bool),
        AREA_SUMS,
    )
