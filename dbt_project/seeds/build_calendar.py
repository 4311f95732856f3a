"""Build ref_calendar_exception.csv: the days of 2004 to 2026 on which the weekday misleads.

usage: python dbt_project/seeds/build_calendar.py

A weekday that is a public holiday of the PRC has is_working_day false, a weekend day that is
worked in exchange (调休) has true; every other day follows its weekday and has no row. Source:
the constants of the Python package chinesecalendar 1.11.0 (MIT), which transcribes the yearly
holiday notices of the General Office of the State Council (国务院办公厅节假日安排通知).
The result is checked against the package for every day before it is written.
"""

import csv
import datetime
from importlib.metadata import version
from pathlib import Path

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays, workdays

OUT = Path(__file__).with_name("ref_calendar_exception.csv")
PACKAGE_VERSION = "1.11.0"
FIRST, LAST = datetime.date(2004, 1, 1), datetime.date(2026, 12, 31)
# the package shortens these three
FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def chinese_name(value: str) -> str:
    short = Holiday(value).chinese
    return FULL_NAMES.get(short, short)


def main() -> None:
    if version("chinesecalendar") != PACKAGE_VERSION:
        raise SystemExit(f"chinesecalendar {PACKAGE_VERSION} is the stated source")
    days = [FIRST + datetime.timedelta(n) for n in range((LAST - FIRST).days + 1)]
    exceptions: dict[datetime.date, tuple[bool, str]] = {}
    for day in days:
        weekend = day.weekday() > 4
        if weekend and day in workdays:
            exceptions[day] = (True, chinese_name(workdays[day]))
        elif not weekend and day in holidays and day not in workdays:
            exceptions[day] = (False, chinese_name(holidays[day]))
    for day in days:
        works = exceptions[day][0] if day in exceptions else day.weekday() < 5
        if works != chinese_calendar.is_workday(day):
            raise SystemExit(f"{day} differs from the package")
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["calendar_date", "is_working_day", "holiday_name"])
        for day, (works, name) in sorted(exceptions.items()):
            writer.writerow([day.isoformat(), str(works).lower(), name])
    print(f"{OUT.name}: {len(exceptions)} rows, {len(days)} days checked")


if __name__ == "__main__":
    main()
