"""Which registrations are one, and one matter, and what is measured of them, in plain Python."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from samples.cells import UNMAPPED
from samples.indicators import (
    LAST_DAY,
    Measure,
    Subject,
    answered_at,
    day_of,
    first_of,
    instant_of,
)
from samples.joined_indicators import About
from samples.rules import NATION, Home
from samples.state import Key, State, Told
from samples.workdays import Deadlines

NUMBERS = {
    "nation": "national_item_no", "province": "province_item_no", "prefecture": "city_item_no",
    "county": "county_item_no",
}  # fmt: skip
WINDOWS = {"project": 90, "within_180": 180}


class Groups:
    """Keys that were joined, over however many steps, are one group."""

    def __init__(self) -> None:
        self._above: dict[object, object] = {}

    def of(self, key: object) -> object:
        """Return what stands for the group of a key."""
        while (above := self._above.get(key, key)) != key:
            key = above
        return key

    def join(self, one: object, other: object) -> None:
        """Make the groups of two keys one."""
        self._above[self.of(one)] = self.of(other)


class Matters(Measure):
    """Measures registrations by the matter that they belong to."""

    def __init__(self, home: Home, deadlines: Deadlines, state: State, about: About) -> None:
        super().__init__(home, deadlines, state)
        self._about = about

    def subjects(self) -> Iterator[Subject]:
        """Every subject of every indicator of matters."""
        self._same, self._matter = Groups(), Groups()
        for key, made in self._state.registrations.items():
            self._link(key, made)
        members = defaultdict(list)
        for key in sorted(self._state.registrations, key=self._order):
            members[self._matter.of(key)].append(key)
        for keys in members.values():
            yield from self._of_matter(keys)
        for made in self._state.registrations.values():
            yield self._first_receiver(made)

    def _order(self, key: Key) -> tuple:
        return self._registered(key), f"{key[0]}|{key[1]}"

    def _registered(self, key: Key) -> datetime:
        return instant_of(self._facts(key)["registered_at"])

    def _facts(self, key: Key) -> dict[str, object]:
        return self._state.registrations[key].counts.facts

    def _link(self, key: Key, made: Told) -> None:
        facts, register = made.counts.facts, self._home.organs[str(key[0])]
        numbers = {level: facts.get(column) for level, column in NUMBERS.items()}
        areas = {self._home.regions[r].level: r for r in self._home.line(register.region)}
        areas["nation"] = NATION
        own = {register.level: key[1]} if register.is_petition_office else {}
        for given in (numbers, own):
            for level, number in given.items():
                if number and level in areas:
                    self._same.join(key, (level, areas[level], number))
                    self._matter.join(key, (level, areas[level], number))
        if facts.get("matter_id"):
            self._matter.join(key, facts["matter_id"])
        repeated = (key[0], facts.get("repeat_of_item_no"))
        if repeated in self._state.registrations:
            self._matter.join(key, repeated)

    def _of_matter(self, keys: list[Key]) -> Iterator[Subject]:
        """The subjects of a matter's registrations, the earliest first."""
        channels = {self._facts(k)["channel_code"] for k in keys}
        registrations = {self._same.of(k) for k in keys}
        seen: set[object] = set()
        for place, key in enumerate(keys):
            copy = self._same.of(key) in seen
            seen.add(self._same.of(key))
            earlier = keys[:place]
            yield from self._volumes(key, copy)
            yield from self._areas(key, earlier)
            yield from self._repeats(key, keys, copy)
            yield from self._returns(key, keys, copy)
            yield from self._traced(key, keys, copy)
            yield from self._must_be_led(key, len(registrations), place > 0)
            out = None if place == 0 else "later_item"
            for indicator, met in (
                ("repeat_matters", len(registrations) > 1),
                ("multi_channel_matters", len(channels) > 1),
            ):
                yield self._here(indicator, key, out, met)

    def _here(
        self, indicator: str, key: Key, out: str | None, met: bool, variant: str = "project", **more
    ) -> Subject:
        day = day_of(self._facts(key)["registered_at"])
        return self._at(indicator, day, key[0], out, met, variant, **more)

    def _volumes(self, key: Key, copy: bool) -> Iterator[Subject]:
        out = "copy" if copy else None
        yield self._here("volume", key, out, True, "distinct")
        persons = self._facts(key).get("person_count") or 0
        without = out or (None if persons else "person_count_not_told")
        yield self._here("volume_persons", key, without, True, weight=persons)

    def _areas(self, key: Key, earlier: list[Key]) -> Iterator[Subject]:
        """The matter in each area, and at the organ, where this is its first registration."""
        day = day_of(self._facts(key)["registered_at"])
        organs = self._home.organs
        for area in self._home.line(organs[str(key[0])].region):
            if not any(area in self._home.line(organs[str(k[0])].region) for k in earlier):
                yield Subject("matters", "project", day, area, None, None, True, alone=True)
                if self._home.regions[area].level in ("province", "prefecture"):
                    # without a network key no candidate is known: the bound is the number itself
                    yield Subject(
                        "matters", "if_confirmed", day, area, None, None, True, alone=True
                    )
        if not any(k[0] == key[0] for k in earlier):
            yield Subject("matters", "project", day, None, str(key[0]), None, True)

    def _repeats(self, key: Key, keys: list[Key], copy: bool) -> Iterator[Subject]:
        """Whether another registration of the matter opened each scope."""

        def opens(scope) -> bool:
            opener = next(k for k in keys if scope(k) == scope(key))
            return self._same.of(opener) == self._same.of(key)

        organs, out = self._home.organs, "copy" if copy else None
        scopes = {
            "nation": lambda k: None,
            "region": lambda k: organs[str(k[0])].region,
            "organ": lambda k: k[0],
            "channel": lambda k: self._facts(k)["channel_code"],
        }
        for name, scope in scopes.items():
            yield self._here("repeat_share", key, out, not opens(scope), f"in_{name}")
        if self._facts(key).get("purpose_code") == "demand":
            first = out or (None if opens(scopes["nation"]) else "later_item")
            yield self._here("first_demand", key, first, True, "recomputed")

    def _returns(self, key: Key, keys: list[Key], copy: bool) -> Iterator[Subject]:
        made = self._state.registrations[key]
        closed = first_of(made.events, "closed")
        at = (
            answered_at(made)
            or (closed or {}).get("event_at")
            or made.counts.facts.get("closed_at")
        )
        if at is None:
            return
        ended = instant_of(at)
        answered = first_of(made.events, "opinion_served")
        since = day_of(answered["event_at"]) if answered else ended.date()
        others = [k for k in keys if self._same.of(k) != self._same.of(key)]
        back = [self._registered(k) for k in others if self._registered(k) > ended]
        times = self._times(others, ended)
        first = self._same.of(keys[0]) == self._same.of(key)
        demand = made.counts.facts.get("purpose_code") == "demand"
        org = self._responsible(made)
        yield self._first_so_far(made, ended, back)
        for variant, days in WINDOWS.items():
            last = ended.date() + timedelta(days=days)
            out = "copy" if copy else "window_running" if last >= LAST_DAY else None
            came = bool(back) and min(back).date() <= last
            yield self._at("matter_backflow", ended.date(), org, out, came, variant)
            if days == WINDOWS["project"]:
                for often, least in (("twice", 2), ("three_times", 3)):
                    again = sum(at.date() <= last for at in times) >= least
                    yield self._at("matter_backflow", ended.date(), org, out, again, often)
            if first and demand:
                matter = made.counts.facts.get("matter_id")
                kept = not came and not self._about.is_changed(matter, since, last)
                yield self._at("first_time_resolution", ended.date(), org, out, kept, variant)
            if days == WINDOWS["project"]:
                ceased = not came and self._about.agreed_by(key, last)
                yield self._at("cessation", ended.date(), org, out, ceased)
        matter = made.counts.facts.get("matter_id")
        without = "copy" if copy else None if matter else "matter_not_told"
        whole = self._about.has_all_visits(matter, ended.date())
        yield self._at("evaluations_complete", ended.date(), org, without, whole)

    def _times(self, others: list[Key], ended: datetime) -> list[datetime]:
        """When the matter came back, each registration once however many numbers it has."""
        times: dict[object, datetime] = {}
        for key in others:
            if self._registered(key) > ended:
                times.setdefault(self._same.of(key), self._registered(key))
        return list(times.values())

    def _traced(self, key: Key, keys: list[Key], copy: bool) -> Iterator[Subject]:
        """A first demand, in the area of its problem."""
        facts = self._facts(key)
        if facts.get("purpose_code") == "demand":
            first = self._same.of(keys[0]) == self._same.of(key)
            out = "copy" if copy else None if first else "later_item"
            day, met = day_of(facts["registered_at"]), self._about.is_traced(key)
            place = facts.get("problem_region_code")
            place = None if place == UNMAPPED else place
            yield Subject("source_trace", "project", day, place, str(key[0]), out, met)

    def _must_be_led(self, key: Key, registrations: int, later: bool) -> Iterator[Subject]:
        """The first of a matter that is repeated, instructed on or listed."""
        matter = self._facts(key).get("matter_id")
        called = list(self._about.called_days(matter))
        if not later and (registrations > 1 or called):
            out = None
            if registrations == 1 and min(called) > LAST_DAY:
                out = "not_yet_begun"
            elif not matter:
                out = "matter_not_told"
            yield self._here("mandatory_leader", key, out, self._about.is_led(matter))

    def _first_so_far(self, made: Told, ended: datetime, back: list[datetime]) -> Subject:
        """Tibet's: what the register calls first, and whether it came again by now."""
        first = made.counts.facts.get("first_flag")
        out = None
        if first is None:
            out = "flag_not_told"
        elif first is False:
            out = "repeat"
        elif ended.date() > LAST_DAY:
            out = "not_yet_begun"
        met = not any(at.date() <= LAST_DAY for at in back)
        org = self._responsible(made)
        return self._at("first_time_resolution", ended.date(), org, out, met, "tibet")

    def _first_receiver(self, made: Told) -> Subject:
        facts = made.counts.facts
        first, last = first_of(made.events, "unit_received"), self._received(made)
        closed = first_of(made.events, "closed")
        at = closed["event_at"] if closed else facts.get("closed_at")
        done = at is not None and day_of(at) <= LAST_DAY
        unit = first["from_org_code"] if first else None
        met = done and bool(first and last) and unit == last["from_org_code"]
        out = None if unit else "receipt_not_told"
        day = day_of(facts["registered_at"])
        return self._at("first_receiver_closure", day, unit, out, met)
