"""Whether a month differs from those before it by more than they differ from one another.

Individuals chart (XmR): mean of the months before, give or take 2.66 mean moving ranges, which is three standard errors
of a normal variable (Wheeler & Chambers 1992, Understanding Statistical Process Control; NHS England, Making Data Count).
"""

from dataclasses import dataclass
from statistics import fmean

FEWEST_MONTHS = 12  # of fewer the limits move more than what they judge
WIDTH = 2.66  # 3 / d2, d2 = 1.128 of ranges of two


@dataclass(frozen=True)
class Limits:
    """Within which a month is ordinary, in the unit of the values."""

    low: float
    middle: float
    high: float

    def hold(self, value: float) -> bool:
        return self.low <= value <= self.high


def limits(
    before: list[float | None], least: float = 0.0, most: float | None = None
) -> Limits | None:
    """Return the limits that the months before one set; None where they are too few. None in a list: not printed.

    `least` and `most` bound what the values can be: 0 and 1 of shares.
    """
    known = [value for value in before if value is not None]
    if len(known) < FEWEST_MONTHS:
        return None
    ranges = [
        abs(b - a)
        for a, b in zip(before, before[1:], strict=False)
        if a is not None and b is not None
    ]
    if not ranges:
        return None
    middle, reach = fmean(known), WIDTH * fmean(ranges)
    high = middle + reach if most is None else min(middle + reach, most)
    return Limits(max(middle - reach, least), middle, high)
