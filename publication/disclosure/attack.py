"""The attack: what an outsider can work out of the figures that a release hides, out of all that is and was public.

He knows the public files, who is whose child, how sums hold, and that what is hidden for being small is at least one.
He goes in steps, by what he must know: sums within an area (its months, its cuts, what is printed twice), sums over
areas, percentages, earlier releases; the step in which an interval gets narrow is the kind of the leak. A numerator is
not protected of itself: where an area has answered all or nothing, so have its parts, whatever is hidden.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from publication.disclosure import bounds, percentages, reading, rows, sums
from publication.disclosure.reading import Public

KINDS = ("subtotal", "level", "percentage", "version")
NAMES = {"subtotal": "合计", "level": "层级", "percentage": "百分比", "version": "版次"}
SEEN = 3  # printed sums without a rest: of three, none by chance
LARGEST = 2000  # unknowns of a ring that is still settled exactly
UNKNOWNS = "select * from unknown order by figure"


@dataclass(frozen=True)
class Rules:
    """`width`: what a hidden figure's interval must be at least; `printed_step`: how exact rates are printed; `largest`: of
    how many unknowns a ring of sums may be that is settled exactly, which takes most of the time.
    """

    width: float
    printed_step: float
    largest: int = LARGEST


@dataclass(frozen=True)
class Found:
    """`narrow`: the figures whose interval is narrower than it must be, with its width, never the value itself;
    `hidden_count` figures were attacked, `open_count` of them lie in sums too large to be settled exactly.
    """

    narrow: pd.DataFrame
    hidden_count: int = 0
    open_count: int = 0


@dataclass
class _Known:
    """What is known so far of the unknowns, bases first, then numerators. `spread`: how far apart the values are that a
    base may have; `kind`: the step in which it became narrow, -1 while it is not.
    """

    low: np.ndarray
    high: np.ndarray
    whole: np.ndarray
    hidden: np.ndarray
    spread: np.ndarray
    kind: np.ndarray

    @classmethod
    def nothing(cls, unknown: pd.DataFrame) -> "_Known":
        count, hidden = len(unknown), unknown["hidden"].to_numpy(bool)
        counted = (unknown["sums_code"] != "amount").to_numpy()
        return cls(
            np.concatenate([np.where(hidden & counted, 1.0, 0.0), np.zeros(count)]),
            np.full(2 * count, bounds.NEVER),
            np.tile(counted, 2), hidden, np.full(count, np.inf), np.full(count, -1),
        )  # fmt: skip

    def judge(self, step: int, width: float) -> None:
        """Mark what has become narrow in a step."""
        count = len(self.hidden)
        self.spread = np.minimum(self.spread, self.high[:count] - self.low[:count])
        self.kind[self.hidden & (self.kind < 0) & (self.spread < width - bounds.LITTLE)] = step


def attack(
    public: Public,
    earlier: Sequence[Public],
    tree: pd.DataFrame,
    rules: Rules,
    asked: pd.DataFrame | None = None,
    years: Iterable[str] | None = None,
) -> Found:
    """Attack the hidden figures of a release. `earlier`: the releases before it, the last first; `tree`: who is whose
    child (reading.TREE); `asked`, `years`: of which indicators and years alone.
    """
    years = sorted(public.years() if years is None else years)
    connection = reading.started(public, tree)
    reading.ask(connection, asked)
    said: set[str] = set()
    for version, release in enumerate([public, *earlier]):
        # a file that a later release has word for word says nothing more
        pinned = {year: release.hashes.get(f"values/{year}.csv") for year in years}
        news = [year for year in years if pinned[year] is None or pinned[year] not in said]
        reading.read(connection, release, version, news, rules.printed_step)
        said |= {pinned[year] for year in news if pinned[year]}
    unknown = connection.execute(UNKNOWNS).df()
    if not unknown["hidden"].any():
        return Found(_told(unknown, _Known.nothing(unknown)))
    known, open_count, carried = _work_out(connection, unknown, rules)
    narrow = _told(unknown, known)
    if earlier and (known.kind == rows.VERSIONS).any():
        narrow["out_flag"] = carried[known.kind >= 0] | _was_out(
            narrow, earlier, tree, rules, years
        )
    return Found(narrow, int(known.hidden.sum()), open_count)


def _work_out(connection: duckdb.DuckDBPyConnection, unknown: pd.DataFrame, rules: Rules):
    """Take every step; where the sums cannot all hold, leave out what is least certain of those indicators."""
    while True:
        sums.learn(connection, SEEN)
        found = rows.of_public(connection, len(unknown))
        known, width = _Known.nothing(unknown), rules.width
        for step in (rows.AREA_SUMS, rows.LEVELS):
            within = found.only(found.knowledge <= step)
            impossible = bounds.propagate(within, known.low, known.high, known.whole)
            if impossible.any():
                break
            known.judge(step, width)
        if not impossible.any() or not _doubt(connection, unknown, impossible):
            break
    asked = np.concatenate([known.hidden, np.zeros(len(unknown), bool)])
    open_count = bounds.narrowed(found, known.low, known.high, asked, width, rules.largest)
    known.judge(rows.LEVELS, width)
    _by_percentages(connection, found, known, width)
    carried = _by_versions(connection, found, known, rules)
    return known, open_count, carried


def _doubt(
    connection: duckdb.DuckDBPyConnection, unknown: pd.DataFrame, impossible: np.ndarray
) -> bool:
    """Note of which indicators the sums cannot all hold; False when no more of theirs can be left out."""
    figures = unknown.iloc[np.unique(np.flatnonzero(impossible) % len(unknown))]
    connection.register("given", figures[["indicator_code", "variant"]].astype("string"))
    connection.execute("create or replace temp table news as select distinct * from given")
    connection.unregister("given")
    connection.execute(sums.DOUBT)
    (doubts,) = connection.execute(sums.LEAST_DOUBT).fetchone()
    return doubts <= sums.DOUBTS


def _by_percentages(
    connection: duckdb.DuckDBPyConnection, found: rows.Rows, known: _Known, width: float
) -> None:
    before = known.low.copy(), known.high.copy()
    left = percentages.apply(connection, known.low, known.high)
    if np.isinf(left).all():
        return
    known.spread = np.minimum(known.spread, left - 1)
    known.judge(rows.PERCENTAGES, width)
    if bounds.propagate(found, known.low, known.high, known.whole).any():
        known.low, known.high = before
    known.judge(rows.PERCENTAGES, width)


def _by_versions(
    connection: duckdb.DuckDBPyConnection, found: rows.Rows, known: _Known, rules: Rules
) -> np.ndarray:
    """Take what is hidden now to be what was printed, where all else of a sum is the same; return where that is."""
    said = connection.execute(sums.CARRIED).fetchnumpy()
    carried, count = np.zeros(len(known.hidden), bool), len(known.hidden)
    if not len(said["place"]):
        return carried
    before = known.low.copy(), known.high.copy()
    for shift, column in ((0, "base"), (count, "num")):
        known.low[said["place"] + shift] = known.high[said["place"] + shift] = said[column]
    if bounds.propagate(found, known.low, known.high, known.whole).any():
        known.low, known.high = before
        return carried
    carried[said["place"]] = True
    asked = np.concatenate([known.hidden & ~carried, np.zeros(count, bool)])
    bounds.narrowed(found, known.low, known.high, asked, rules.width, rules.largest)
    known.judge(rows.VERSIONS, rules.width)
    return carried


def _told(unknown: pd.DataFrame, known: _Known) -> pd.DataFrame:
    """Return what is narrow, without values."""
    at = known.kind >= 0
    named = unknown.loc[at, reading.KEY.split(", ")].reset_index(drop=True)
    return named.assign(
        leak_code=[KINDS[kind] for kind in known.kind[at]],
        width=known.spread[at].round(),
        out_flag=False,
    )


def _was_out(
    narrow: pd.DataFrame, earlier: Sequence[Public], tree, rules: Rules, years: Iterable[str]
) -> np.ndarray:
    """Whether what earlier releases give away is out already, without the one that is judged."""
    asked = narrow[["indicator_code", "variant"]].drop_duplicates()
    key = reading.KEY.split(", ")
    before = attack(earlier[0], earlier[1:], tree, rules, asked, years).narrow[key]
    found = narrow[key].merge(before, how="left", on=key, indicator=True)["_merge"] == "both"
    return (found & (narrow["leak_code"] == "version")).to_numpy()
