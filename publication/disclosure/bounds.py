"""The interval of each unknown that rows of sums leave open.

First by passing bounds along the rows until nothing moves, which is exact where rows form no ring. Where they do, by
linear programs, each ring by itself.
"""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from publication.disclosure.rows import Rows

NEVER = 1e9  # above every figure: no bound
LITTLE = 1e-6
LOOSE = 1e-4  # of a linear program's solution
ROUNDS = 1000  # each narrows some interval; long before this all stand
BATCH = 3000  # unknowns of small rings that are probed together
PROBES = 6  # pairs of solutions for many at once, before each unknown is asked alone


def propagate(rows: Rows, low: np.ndarray, high: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Narrow `low` and `high` in place until nothing moves, or something cannot be: return which unknowns cannot.

    `whole`: which are whole numbers.
    """
    up, exact, count = rows.coefficient > 0, rows.exact[rows.row], len(rows.total)
    for _ in range(ROUNDS):
        least = rows.coefficient * np.where(up, low[rows.unknown], high[rows.unknown])
        most = rows.coefficient * np.where(up, high[rows.unknown], low[rows.unknown])
        slack = rows.total - np.bincount(rows.row, least, count)
        excess = rows.total - np.bincount(rows.row, most, count)
        at_most, at_least = slack[rows.row] + least, excess[rows.row] + most
        new_high = np.where(up, at_most, np.where(exact, -at_least, NEVER))
        new_low = np.where(up, np.where(exact, at_least, -NEVER), -at_most)
        before = low.copy(), high.copy()
        np.minimum.at(high, rows.unknown, new_high)
        np.maximum.at(low, rows.unknown, new_low)
        low[whole] = np.ceil(low[whole] - LITTLE)
        high[whole] = np.floor(high[whole] + LITTLE)
        impossible = low > high + LITTLE
        moved = (low > before[0] + LITTLE) | (high < before[1] - LITTLE)
        if impossible.any() or not moved.any():
            return impossible
    return np.zeros(len(low), bool)


def narrowed(
    rows: Rows, low: np.ndarray, high: np.ndarray, asked: np.ndarray, width: float, largest: int
) -> int:
    """Narrow in place those of `asked` that lie in a ring of at most `largest` unknowns and whose true interval may be
    narrower than `width`; return how many lie in larger rings and are left as they are.
    """
    ring = _rings(rows, len(low))
    asked = asked & (ring >= 0) & (high - low >= width)
    if not asked.any():
        return 0
    sizes = np.bincount(ring[ring >= 0])
    settled = np.unique(ring[asked & (sizes[ring] <= largest)])
    batch = np.zeros(len(sizes), int)
    batch[settled] = 1 + np.cumsum(sizes[settled]) // BATCH
    for number in np.unique(batch[settled]):
        members = (ring >= 0) & (batch[ring] == number)
        program = _Program(rows, low, high, members)
        program.probe(asked[members], width)
        pending = np.flatnonzero(members)[program.pending]
        for one in np.unique(ring[pending]):
            _Program(rows, low, high, ring == one).ask(program.pending[ring[members] == one], width)
    return int((asked & (sizes[ring] > largest)).sum())


def _rings(rows: Rows, unknowns: int) -> np.ndarray:
    """Return of each unknown the number of its connected part, or -1 where that part has no ring."""
    size = unknowns + len(rows.total)
    graph = csr_matrix((np.ones(len(rows.row)), (rows.unknown, unknowns + rows.row)), (size, size))
    parts, label = connected_components(graph, directed=False)
    nodes = np.bincount(label, minlength=parts)
    edges = np.bincount(label[rows.unknown], minlength=parts)
    return np.where((edges >= nodes)[label[:unknowns]], label[:unknowns], -1)


class _Program:
    """The linear program over some unknowns that hang together. Where two solutions lie far enough apart in an unknown,
    it stays hidden; `pending` are those of which none did yet.
    """

    def __init__(self, rows: Rows, low: np.ndarray, high: np.ndarray, members: np.ndarray):
        self.place, self.ends = np.flatnonzero(members), (low, high)
        wanted = np.zeros(len(rows.total), bool)
        wanted[rows.row[members[rows.unknown]]] = True
        rows = rows.only(wanted)
        column = np.searchsorted(self.place, rows.unknown)
        shape = (len(rows.total), len(self.place))
        matrix = csr_matrix((rows.coefficient, (rows.row, column)), shape)
        self.sides = {
            "A_eq": matrix[rows.exact], "b_eq": rows.total[rows.exact],
            "A_ub": matrix[~rows.exact], "b_ub": rows.total[~rows.exact],
            "bounds": np.stack([low[self.place], high[self.place]], 1), "method": "highs",
        }  # fmt: skip
        self.least, self.most = np.full(shape[1], np.inf), np.full(shape[1], -np.inf)

    def probe(self, asked: np.ndarray, width: float) -> None:
        """Look for solutions far apart in many unknowns at once."""
        self.pending, draw = asked, np.random.default_rng(0)
        for _ in range(PROBES):
            signs = np.where(self.pending, draw.choice((-1.0, 1.0), len(asked)), 0)
            if any(self._solve(cost) is None for cost in (signs, -signs)):
                return
            self._leave_open(width)
            if not self.pending.any():
                return

    def ask(self, asked: np.ndarray, width: float) -> None:
        """Ask for the least and the greatest value of each."""
        self.pending = asked.copy()
        low, high = self.ends
        while self.pending.any():
            number = int(np.argmax(self.pending))
            cost = np.zeros(len(asked))
            cost[number] = 1
            least, most = self._solve(cost), self._solve(-cost)
            if least is not None and most is not None:
                low[self.place[number]] = np.ceil(least[number] - LOOSE)
                high[self.place[number]] = np.floor(most[number] + LOOSE)
            self.pending[number] = False
            self._leave_open(width)

    def _solve(self, cost: np.ndarray) -> np.ndarray | None:
        found = linprog(cost, **self.sides)
        if found.status != 0:
            return None
        np.minimum(self.least, found.x, out=self.least)
        np.maximum(self.most, found.x, out=self.most)
        return found.x

    def _leave_open(self, width: float) -> None:
        self.pending = self.pending & (self.most - self.least < width - LITTLE)
