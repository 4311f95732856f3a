"""How one figure of an issue is said: its number, its badge, its change, its rank.

Belongs here: turning the plain values of `contents` into short Chinese text and codes for shape and colour. Every
renderer says a figure with these words, so that no two formats differ. What is null in the contents has no number here.
"""

from dataclasses import dataclass
from decimal import Decimal

from publication.printed import percent, ratio

# badge code: the one character, and the word; by shape and character, not by colour alone
BADGES = {
    "verified": ("核", "已核验"),
    "provisional": ("待", "未全核对"),
    "revised": ("修", "已更正"),
    "held": ("缓", "暂缓发布"),
    "suppressed": ("※", "隐去"),
    "small": ("小", "基数小"),
    "break": ("断", "口径或范围有变"),
    "estimated": ("估", "估算"),
}
# what of several is shown first
ORDER = {"r": "revised", "b": "break", "p": "provisional", "u": "small", "e": "estimated"}
KEPT_BACK = {"held": "暂缓", "suppressed": "※", "gone": "本期没有"}
SHARES = ("share", "stock")
UP, DOWN, SAME = "▲", "▼", "—"
TONES = {
    ("higher", UP): "good",
    ("higher", DOWN): "bad",
    ("lower", UP): "bad",
    ("lower", DOWN): "good",
}


@dataclass(frozen=True)
class Change:
    """A change against the year before: its text, and whether it is for the better (`good`, `bad`, `none`)."""

    text: str
    tone: str
    ordinary: bool

    @property
    def note(self) -> str:
        return "在正常波动范围内" if self.ordinary else ""


def is_share(kind: str) -> bool:
    """Return whether a kind is printed in percent."""
    return kind in SHARES


def number(figure: dict, indicator: dict) -> str:
    """Return the number of a figure as printed, without its unit; of what is kept back, a word."""
    if figure["release_status"] != "published":
        return KEPT_BACK[figure["release_status"]]
    kind, num, den = indicator["kind_code"], figure["num"], figure["den"]
    if num is None or kind != "count" and not den:
        return SAME
    if kind == "count":
        return grouped(num)
    if is_share(kind):
        return str(percent(_exact(num), _exact(den)))
    return str(ratio(_exact(num), _exact(den), 10_000 if kind == "per_capita" else 1))


def value(figure: dict) -> float | None:
    """Return the number of a figure as it is reckoned with: percent for shares; None of what is kept back."""
    return figure["value"] if figure["release_status"] == "published" else None


def unit(indicator: dict) -> str:
    return "%" if is_share(indicator["kind_code"]) else indicator["unit_name"]


def fraction(figure: dict, indicator: dict) -> str:
    """Return numerator and denominator of a figure that has both; nothing of a count or of what is kept back."""
    if figure["num"] is None or figure["den"] is None or indicator["kind_code"] == "count":
        return ""
    return f"{grouped(figure['num'])}/{grouped(figure['den'])}"


def part(told: dict, name: str) -> str:
    """Return the numerator or denominator of something printed, else the word for why not."""
    if told["status_code"] != "published":
        return KEPT_BACK[told["status_code"]]
    return SAME if told[name] is None else grouped(told[name])


def marks(figure: dict) -> str:
    """Return the letters of the observation status, as they stand after a number."""
    return "".join(figure["observation_status"])


def badge(figure: dict) -> str:
    """Return the code of the badge of a figure: held and suppressed before all, then what was changed."""
    if figure["release_status"] != "published":
        return figure["release_status"]
    found = [code for mark, code in ORDER.items() if mark in figure["observation_status"]]
    return found[0] if found else "verified"


def change(figure: dict, indicator: dict, ordinary: bool = False) -> Change | None:
    """Return the change against the year before; None where the release does not compare."""
    told = figure["year_over_year"]
    if figure["release_status"] != "published" or not told:
        return None
    amount, suffix = told["yoy_points"], "个百分点"
    if told["unit"] == "percent":
        amount, suffix = told["yoy_percent"], "%"
    if amount is None:
        return None
    shown = ratio(_exact(amount), 1)
    arrow = SAME if shown == 0 else UP if shown > 0 else DOWN
    tone = "none" if ordinary else TONES.get((indicator["direction_code"], arrow), "none")
    return Change(
        f"{arrow} {abs(shown)}{suffix}" if suffix == "%" else f"{arrow} {abs(shown)} {suffix}",
        tone,
        ordinary,
    )


def rank(figure: dict) -> str:
    """Return the rank of a figure, a number; nothing where it is not ranked. Ties have the same."""
    told = figure["rank"]
    return str(told["rank"]) if told and told["rank"] is not None else ""


def rank_span(figure: dict) -> str:
    """Return between which ranks chance alone may put a figure; nothing where it is not ranked."""
    told = figure["rank"]
    if not told or told["rank"] is None or told["rank_low"] is None:
        return ""
    return f"{told['rank_low']}–{told['rank_high']}"


def month(period: str) -> str:
    """Return a period in words: 2026年3月, 2026年第1季度, 2026年."""
    year, *rest = period.split("-")
    if not rest:
        return f"{year}年"
    return (
        f"{year}年第{rest[0][1:]}季度" if rest[0].startswith("Q") else f"{year}年{int(rest[0])}月"
    )


def day(told: str) -> str:
    """Return a day or instant in words: 2026年3月31日, and the time of day where it has one."""
    date, _, clock = told.partition("T")
    year, number, of_month = date.split("-")
    shown = f"{year}年{int(number)}月{int(of_month)}日"
    return f"{shown} {clock[:5]}" if clock else shown


def grouped(amount: float) -> str:
    """Return a count with its thousands apart, and decimals only where it has some."""
    whole = int(amount)
    return f"{whole:,}" if amount == whole else f"{amount:,.2f}".rstrip("0").rstrip(".")


def _exact(amount: float) -> Decimal:
    return Decimal(str(amount))
