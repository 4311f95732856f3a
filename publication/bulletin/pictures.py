"""The small pictures of an issue: the months of one figure as a line, within the limits of ordinary variation.

Belongs here: SVG of one line, nothing else: drawn with numbers alone, so that a page holds hundreds of them, no font is
asked for, and the same months give the same bytes. A month that is not printed is a gap.
"""

from collections.abc import Iterator
from html import escape
from itertools import groupby

MARGIN = 4.0
LINE, BAND, ORDINARY, APART = "#1f4e79", "#dfe7ef", "#1f4e79", "#b3261e"


def spark(
    months: list[float | None],
    limits: dict | None = None,
    said: str = "近24个月",
    width: float = 120,
    height: float = 30,
) -> str:
    """Return the picture of the months, oldest first, as SVG; nothing where no month is printed. `limits`: low, middle and
    high of ordinary variation. The last month is a dot within them and a diamond outside: told by shape, too.
    """
    known = [value for value in months if value is not None]
    if not known:
        return ""
    ends = [*known, *([limits["low"], limits["high"]] if limits else [])]
    low, reach = min(ends), (max(ends) - min(ends)) or 1.0

    def x(place: int) -> str:
        return _short(MARGIN + place * (width - 2 * MARGIN) / max(len(months) - 1, 1))

    def y(value: float) -> str:
        return _short(height - MARGIN - (value - low) / reach * (height - 2 * MARGIN))

    parts = []
    if limits:
        top, bottom = float(y(limits["high"])), float(y(limits["low"]))
        parts.append(
            f'<rect x="0" y="{_short(top)}" width="{_short(width)}" height="{_short(bottom - top)}" fill="{BAND}"/>'
        )
    for run in _runs(months):
        points = " ".join(f"{x(place)},{y(value)}" for place, value in run)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{LINE}" stroke-width="1.2"/>'
        )
    place, value = max((n, v) for n, v in enumerate(months) if v is not None)
    parts.append(_last(float(x(place)), float(y(value)), limits, value))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="spark" role="img" aria-label="{escape(said, quote=True)}"'
        f' width="{_short(width)}" height="{_short(height)}" viewBox="0 0 {_short(width)} {_short(height)}">'
        f"{''.join(parts)}</svg>"
    )


def _last(x: float, y: float, limits: dict | None, value: float) -> str:
    if limits and not limits["low"] <= value <= limits["high"]:
        corners = ((x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y))
        points = " ".join(f"{_short(a)},{_short(b)}" for a, b in corners)
        return f'<polygon points="{points}" fill="{APART}"/>'
    return f'<circle cx="{_short(x)}" cy="{_short(y)}" r="2.4" fill="{ORDINARY}"/>'


def _runs(months: list[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Yield the months that follow one another without a gap."""
    for gap, run in groupby(enumerate(months), key=lambda pair: pair[1] is None):
        if not gap:
            yield list(run)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
