"""Adds the subjects up to the answers, and writes truth.json."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path

from samples import duties, plain_indicators, returns
from samples.days import Days
from samples.deliveries import Deliveries, Telling
from samples.indicators import LAST_DAY, PER_POPULATION, Measure, Subject
from samples.joined_indicators import About
from samples.matters import Matters
from samples.plain import Plain
from samples.rules import Home
from samples.senders import AS_OF
from samples.state import State, hear
from samples.variants import Variants
from samples.workdays import DaysOff, Deadlines

Key = tuple[str, str, str, str, str, str]


@dataclass
class Sum:
    """Numerator, denominator and what was left out."""

    num: int = 0
    den: int = 0
    excluded: Counter = field(default_factory=Counter)

    def add(self, subject: Subject) -> None:
        """Count one subject."""
        if subject.excluded:
            self.excluded[subject.excluded] += 1
        else:
            self.den += subject.weight
            met = subject.weight * subject.met
            self.num += met if subject.part is None else subject.part


def write_truth(
    path: Path,
    seed: int,
    home: Home,
    is_off: DaysOff,
    deliveries: Deliveries,
    plain: Plain,
) -> None:
    """Compute every answer from what was delivered, and write them in a fixed order."""
    deadlines = Deadlines(is_off)
    state = hear(home, deliveries.tellings)
    about = About(plain.ledgers, deliveries.tellings, state)
    subjects = chain(
        Measure(home, deadlines, state).subjects(),
        Variants(home, deadlines, state).subjects(),
        Matters(home, deadlines, state, about).subjects(),
        Days(home, deadlines, state).subjects(),
        plain_indicators.subjects(home, plain.ledgers, deliveries.tellings),
        duties.subjects(home, is_off, plain.ledgers, deliveries.tellings),
        returns.subjects(home, is_off, deliveries.tellings),
    )
    regions, organs = _add_up(home, subjects)
    answers = {
        "seed": seed,
        "as_of": AS_OF.isoformat(),
        "values": _listed(regions, "region_code"),
        "org_values": _listed(organs, "org_code"),
        "receipts": {file: asdict(r) for file, r in sorted(deliveries.receipts.items())},
        "rows": _places(state, plain_indicators.counted(plain.ledgers, deliveries.tellings)),
    }
    text = json.dumps(answers, ensure_ascii=False)  # indented, the library takes four times as long
    path.write_text(text + "\n", encoding="utf-8")


def _add_up(home: Home, subjects: Iterable[Subject]) -> tuple[dict[Key, Sum], dict[Key, Sum]]:
    regions: dict[Key, Sum] = defaultdict(Sum)
    organs: dict[Key, Sum] = defaultdict(Sum)
    for subject in subjects:
        cuts = [("all", "all"), *subject.cuts.items()]
        for period in _periods(subject):
            head = (subject.indicator, subject.variant, period)
            above = [subject.region] if subject.alone else home.line(subject.region or "")
            for region in above:
                for cut in cuts:
                    regions[*head, region, *cut].add(subject)
            if subject.org:
                organs[*head, subject.org, "all", "all"].add(subject)
    for key in [k for k in regions if k[0] == PER_POPULATION]:
        residents = home.population(key[3], int(key[2][:4]))
        regions[key].den = residents or 0
        if residents is None:
            del regions[key]
    return regions, {k: total for k, total in organs.items() if k[0] != PER_POPULATION}


def _periods(subject: Subject) -> list[str]:
    """The month, and the year unless a stock has a later month in that year."""
    day = subject.day
    periods = [f"{day:%Y-%m}"]
    if not subject.is_stock or day.month == 12 or day == LAST_DAY:
        periods.append(f"{day:%Y}")
    return periods


def _listed(sums: dict[Key, Sum], place: str) -> list[dict[str, object]]:
    names = ("indicator", "variant", "period", place, "cut_code", "cut_value")
    return [
        {
            **dict(zip(names, key, strict=True)),
            "num": round(total.num, 2),  # yuan have two decimals
            "den": round(total.den, 2),
            "excluded": dict(sorted(total.excluded.items())),
        }
        for key, total in sorted(sums.items())
    ]


def _places(state: State, plain: Iterable[tuple]) -> dict[str, dict[str, object]]:
    """Where each counted row was last told, and since which telling it has said the same."""
    rows = {}
    for key, made in state.registrations.items():
        place = _place(made.counts)
        rows["|".join(map(str, key))] = {**place, "same_since": _place(made.same_since)}
    for key, telling in state.cases.items():
        rows["|".join(map(str, key))] = _place(telling)
    rows |= {subject: _place(telling) for _, subject, telling in plain}
    return dict(sorted(rows.items()))


def _place(telling: Telling) -> dict[str, object]:
    return {"file": telling.file, "sheet": telling.sheet, "row": telling.row}
