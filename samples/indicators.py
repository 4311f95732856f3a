"""The indicators, one function each, written from docs/indicators.md in plain Python."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from samples.cells import UNMAPPED
from samples.rules import Home
from samples.senders import AS_OF
from samples.state import Facts, State, Told
from samples.workdays import Deadlines

LAST_DAY = AS_OF.date()
REGULATION_IN_FORCE = date(2022, 5, 1)
FIRST_ACTS = ("transferred", "assigned", "direct_reply", "not_accepted", "no_longer_accepted")
PER_POPULATION = "per_10k"  # its denominator is the area's population
LEADER_LEVELS = ("province", "prefecture", "county", "township")
ENDS_DEMAND = ("opinion_served", "direct_reply", "not_accepted", "no_longer_accepted")
UNIT_ANSWERS = ("notice_served", "accepted", "not_accepted")


@dataclass(frozen=True)
class Subject:
    """One thing measured once: counted in a month, left out for a reason, or met or not."""

    indicator: str
    variant: str
    day: date
    region: str | None
    org: str | None
    excluded: str | None
    met: bool
    is_stock: bool = False
    # counted in its own region and in none above it
    alone: bool = False
    # what a subject adds: itself, or its persons
    weight: int = 1
    # how much of the weight is met; none: all of it or nothing
    part: int | None = None
    cuts: dict[str, str] = field(default_factory=dict)


def day_of(at: object) -> date:
    return at.date() if isinstance(at, datetime) else at  # type: ignore[return-value]


def instant_of(at: object) -> datetime:
    """A day told without its time is its first instant."""
    if isinstance(at, datetime):
        return at
    assert isinstance(at, date)
    return datetime.combine(at, datetime.min.time())


def first_of(events: list[Facts], *kinds: str) -> Facts | None:
    return next((e for e in events if e["event_type_code"] in kinds), None)


def answered_at(made: Told) -> object | None:
    """When an opinion on the whole was served, or one on the last of the demands, with none left out."""
    served = [e for e in made.events if e["event_type_code"] == "opinion_served"]
    by_demand = [
        e for e in made.events if e.get("demand_no") and e["event_type_code"] in ENDS_DEMAND
    ]
    same = {(e["from_org_code"], day_of(e["event_at"])) for e in by_demand}
    whole = [
        e["event_at"]
        for e in served
        if not e.get("demand_no") and (e["from_org_code"], day_of(e["event_at"])) not in same
    ]
    apart: dict[object, object] = {}
    for event in by_demand if any(e.get("demand_no") for e in served) else ():
        apart.setdefault(event["demand_no"], event["event_at"])
    named = [int(str(e["demand_no"])) for e in made.events if e.get("demand_no")]
    asked = max([int(str(made.counts.facts.get("demand_count") or 1)), *named])
    ends = whole[:1] + ([max(apart.values(), key=instant_of)] if len(apart) >= asked else [])
    return min(ends, key=instant_of, default=None)


def _order(event: Facts) -> tuple:
    return event["event_at"], event["event_seq"]


class Measure:
    """Measures the state of the ledgers at the end of the last day."""

    def __init__(self, home: Home, deadlines: Deadlines, state: State) -> None:
        self._home = home
        self._dl = deadlines.after
        self._working = deadlines.working
        self._state = state

    def subjects(self) -> Iterator[Subject]:
        """Every subject of every indicator."""
        for made in self._state.registrations.values():
            yield self._volume(made)
            yield self._per_10k(made)
            yield self._timely_office(made)
            yield from self._timely_unit(made)
            yield from self._objected(made)
            yield from self._on_time_reply(made)
            yield self._due_closure(made)
            yield from self._evaluated(made)
        for key, telling in self._state.cases.items():
            if key[0] in self._state.batches:
                yield from self._backlog(telling.facts)

    def _at(
        self, indicator: str, day: date, org: object, excluded: str | None, met: bool,
        variant: str = "project", **more: object,
    ) -> Subject:  # fmt: skip
        known = None if org in (None, UNMAPPED) else str(org)
        region = self._home.organs[known].region if known else None
        return Subject(indicator, variant, day, region, known, excluded, met, **more)

    def _in_place(
        self, indicator: str, facts: Facts, day: date, org: object, excluded: str | None, met: bool
    ) -> Subject:
        """The same item in the region where its problem is."""
        place, known = (
            facts.get("problem_region_code"),
            None if org in (None, UNMAPPED) else str(org),
        )
        region = None if place in (None, UNMAPPED) else str(place)
        return Subject(indicator, "by_problem_place", day, region, known, excluded, met)

    def _volume(self, made: Told) -> Subject:
        facts = made.counts.facts
        register = str(facts["register_org_code"])
        cuts = {
            "channel_code": str(facts["channel_code"]),
            "register_level_code": self._home.organs[register].level,
        }
        day = day_of(facts["registered_at"])
        return self._at("volume", day, register, None, True, cuts=cuts)

    def _per_10k(self, made: Told) -> Subject:
        facts = made.counts.facts
        place = facts["problem_region_code"]
        known = None if place in (None, UNMAPPED) else str(place)
        out = None if known else "problem_region_not_told"
        day, register = day_of(facts["registered_at"]), str(facts["register_org_code"])
        cuts = {"channel_code": str(facts["channel_code"])}
        return Subject(PER_POPULATION, "project", day, known, register, out, True, cuts=cuts)

    def _timely_office(self, made: Told) -> Subject:
        facts = made.counts.facts
        register = str(facts["register_org_code"])
        limit = self._dl(day_of(facts["registered_at"]), 15)
        excluded = None
        if not self._home.organs[register].is_petition_office:
            excluded = "not_petition_office"
        elif first_of(made.events, "filed"):
            excluded = "filed"
        elif limit > LAST_DAY:
            excluded = "not_yet_due"
        act = first_of(made.events, *FIRST_ACTS)
        met = act is not None and day_of(act["event_at"]) <= limit
        return self._at("timely_accept_office", limit, register, excluded, met)

    def _received(self, made: Told) -> Facts | None:
        return first_of(made.events[::-1], "unit_received")

    def _timely_unit(self, made: Told) -> Iterator[Subject]:
        received = self._received(made)
        if not received:
            return
        limit = self._dl(day_of(received["event_at"]), 15)
        later = [e for e in made.events if _order(e) >= _order(received)]
        excluded = None
        consented = first_of(later, "objection_consented")
        unit = received["from_org_code"]
        own = [e for e in later if e["from_org_code"] == unit]
        objected = first_of(own, "objected") or consented
        last = self._working(day_of(received["event_at"]), 5)
        if consented and day_of(objected["event_at"]) <= last:
            excluded = "objection_consented"
        elif limit > LAST_DAY:
            excluded = "not_yet_due"
        answer = first_of(own, *UNIT_ANSWERS)
        met = answer is not None and day_of(answer["event_at"]) <= limit
        yield self._at("timely_accept_unit", limit, unit, excluded, met)

    def _objected(self, made: Told) -> Iterator[Subject]:
        objected = first_of(made.events, "objected")
        if not objected:
            return
        unit, day = objected["from_org_code"], day_of(objected["event_at"])
        received = [
            e
            for e in made.events
            if e["event_type_code"] == "unit_received"
            and e["from_org_code"] == unit
            and _order(e) < _order(objected)
        ]
        out, met = None if received else "receipt_not_told", False
        if received:
            met = day <= self._working(day_of(received[-1]["event_at"]), 5)
        yield self._at("objection_on_time", day, unit, out, met)

    def _on_time_reply(self, made: Told) -> Iterator[Subject]:
        accepted = first_of(made.events, "accepted")
        if not accepted:
            return
        due = self._reply_due(made, accepted)
        served = answered_at(made)
        for variant, limit in (
            ("project", self._extended(made, due)),
            ("without_extension", due),
        ):
            excluded = self._path(made) or ("not_yet_due" if limit > LAST_DAY else None)
            met = served is not None and day_of(served) <= limit
            org = accepted["from_org_code"]
            yield self._at("on_time_reply", due, org, excluded, met, variant)
            if variant == "project":
                facts = made.counts.facts
                yield self._in_place("on_time_reply", facts, due, org, excluded, met)

    def _reply_due(self, made: Told, accepted: Facts) -> date:
        """Ten working days after acceptance where the short way was taken, sixty days otherwise."""
        day = day_of(accepted["event_at"])
        is_short = first_of(made.events, "short_procedure") is not None
        return self._working(day, 10) if is_short else self._dl(day, 60)

    def _extended(self, made: Told, due: date) -> date:
        extension = first_of(made.events, "extended")
        if not extension or not extension["new_due_at"] or day_of(extension["event_at"]) > due:
            return due
        return min(day_of(extension["new_due_at"]), self._dl(due, 30))

    def _path(self, made: Told) -> str | None:
        facts = made.counts.facts
        if day_of(facts["registered_at"]) < REGULATION_IN_FORCE:
            return None
        if facts["statutory_path"] is None:
            return "path_unknown"
        return None if facts["statutory_path"] == 6 else "not_path_6"

    def _responsible(self, made: Told) -> object:
        received = self._received(made)
        if received:
            return received["from_org_code"]
        facts = made.counts.facts
        return facts["unit_org_code"] or facts["register_org_code"]

    def _due_closure(self, made: Told) -> Subject:
        facts = made.counts.facts
        accepted = first_of(made.events, "accepted")
        excluded = None
        if made.first_due_at:
            due = day_of(made.first_due_at)
        elif accepted:
            due = self._reply_due(made, accepted)
        else:
            due = day_of(facts["registered_at"])
            excluded = "no_due_date"
        if not excluded and due > LAST_DAY:
            excluded = "not_yet_due"
        closed = first_of(made.events, "closed")
        at = closed["event_at"] if closed else facts["closed_at"]
        met = at is not None and day_of(at) <= LAST_DAY
        return self._at("due_closure", due, self._responsible(made), excluded, met)

    def _evaluated(self, made: Told) -> Iterator[Subject]:
        """Participation and satisfaction, of the first attempt for each target."""
        for target, ending in (("unit", ""), ("office", "_office")):
            chance = next((e for e in made.evaluations if e["target_code"] == target), None)
            if not chance:
                continue
            facts = made.counts.facts
            org = self._responsible(made) if target == "unit" else facts["register_org_code"]
            deadline = chance["deadline_at"]
            day = day_of(deadline or facts["registered_at"])
            out = _not_open(chance)
            valid = _is_valid(chance)
            yield self._at(f"participation{ending}", day, org, out, valid)
            without = out or _not_self(chance) or (None if valid else "not_evaluated")
            rating = chance["rating_code"]
            satisfied = rating == "satisfied"
            yield self._at(f"satisfaction{ending}", day, org, without, satisfied)
            if target == "unit":
                either = satisfied or rating == "basically_satisfied"
                yield self._at("satisfaction", day, org, without, either, "with_basic")

    def _backlog(self, case: Facts) -> Iterator[Subject]:
        batch = self._state.batches[case["batch_no"]]
        charges = self._state.assignments[case["batch_no"], case["case_no"]]
        org = case["responsible_org_code"]
        known = None if org in (None, UNMAPPED) else str(org)
        for day in month_ends(day_of(batch["issued_date"])):
            moved = case["moved_out_date"]
            excluded = "moved_out" if moved and day_of(moved) <= day else None
            resolved = is_resolved(case, day)
            reported = case["status_code"] == "resolved" and case["reported_date"] is not None
            reported = reported and day_of(case["reported_date"]) <= day
            leader = first_in_charge([charge for charge in charges if _covers(charge, day)])
            led, batch_cut = leader is not None, {"batch_no": str(case["batch_no"])}
            level = str(leader["leader_level_code"]) if leader else "none"
            both_cuts = batch_cut | {"leader_level_code": level}
            unled = excluded or (None if led else "no_leader")
            for indicator, variant, out, met, cuts in (
                ("backlog_resolution", "project", excluded, resolved, batch_cut),
                ("leader_coverage", "project", excluded, led, both_cuts),
                ("leader_case_resolution", "project", unled, resolved, both_cuts),
                ("leader_case_resolution", "hebei", unled, reported, batch_cut),
            ):
                yield Subject(
                    indicator, variant, day, str(case["place_region_code"]), known, out,
                    met, True, cuts=cuts,
                )  # fmt: skip


def _not_open(chance: Facts) -> str | None:
    if not chance["entitled_flag"]:
        return "not_entitled"
    if not chance["deadline_at"]:
        return "no_deadline"
    return "window_open" if day_of(chance["deadline_at"]) > LAST_DAY else None


def _is_valid(chance: Facts) -> bool:
    if chance["evaluator_type_code"] != "self" or not chance["rating_code"]:
        return False
    at, deadline = chance["evaluated_at"], chance["deadline_at"]
    return bool(at and deadline and at <= deadline)


def _not_self(chance: Facts) -> str | None:
    exists = chance["evaluated_at"] is not None or chance["rating_code"] is not None
    return "evaluated_by_proxy" if exists and chance["evaluator_type_code"] != "self" else None


def is_resolved(case: Facts, day: date) -> bool:
    audited, back = case["audited_date"], case["backflow_date"]
    if case["status_code"] != "resolved" or case["audited_result_code"] != "pass" or not audited:
        return False
    if day_of(audited) > day:
        return False
    return not (back and day_of(audited) <= day_of(back) <= day)


def _covers(charge: Facts, day: date) -> bool:
    ended = charge["ended_date"]
    if day_of(charge["started_date"]) > day:
        return False
    return not ended or day_of(ended) >= day or charge["result_code"] in ("resolved", "satisfied")


def first_in_charge(charges: list[Facts]) -> Facts | None:
    """The leader who took charge first, of those of one day the highest."""
    highest_first = sorted(charges, key=lambda c: LEADER_LEVELS.index(str(c["leader_level_code"])))
    return min(highest_first, key=lambda c: day_of(c["started_date"]), default=None)


def month_ends(issued: date) -> Iterator[date]:
    day = issued.replace(day=1)
    while day <= LAST_DAY:
        end = day.replace(day=monthrange(day.year, day.month)[1])
        yield min(end, LAST_DAY)
        day = end + timedelta(days=1)
