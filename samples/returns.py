"""Which ledgers offices of the sample owed, and whether they came in time."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from samples.deliveries import Telling
from samples.duties import ENDS_QUARTER, month_ends
from samples.indicators import LAST_DAY, Subject, day_of
from samples.rules import EXPECTED, EXPECTED_SINCE, Home
from samples.senders import AS_OF
from samples.workdays import DaysOff

MONTHS = {"monthly": 1, "quarterly": 3}


def subjects(home: Home, is_off: DaysOff, tellings: list[Telling]) -> Iterator[Subject]:
    """Every return whose period is over: told in time, told at all, or not yet due."""
    spans = _spans(tellings)
    for office, ledger, cadence, days in EXPECTED:
        for last in month_ends(EXPECTED_SINCE, LAST_DAY):
            if cadence == "quarterly" and last.month not in ENDS_QUARTER:
                continue
            first = _first_day(last, MONTHS[cadence])
            due = last + timedelta(days=days)
            while is_off(due):
                due += timedelta(days=1)
            came = [
                at
                for at, begins, ends in spans[office, ledger]
                if last <= at.date()
                and at <= AS_OF
                and (first <= ends <= last or (begins <= first and last <= ends))
            ]
            out = "not_yet_due" if due > LAST_DAY else None
            on_time = bool(came) and min(came).date() <= due
            region = home.organs[office].region
            for name, met in (("return_on_time", on_time), ("return_completeness", bool(came))):
                yield Subject(name, "project", last, region, office, out, met)


def _first_day(last: date, months: int) -> date:
    ahead = last.year * 12 + last.month - months
    return date(ahead // 12, ahead % 12 + 1, 1)


def _spans(tellings: list[Telling]) -> dict[tuple[str, str], list[tuple[datetime, date, date]]]:
    """When each office told of a ledger, and from which day to which its rows are."""
    days = defaultdict(list)
    for telling in tellings:
        if telling.ledger == "petition_register":
            days[telling.sender, telling.ledger, telling.file, telling.step].append(
                day_of(telling.facts["registered_at"])
            )
    spans = defaultdict(list)
    for (sender, ledger, _, step), found in days.items():
        at = datetime.strptime(step, "%Y%m%dT%H%M%S")
        spans[sender, ledger].append((at, min(found), max(found)))
    return spans
