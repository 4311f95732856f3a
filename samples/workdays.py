"""Working days of the People's Republic of China, and deadlines that fall on them."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

DaysOff = Callable[[date], bool]

CALENDAR = Path(__file__).parent.parent / "dbt_project" / "seeds" / "ref_calendar_exception.csv"


def read_days_off(path: Path = CALENDAR) -> DaysOff:
    """A test for days off: the listed exceptions, and Saturday and Sunday for every other day."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        working = {
            date.fromisoformat(row["calendar_date"]): row["is_working_day"].strip().lower()
            in ("true", "t", "1", "yes")
            for row in csv.DictReader(lines)
        }

    def is_off(day: date) -> bool:
        return not working.get(day, day.weekday() < 5)

    return is_off


class Deadlines:
    """Counts calendar days and moves the last one off a day off."""

    def __init__(self, is_off: DaysOff) -> None:
        self._is_off = is_off
        self._known: dict[tuple[date, int], date] = {}

    def working(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`."""
        while count:
            day += timedelta(days=1)
            count -= not self._is_off(day)
        return day

    def after(self, day: date, count: int) -> date:
        """`count` calendar days after `day`, then on to the next working day."""
        if (day, count) not in self._known:
            end = day + timedelta(days=count)
            while self._is_off(end):
                end += timedelta(days=1)
            self._known[day, count] = end
        return self._known[day, count]
