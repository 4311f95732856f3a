"""How a percentage is printed, and how one that somebody printed stands to a numerator and a denominator.

Belongs here: the ways of rounding, and which of them gives a printed figure. Pure: exact fractions in,
decimals out, no floats. Does not belong here: where a figure or a printed text comes from.

A figure is rounded once, from its fraction: rounding what was rounded before gives another digit
(GB/T 8170-2008, 3.3: 不得连续修约).
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from math import ceil, floor

from ingestion.errors import HouseError

HOUSE_DECIMALS = 1  # tenths of a percentage point: what ranks tie by, too (printed_step)
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
HALF = Fraction(1, 2)


class NotAPercentage(HouseError):
    """A text is no printed percentage; the message says what one looks like, in Chinese."""


class Method(Enum):
    """How digits are dropped. All work on the amount and put the minus back (GB/T 8170-2008, 3.2)."""

    HALF_UP = "half_up"  # 四舍五入: what the house prints, and most bulletins
    HALF_EVEN = (
        "half_even"  # 四舍六入五成双: GB/T 8170-2008, 3.2; other than half-up at exact halves only
    )
    TRUNCATED = "truncated"  # 去尾: the digits beyond are cut off

    @property
    def label(self) -> str:
        return {"half_up": "四舍五入", "half_even": "五成双", "truncated": "去尾"}[self.value]


@dataclass(frozen=True)
class Reading:
    """A printed percentage beside its fraction.

    `stated`: as printed, its decimals are its precision. `methods`: every way that gives it, in the
    order of Method: of an exact value all three, of a half that was not carried half-even and
    truncation, which one figure cannot tell apart; empty: none does. `half_up`: what the house would
    print; `nearest`: the print of any method that comes nearest; both None, without a denominator.
    """

    num: int | Decimal
    den: int | Decimal
    stated: Decimal
    methods: tuple[Method, ...]
    half_up: Decimal | None
    nearest: Decimal | None

    @property
    def impossible(self) -> bool:
        """There is no denominator, so that no percentage could be printed."""
        return self.nearest is None

    @property
    def difference(self) -> Decimal | None:
        """What was printed less the nearest print, in percentage points; 0 when a method matches."""
        return None if self.impossible else self.stated - self.nearest

    def sentence(self, what: str) -> str:
        """Say in Chinese how the figure named `what` (place, period, metric) stands to its fraction."""
        said = f"{what}：印作 {self.stated}%，"
        if self.impossible:
            return f"{said}但没有分母，印不出百分数。"
        fraction = f"{_short(self.num)}/{_short(self.den)}"
        if Method.HALF_UP in self.methods:
            return f"{said}与 {fraction} 四舍五入相符。"
        if self.methods:
            ways = "或".join(m.label for m in self.methods)
            return f"{said}是 {fraction} {ways}所得，四舍五入应为 {self.half_up}%。"
        cut = f"、去尾为 {self.nearest}%" if self.nearest != self.half_up else ""
        return (
            f"{said}按 {fraction} 重算，四舍五入为 {self.half_up}%{cut}，"
            f"相差 {self.difference:+} 个百分点，哪种取舍都印不出。{self._which_numerators()}请核对原文和底数。"
        )

    def _which_numerators(self) -> str:
        """Say which numerators would give what was printed; nothing when things are not whole."""
        if self.den != int(self.den):
            return ""
        found = feasible(str(self.stated), int(self.den))
        if not found:
            return f"以 {_short(self.den)} 为分母，哪个整数分子都不可得。"
        method, numerators = next(iter(found.items()))
        first, last = numerators[0], numerators[-1]
        span = f"{first}" if first == last else f"{first} 至 {last}"
        return f"以 {_short(self.den)} 为分母，分子是 {span} 时{method.label}可得。"


def percent(
    num: int | Decimal,
    den: int | Decimal,
    decimals: int = HOUSE_DECIMALS,
    method: Method = Method.HALF_UP,
) -> Decimal:
    """Return num/den in percent as printed with so many decimals. Raises ZeroDivisionError without a den."""
    return ratio(num, den, 100, decimals, method)


def ratio(
    num: int | Decimal,
    den: int | Decimal,
    times: int = 1,
    decimals: int = HOUSE_DECIMALS,
    method: Method = Method.HALF_UP,
) -> Decimal:
    """Return `times` num/den as printed with so many decimals. Raises ZeroDivisionError without a den."""
    exact = times * Fraction(num) / Fraction(den)
    whole, rest = divmod(abs(exact) * 10**decimals, 1)
    carried = {
        Method.HALF_UP: rest >= HALF,
        Method.HALF_EVEN: rest > HALF or (rest == HALF and whole % 2 == 1),
        Method.TRUNCATED: False,
    }
    amount = whole + carried[method]
    digits = tuple(int(d) for d in str(amount))
    return Decimal((int(exact < 0 < amount), digits, -decimals))


def read(num: int | Decimal, den: int | Decimal, text: str) -> Reading:
    """Return how the percentage printed as `text` stands to num/den.

    Raises NotAPercentage for a text that is no percentage.
    """
    stated = stated_percent(text)
    if den <= 0:
        return Reading(num, den, stated, (), None, None)
    decimals = _decimals(stated)
    prints = {method: percent(num, den, decimals, method) for method in Method}
    methods = tuple(method for method, value in prints.items() if value == stated)
    nearest = min(prints.values(), key=lambda value: abs(value - stated))
    return Reading(num, den, stated, methods, prints[Method.HALF_UP], nearest)


def feasible(text: str, den: int) -> dict[Method, range]:
    """Return by which methods which whole numerators over `den` print as `text`; empty: none can.

    The GRIM test (Brown & Heathers 2017, Social Psychological and Personality Science 8: 363-369), of a
    share of whole things and for each way of rounding. It can only refute: from a denominator of
    10^(2 + decimals) on, every figure has a numerator. Numerators above the denominator are among them,
    as a growth may exceed 100%; they have the sign of the figure. Raises NotAPercentage.
    """
    stated = stated_percent(text)
    if den <= 0:
        return {}
    decimals = _decimals(stated)
    printed = int(abs(stated).scaleb(decimals))
    one = Fraction(den, 100 * 10**decimals)  # how much of a numerator the last digit is
    found = {m: _signed(_amounts(printed, one, m), stated < 0) for m in Method}
    return {method: numerators for method, numerators in found.items() if numerators}


def _amounts(printed: int, one: Fraction, method: Method) -> range:
    """Return the numerators from 0 that print as so many last digits."""
    if method is Method.TRUNCATED:
        low, high, ends = printed * one, (printed + 1) * one, (True, False)
    else:
        low, high, ends = (printed - HALF) * one, (printed + HALF) * one, (True, False)
        if method is Method.HALF_EVEN:
            ends = (printed % 2 == 0,) * 2
    first = ceil(low) + (low == ceil(low) and not ends[0])
    last = floor(high) - (high == floor(high) and not ends[1])
    return range(max(first, 0), last + 1)


def _signed(amounts: range, negative: bool) -> range:
    return range(-amounts[-1], -amounts[0] + 1) if negative and amounts else amounts


def stated_percent(text: str) -> Decimal:
    """Return a printed percentage as a number with its decimals: 98.9, 98.9% and full-width digits.

    Raises NotAPercentage.
    """
    told = unicodedata.normalize("NFKC", text).strip().removesuffix("%").strip()
    if not NUMBER.fullmatch(told):
        raise NotAPercentage("这不是一个百分数：请写成 98.9 或 98.9%，小数位数照原文。")
    return Decimal(told)


def _decimals(stated: Decimal) -> int:
    return -stated.as_tuple().exponent


def _short(count: int | Decimal) -> str:
    """Return a count without the zeros after its point."""
    return f"{count:f}".rstrip("0").rstrip(".") if isinstance(count, Decimal) else str(count)
