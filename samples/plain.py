"""The plain ledgers: what each office tells in them, made from the contracts' own columns.

A contract says which columns there are, what they mean and which words they may hold; that is enough to make
up rows. What a row says is then measured by `plain_indicators.py`, which knows no SQL.
"""

import csv
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

import yaml

from samples.rules import CATEGORIES, Home
from samples.senders import AS_OF, START

CONTRACTS = Path(__file__).resolve().parent.parent / "ingestion" / "contracts"
TELLERS = ("980000-xf", "980101-xf", "980202-xf")
EVERY = 6  # months that a telling covers
ROWS = 20
LAST_DAY = AS_OF.date()
BEFORE = {"requested_date": -10, "period_start_date": -31, "period_end_date": -1}
CHECKS = Path(__file__).resolve().parent.parent / "ingestion" / "reference" / "checks.csv"
IDENTITY, TEXT = "!name", "!text"
UNMADE = {"rank_no", "ranked_count"}  # of all offices at once: not by the dice of one
UNTOLD = {"audit_recodes"}  # answers a sample drawn from a release, which there is none of yet


@dataclass(frozen=True)
class Column:
    """One column of a contract, as the samples need it."""

    name: str
    header: str
    kind: str
    required: bool = False
    key: bool = False
    role: str | None = None
    past: bool = False
    least: int = 0
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: str | None = None
    part_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ledger:
    """One plain ledger."""

    name: str
    title: str
    owner: str
    dated: str
    columns: tuple[Column, ...]

    @cached_property
    def key(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.key)


def read_ledgers(folder: Path = CONTRACTS) -> list[Ledger]:
    """Return the plain ledgers that the samples tell, in the order of their files."""
    found = []
    for path in sorted(folder.glob("*.odcs.yml")):
        table = yaml.safe_load(path.read_text("utf-8"))["schema"][0]
        said = {p["property"]: p["value"] for p in table["customProperties"]}
        if "owner" in said and table["name"] not in UNTOLD:
            columns = tuple(_column(p) for p in table["properties"])
            title = table["businessName"]
            found.append(Ledger(table["name"], title, said["owner"], said["dated"], columns))
    return found


def _column(told: dict) -> Column:
    more = {p["property"]: p["value"] for p in told.get("customProperties", [])}
    words = {}
    for entry in told.get("enum", []):
        others = {p["property"]: p["value"] for p in entry.get("customProperties", [])}
        words[entry["value"]] = (entry["label"], *others.get("synonyms", []))
    dropped = {"identity": IDENTITY, "text": TEXT}.get(told.get("classification"))
    return Column(
        told["name"], told["businessName"], told["logicalType"], told.get("required", False),
        told.get("primaryKey", False), more.get("role"), more.get("past", False),
        told.get("logicalTypeOptions", {}).get("minimum", 0), words, dropped, tuple(more.get("part_of", ())),
    )  # fmt: skip


class Plain:
    """Every object of every plain ledger."""

    def __init__(self, home: Home, seed: int, scale: float) -> None:
        self._home = home
        self.ledgers = read_ledgers()
        count = max(6, round(ROWS * scale))
        self._objects = {
            (ledger.name, office): self._make(ledger, office, random.Random(f"{seed}/{ledger.name}/{office}"), count)
            for ledger in self.ledgers
            for office in TELLERS
        }  # fmt: skip

    def rows(self, ledger: Ledger, office: str, cutoff: date) -> list[tuple[str, dict]]:
        """What an office has told of a ledger up to a day: stable key and facts as then known."""
        told = []
        for facts in self._objects[ledger.name, office]:
            if facts[ledger.dated] <= cutoff:
                later = [
                    c.name
                    for c in ledger.columns
                    if c.past and facts[c.name] and facts[c.name] > cutoff
                ]
                key = "/".join(str(facts[k]) for k in ledger.key)
                told.append((f"{ledger.name}/{key}", facts | dict.fromkeys(later)))
        return told

    def add(self, name: str, office: str, rng: random.Random, facts: dict) -> None:
        """Add an object of a ledger, told by an office; what `facts` leave open is made up."""
        ledger = next(found for found in self.ledgers if found.name == name)
        objects = self._objects[name, office]
        objects.append(self._object(ledger, office, rng, len(objects), facts[ledger.dated], facts))

    def _object(
        self, ledger: Ledger, office: str, rng: random.Random, number: int, day: date, known: dict
    ) -> dict:  # fmt: skip
        facts: dict[str, object] = {}
        for column in ledger.columns:
            if not column.dropped:
                made = self._value(ledger, column, office, rng, number, day, facts)
                facts[column.name] = known.get(column.name, made)
        for column in ledger.columns:
            if column.part_of and facts[column.name]:
                whole = sum(facts[name] or 0 for name in column.part_of)
                facts[column.name] = min(facts[column.name], whole)
        if facts.get("rate_percent") is not None:
            told, whole = facts["numerator_count"], facts["denominator_count"]
            facts["rate_percent"] = (
                round(100 * told / whole, 1) if told is not None and whole else None
            )
        return facts

    def _make(self, ledger: Ledger, office: str, rng: random.Random, count: int) -> list[dict]:
        made: dict[tuple, dict] = {}
        for number in range(count):
            day = START + timedelta(days=rng.randrange((LAST_DAY - START).days + 1))
            facts = self._object(ledger, office, rng, number, day, {})
            made.setdefault(tuple(facts[k] for k in ledger.key), facts)
        return list(made.values())

    def _value(
        self, ledger: Ledger, column: Column, office: str, rng: random.Random, number: int,
        day: date, so_far: dict,
    ) -> object:  # fmt: skip
        if column.name == ledger.owner:
            return office
        if column.name == ledger.dated:
            return day
        if column.name in UNMADE or not (column.required or column.key) and rng.random() < 0.2:
            return None
        if column.words:
            return rng.choice(list(column.words))
        if column.role == "organisation":
            return rng.choice(self._organs(office))
        if column.role == "region":
            return (
                self._regions(office)[number % len(self._regions(office))]
                if column.key
                else rng.choice(self._regions(office))
            )
        if column.role == "category":
            return rng.choice(CATEGORIES[:11])
        return _plain_value(column, rng, number, day, so_far, office)

    def _organs(self, office: str) -> list[str]:
        below = [o.code for o in self._home.organs.values() if self._home.is_above(office, o.code)]
        return [d.code for d in self._home.departments_of(office)] or below

    def _regions(self, office: str) -> list[str]:
        here = self._home.organs[office].region
        return [r for r in self._home.regions if here in self._home.line(r)]


@cache
def _check_codes() -> list[str]:
    with CHECKS.open(encoding="utf-8") as rules:
        return [row["check_code"] for row in csv.DictReader(rules)]


def _plain_value(
    column: Column, rng: random.Random, number: int, day: date, so_far: dict, office: str
) -> object:
    """A value of a column that names nothing: a day, a number, a flag, or a code."""
    if column.kind == "date":
        if column.name in BEFORE:
            return day + timedelta(days=BEFORE[column.name])
        if column.name == "hearing_to_date":
            since = so_far["hearing_from_date"]
            return since and min(since + timedelta(days=rng.randrange(6)), LAST_DAY)
        # a meeting is mostly held on its day, everything else comes after
        days = rng.choice((0, 0, 1, 3)) if column.name == "held_date" else rng.randint(1, 60)
        after = day + timedelta(days=days)
        return None if column.past and after > LAST_DAY else after
    if column.kind == "boolean":
        return rng.random() < 0.75
    if column.kind == "integer":
        if column.name.endswith("_year"):
            return 2025
        return number + 1 if column.key else column.least + rng.randrange(9)
    if column.kind == "number":
        return round(rng.uniform(200, 9000), 2)
    if column.name == "finding_subject":
        return "全部"
    if column.name == "check_code":
        return rng.choice(_check_codes())
    stem = office.split("-", maxsplit=1)[0]
    return f"{column.name[:2].upper()}{stem}-{number + 1:03d}"
