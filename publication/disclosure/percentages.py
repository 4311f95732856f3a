"""What a printed percentage betrays of a hidden denominator: few whole numbers have it (GRIM).

71.3 % with fewer than a hundred is 57 of 80, 62 of 87 or 67 of 94, and an interval printed beside it leaves one of these.
"""

import duckdb
import numpy as np

Z = 1.959963984540054  # of the interval of 95 % that is printed
MANY = 20_000  # denominators that are tried: a percentage that half of these have bounds nothing from above
RATES = (
    "select place, rate, half, rate_low from rates inner join places using (figure) order by all"
)


def apply(connection: duckdb.DuckDBPyConnection, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Narrow the intervals of denominators by the rates printed of them, in place; return of each how many it may yet
    be (infinitely many where no rate is printed, or none of those tried has it).
    """
    left = np.full(len(low) // 2, np.inf)
    said = connection.execute(RATES).fetchall()
    for place in sorted({row[0] for row in said}):
        tried = np.arange(max(low[place], 1), min(high[place], MANY) + 1)
        for _, rate, half, rate_low in (row for row in said if row[0] == place):
            tried = tried[_has(tried, rate, half, rate_low)]
        if len(tried):
            bounded = high[place] <= MANY or tried[-1] < MANY / 2
            low[place] = tried[0]
            if bounded:
                left[place], high[place] = len(tried), tried[-1]
    return left


def _has(den: np.ndarray, rate: float, half: float, rate_low: float | None) -> np.ndarray:
    """Whether a rate, printed to a half of its last digit, can be one of these denominators'."""
    num = np.round(rate * den)
    found = (num >= 0) & (num <= den) & (np.abs(num / den - rate) <= half + 1e-9)
    if rate_low is not None:
        share = num / den
        spread = Z * np.sqrt(share * (1 - share) / den + Z * Z / (4 * den * den))
        lower = (share + Z * Z / (2 * den) - spread) / (1 + Z * Z / den)
        found &= np.abs(np.maximum(lower, 0) - rate_low) <= 2e-6
    return found
