"""What organs of the sample have to do regularly, what they did of it, and how much that is."""

import random
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from samples.deliveries import Telling
from samples.indicators import LAST_DAY, Subject
from samples.plain import Ledger, Plain
from samples.plain_indicators import counted
from samples.rules import DUTIES, Home
from samples.workdays import DaysOff

ENDS_QUARTER = (3, 6, 9, 12)


def hold_conferences(plain: Plain, home: Home, seed: int) -> None:
    """Townships hold some of the conferences that they have to; their county tells them."""
    rng = random.Random(f"{seed}/duties")
    for code, organ, since, _ in DUTIES:
        if code == "joint_conference":
            county = next(o.code for o in home.at_level("county") if home.is_above(o.code, organ))
            for last in month_ends(since, LAST_DAY):
                if rng.random() < 0.55:
                    held = last.replace(day=rng.choice([1, rng.randint(2, 27), last.day]))
                    facts = {"township_org_code": organ, "held_date": held}
                    plain.add("joint_conferences", county, rng, facts)


def month_ends(since: date, until: date) -> Iterator[date]:
    """Every month's last day from a day's month to another's."""
    day = since.replace(day=1)
    while day <= until:
        yield day.replace(day=monthrange(day.year, day.month)[1])
        day = (day + timedelta(days=32)).replace(day=1)


def subjects(
    home: Home, is_off: DaysOff, ledgers: list[Ledger], tellings: list[Telling]
) -> Iterator[Subject]:
    """Every duty in every month on whose last day it holds."""
    held, made = defaultdict(list), defaultdict(list)
    for ledger, _, telling in counted(ledgers, tellings):
        facts = telling.facts
        if ledger.name == "joint_conferences":
            held[facts["township_org_code"]].append(facts["held_date"])
        if ledger.name == "report_issues" and facts["published_date"] <= LAST_DAY:
            period = facts["period_end_date"] or facts["published_date"]
            made[facts["series_code"], facts["issuing_org_code"]].append(period)
    for code, organ, since, until in DUTIES:
        region = home.organs[organ].region
        for last in month_ends(since, LAST_DAY):
            if since <= last <= (until or last):
                out = "not_yet_due" if last > LAST_DAY else None
                first = last.replace(day=1)
                if code == "joint_conference":
                    days = [day for day in held[organ] if day <= last]
                    met = any(day >= first for day in days)
                    yield Subject(
                        "conference_coverage", "project", last, region, organ, out, bool(days), True
                    )
                    yield Subject("conference_coverage", "active", last, region, organ, out, met)
                else:
                    asked = _asked(code, first, last, is_off)
                    out = out or (None if asked else "nothing_asked")
                    done = sum(
                        first <= day <= last for day in made[code.removeprefix("report_"), organ]
                    )
                    yield Subject(
                        "report_completeness", "project", last, region, organ, out, True,
                        weight=asked, part=min(done, asked),
                    )  # fmt: skip


def _asked(code: str, first: date, last: date, is_off: DaysOff) -> int:
    """How many issues of a series a month asks for."""
    days = [first + timedelta(days=n) for n in range(last.day)]
    return {
        "report_daily": sum(not is_off(day) for day in days),
        "report_weekly": sum(day.isoweekday() == 7 for day in days),
        "report_half_monthly": 2,
        "report_monthly": 1,
        "report_quarterly": int(last.month in ENDS_QUARTER),
    }[code]
