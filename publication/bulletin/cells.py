"""One figure as it stands in an issue: its number, badge, change, rank, months and limits, in words.

Belongs here: finding a figure in the plain values of `contents` and putting together all that is said of it. Where it
stands is `layout`'s.
"""

from dataclasses import asdict
from datetime import date

from publication.bulletin import wording
from publication.bulletin.contents import SERIES_MONTHS
from publication.bulletin.revisions import key_of
from publication.bulletin.variation import limits

FAMILIES = {
    "arithmetic": "重算",
    "definition": "口径",
    "reconciliation": "上下级对照",
    "timing": "报送",
}
LIMITS = {"outside_95": "95% 控制限之外", "outside_998": "99.8% 控制限之外"}
ANSWERS = {"passed": "通过", "failed": "未通过", "not_applicable": "不适用"}


class Found:
    """The figures of an issue by their key, its main period, and the months before it."""

    def __init__(self, said: dict) -> None:
        last = said["issue"]["last_date"]
        self.period, self.kind = said["issue"]["main_period"], said["issue"]["main_kind"]
        self.annual = self.kind == "year"
        self.over = said["issue"]["month_over_flag"]
        self.months = _months_before(last)
        self.own = said["issue"]["region_code"]
        self.names = {a["area_code"]: a["area_name"] for a in said["areas"]}
        self.figures = {key_of(row): row for row in said["figures"]}
        self.indicators = {(i["indicator_code"], i["variant"]): i for i in said["indicators"]}
        self.series = {
            (s["indicator_code"], s["variant"], s["area_code"]): {
                m["period"]: m["value"] for m in s["months"]
            }
            for s in said["series"]
        }

    def figure(self, indicator: dict, area: str, period: str | None = None) -> dict | None:
        name = (indicator["indicator_code"], indicator["variant"])
        return self.figures.get((*name, period or self.period, area))

    def months_of(self, indicator: dict, area: str) -> list[float | None]:
        known = self.series.get((indicator["indicator_code"], indicator["variant"], area), {})
        return [known.get(month) for month in self.months]


def _months_before(last: str) -> list[str]:
    day = date.fromisoformat(last)
    number = day.year * 12 + day.month - 1
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(number - SERIES_MONTHS + 1, number + 1)]


def cell(found: Found, indicator: dict, area: str, period: str | None = None) -> dict | None:
    """Return all that is said of a figure; None where there is none."""
    figure = found.figure(indicator, area, period)
    if figure is None:
        return None
    monthly = figure["period_kind_code"] == "month"
    months = found.months_of(indicator, area)
    share = wording.is_share(indicator["kind_code"])
    judged = monthly and found.over
    within = limits(months[:-1], most=1.0 if share else None) if judged else None
    value = wording.value(figure)
    ordinary = within is not None and value is not None and within.hold(value)
    change = wording.change(figure, indicator, ordinary)
    return {
        "indicator_code": figure["indicator_code"], "variant": figure["variant"], "period": figure["period"],
        "area_code": area, "area_name": figure["area_name"], "name": indicator["indicator_name"],
        "number": wording.number(figure, indicator), "unit": wording.unit(indicator),
        "fraction": wording.fraction(figure, indicator), "marks": wording.marks(figure),
        "badge": wording.badge(figure), "status": figure["release_status"], "reason": figure["reason_text"],
        "missing_count": figure["missing_count"], "rank": "" if area == found.own else wording.rank(figure),
        "rank_span": "" if area == found.own else wording.rank_span(figure),
        "limit": LIMITS.get((figure["rank"] or {}).get("limit_code"), ""),
        "change": asdict(change) | {"note": change.note} if change else None, "months": months,
        "limits": asdict(within) if within else None, "ordinary": ordinary if within else None,
        "value": value, "excluded_count": figure["excluded_count"],
        "interval": _interval(figure) if share else "", "checks": _checks(figure),
        "page": f"{slug(indicator)}/{area}-{figure['period']}.html",
    }  # fmt: skip


def slug(indicator: dict) -> str:
    """Return how an indicator's variant is called in names of files."""
    return f"{indicator['indicator_code']}__{indicator['variant']}"


def _interval(figure: dict) -> str:
    if figure["value_low"] is None:
        return ""
    return f"{100 * figure['value_low']:.1f}—{100 * figure['value_high']:.1f}"


def _checks(figure: dict) -> list[dict]:
    return [
        {
            "family": FAMILIES[told["family_code"]],
            "answer": ANSWERS[told["answer_code"]],
            "code": told["answer_code"],
            "text": told["answer_text"],
        }
        for told in figure["checks"] or ()
    ]
