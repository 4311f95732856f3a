"""The release calendar: which periodic issues there are, and when each is cut off, printed and final.

Belongs here: turning the rule `release_calendar` into dated entries. What is made of an entry: `publication.issues`.
All instants are Beijing wall time; days count from the last day of the period and are not moved for holidays: a date
announced is kept.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from ingestion.rule_tables import rule_rows

ENDLESS = "9999-12-31"
LONGEST_CADENCE_DAYS = 366 + 31  # a year, and the day of cut-off moved within a month


@dataclass(frozen=True)
class Entry:
    """One issue of a series: its period, its number within the year of the period's name, and its instants."""

    series_code: str
    series_name: str
    period: str
    issue_no: int
    first_date: date
    last_date: date
    cut_off_at: datetime
    print_at: datetime
    final_at: datetime
    reply_due_date: date | None = None

    def said(self) -> dict[str, str | int | None]:
        """Return it as plain values, days and instants as ISO 8601."""
        told = asdict(self).items()
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in told}


def entries(rules: Path | None, since: datetime, until: datetime) -> list[Entry]:
    """Return the issues that are cut off after `since` and not after `until`, in the order of their print.

    Of a series whose rule changes, each issue is by the rule that holds on the last day of its period.
    """
    rows = rule_rows("release_calendar", rules)
    reach = max((int(row["cut_off_day_count"]) for row in rows), default=0) + 1
    day, found = since.date() - timedelta(days=reach), []
    while day <= until.date():
        for row in rows:
            period = _period(row["cadence_code"], day)
            if period and row["valid_from"] <= str(day) <= (row["valid_to"] or ENDLESS):
                entry = _entry(row, *period, day)
                if since < entry.cut_off_at <= until:
                    found.append(entry)
        day += timedelta(days=1)
    return sorted(found, key=lambda e: (e.print_at, e.series_code, e.period))


def following(rules: Path | None, entry: Entry) -> Entry | None:
    """Return the next issue of the same series; None where its rule ends."""
    until = entry.cut_off_at + timedelta(days=LONGEST_CADENCE_DAYS)
    after = entries(rules, entry.cut_off_at, until)
    return next((e for e in after if e.series_code == entry.series_code), None)


def _entry(row: dict[str, str], period: str, first: date, last: date) -> Entry:
    def at(days: str, clock: str) -> datetime:
        return datetime.combine(
            last + timedelta(days=int(row[days])), time.fromisoformat(row[clock])
        )

    reply = row["reply_day_count"]
    return Entry(
        row["series_code"], row["series_name"], period, _number(period), first, last,
        at("cut_off_day_count", "cut_off_time"), at("print_day_count", "print_time"), at("final_day_count", "print_time"),
        last + timedelta(days=int(reply)) if reply else None,
    )  # fmt: skip


def _number(period: str) -> int:
    """Return which of its year a period is: 2026-03 and 2026-Q3 the third, 2026-03-H2 the sixth, 2026 the first."""
    _, *parts = period.split("-")
    if not parts:
        return 1
    if len(parts) == 1:
        return int(parts[0].lstrip("WQ"))
    if parts[1].startswith("H"):
        return 2 * int(parts[0]) - 2 + int(parts[1][1])
    return date.fromisoformat(period).timetuple().tm_yday


def _period(cadence: str, last: date) -> tuple[str, date] | None:
    """Return the period of a cadence that ends on a day: its name and first day; None when none does."""
    month_start, ends_month = last.replace(day=1), (last + timedelta(days=1)).day == 1
    quarter = (last.month + 2) // 3
    year, week, weekday = last.isocalendar()
    if cadence == "daily":
        return str(last), last
    if cadence == "weekly":
        return (f"{year}-W{week:02d}", last - timedelta(days=6)) if weekday == 7 else None
    if cadence == "half_monthly":
        if last.day == 15:
            return f"{last:%Y-%m}-H1", month_start
        return (f"{last:%Y-%m}-H2", month_start + timedelta(days=15)) if ends_month else None
    if not ends_month:
        return None
    if cadence == "monthly":
        return f"{last:%Y-%m}", month_start
    if cadence == "quarterly" and last.month % 3 == 0:
        return f"{last:%Y}-Q{quarter}", last.replace(month=last.month - 2, day=1)
    if cadence == "annual" and last.month == 12:
        return f"{last:%Y}", last.replace(month=1, day=1)
    return None


def months_of(entry: Entry) -> Iterator[str]:
    """Yield the months into which an issue's period reaches, as figures name them."""
    day = entry.first_date.replace(day=1)
    while day <= entry.last_date:
        yield f"{day:%Y-%m}"
        day = (day + timedelta(days=32)).replace(day=1)


def regions_of(rules: Path | None, entry: Entry) -> list[str]:
    """Return the regions that an issue is made for, by the rule `issue_regions` of the last day of its period."""
    day = str(entry.last_date)
    return sorted(
        row["region_code"]
        for row in rule_rows("issue_regions", rules)
        if row["series_code"] == entry.series_code
        and row["valid_from"] <= day <= (row["valid_to"] or ENDLESS)
    )


def front_of(rules: Path | None, entry: Entry) -> list[dict[str, str]]:
    """Return what stands on an issue's first page, in order, by the rule `issue_indicators` of the last day of its
    period: indicator, variant, `card` or `table`. A row of the series goes before one of all series.
    """
    day = str(entry.last_date)
    found: dict[tuple, dict] = {}
    for series in ("all", entry.series_code):
        for row in rule_rows("issue_indicators", rules):
            if row["series_code"] == series and row["valid_from"] <= day <= (
                row["valid_to"] or ENDLESS
            ):
                found[row["indicator_code"], row["variant"]] = row
    shown = sorted(
        found.values(),
        key=lambda row: (int(row["order_no"]), row["indicator_code"], row["variant"]),
    )
    names = ("indicator_code", "variant", "place_code")
    return [{n: row[n] for n in names} for row in shown if row["place_code"] != "none"]
