"""The variants named after where they are used, and what is measured beside, in plain Python."""

from collections.abc import Iterator
from datetime import date, timedelta

from samples.cells import UNMAPPED
from samples.indicators import (
    FIRST_ACTS,
    LAST_DAY,
    Measure,
    Subject,
    day_of,
    first_of,
    instant_of,
    is_resolved,
    month_ends,
)  # fmt: skip
from samples.senders import AS_OF
from samples.state import Facts, Told

TIERS = {"nation": 5, "province": 3, "prefecture": 3, "county": 4}  # days of a level to pass on


class Variants(Measure):
    """Measures the same state by the definitions of others."""

    def subjects(self) -> Iterator[Subject]:
        """Every subject of every variant."""
        for made in self._state.registrations.values():
            yield from self._accepted(made)
            yield from self._closed(made)
            yield from self._registered(made)
            yield from self._rated(made)
        for key, telling in self._state.cases.items():
            if key[0] in self._state.batches:
                yield from self._case(telling.facts)

    def _accepted(self, made: Told) -> Iterator[Subject]:
        register = made.counts.facts["register_org_code"]
        yield self._within("timely_accept_office", "guangdong", made, register, 15, False)
        yield self._within("timely_accept_office", "chongqing", made, register, 15, True)
        yield self._tiered(made, str(register))
        received = self._received(made)
        if received:
            unit = received["from_org_code"]
            yield self._within("timely_accept_unit", "guangdong", made, unit, 30, False)

    def _tiered(self, made: Told, register: str) -> Subject:
        organ, day = self._home.organs[register], day_of(made.counts.facts["registered_at"])
        limit = self._dl(day, TIERS[organ.level]) if organ.level in TIERS else None
        excluded = None
        if not organ.is_petition_office:
            excluded = "not_petition_office"
        elif first_of(made.events, "filed"):
            excluded = "filed"
        elif limit is None:
            excluded = "no_due_date"
        elif limit > LAST_DAY:
            excluded = "not_yet_due"
        act = first_of(made.events, *FIRST_ACTS)
        met = limit is not None and act is not None and day_of(act["event_at"]) <= limit
        cuts = {"channel_code": str(made.counts.facts["channel_code"])}
        return self._at(
            "timely_accept_office", limit or day, register, excluded, met, "tiered", cuts=cuts
        )

    def _within(
        self, indicator: str, variant: str, made: Told, org: object, days: int, litigation: bool
    ) -> Subject:
        facts = made.counts.facts
        registered = facts["registered_at"]
        day = day_of(registered) + timedelta(days=days)
        persons = facts.get("person_count")
        excluded = None
        if not self._home.organs[str(facts["register_org_code"])].is_petition_office:
            excluded = "not_petition_office"
        elif facts.get("counted_flag") is False:
            excluded = "not_counted"
        elif facts.get("first_flag") is False:
            excluded = "repeat"
        elif not litigation and facts.get("litigation_flag"):
            excluded = "litigation"
        elif persons is not None and not 1 <= persons <= 9999:
            excluded = "person_count"
        elif day > LAST_DAY:
            excluded = "not_yet_due"
        accepted = first_of(made.events, "accepted")
        span = timedelta(days=days)
        met = (
            accepted is not None
            and instant_of(accepted["event_at"]) - instant_of(registered) <= span
        )
        return self._at(indicator, day, org, excluded, met, variant)

    def _closed(self, made: Told) -> Iterator[Subject]:
        facts = made.counts.facts
        event, due = first_of(made.events, "closed"), facts.get("due_at")
        closed = event["event_at"] if event else facts.get("closed_at")
        is_closed = closed is not None and instant_of(closed) <= AS_OF
        in_time = is_closed and due is not None and instant_of(closed) <= instant_of(due)
        without_due = None if due else "no_due_date"
        org = self._responsible(made)
        registered = day_of(facts["registered_at"])
        yield self._at("closure", registered, org, None, is_closed)
        day = day_of(due) if due else registered
        yield self._at("on_time_reply", day, org, without_due, in_time, "guangdong")
        if is_closed:
            yield self._at("on_time_reply", day_of(closed), org, without_due, in_time, "sasac")
        if closed is not None:
            yield self._ended(day_of(closed), org, facts.get("closure_kind_code"))
        yield from self._chuzhou(made, closed, is_closed)

    def _chuzhou(self, made: Told, closed: object, is_closed: bool) -> Iterator[Subject]:
        """What was handed on, and letters that come again, by their due day; first letters by now."""
        facts, org = made.counts.facts, self._responsible(made)
        accepted, registered = first_of(made.events, "accepted"), day_of(facts["registered_at"])
        due = None
        if made.first_due_at:
            due = day_of(made.first_due_at)
        elif accepted:
            due = self._reply_due(made, accepted)
        out = "no_due_date" if due is None else "not_yet_due" if due > LAST_DAY else None
        met = due is not None and closed is not None and day_of(closed) <= due
        day, first = due or registered, facts.get("first_flag")
        if self._received(made):
            yield self._at("due_closure", day, org, out, met, "chuzhou")
        if facts.get("channel_code") != "letter":
            return
        if first is False:
            yield self._at("due_closure", day, org, out, met, "chuzhou_repeat_letters")
        else:
            untold = "flag_not_told" if first is None else None
            yield self._at("closure", registered, org, untold, is_closed, "chuzhou_first_letters")

    def _ended(self, day: date, org: object, kind: object) -> Subject:
        """What an end was: resolved, by mediation, by agreement, or anything else."""
        excluded = None
        if day > LAST_DAY:
            excluded = "not_yet_begun"
        elif kind in (None, UNMAPPED):
            excluded = "closure_kind_not_told"
        met = kind in ("substantive", "mediated", "agreement")
        return self._at("substantive_share", day, org, excluded, met)

    def _registered(self, made: Told) -> Iterator[Subject]:
        facts = made.counts.facts
        register, day = facts["register_org_code"], day_of(facts["registered_at"])
        first, channel = facts.get("first_flag"), facts.get("channel_code")
        yield self._at(
            "repeat_share",
            day,
            register,
            "flag_not_told" if first is None else None,
            first is False,
        )
        yield self._at(
            "web_share",
            day,
            register,
            "channel_not_told" if channel in (None, UNMAPPED) else None,
            channel == "web",
        )
        organ = self._home.organs[str(register)]
        out = None if organ.level in ("province", "prefecture", "county") else "other_level"
        out = out if organ.is_petition_office else "not_petition_office"
        yield self._at("web_share", day, register, out, channel == "web", "guangdong")
        yield self._in_place("volume", facts, day, register, None, True)
        if facts.get("purpose_code") == "demand" and first is not False:
            yield from self._first_demand(facts)
        petitioned = facts.get("petition_date")
        asked = day_of(petitioned) if petitioned else day
        yield self._at("volume", asked, register, None, True, "by_petition_date")
        persons = facts.get("person_count") or 0
        if channel == "visit" and persons >= 5:
            yield self._at("collective_visits", day, register, None, True)
            if persons > 5:
                yield self._at("collective_visits", day, register, None, True, "over_five")

    def _first_demand(self, facts: Facts) -> Iterator[Subject]:
        register = str(facts["register_org_code"])
        level, channel = self._home.organs[register].level, str(facts["channel_code"])
        out = "flag_not_told" if facts.get("first_flag") is None else None
        day = day_of(facts["registered_at"])
        cuts = {"channel_code": channel, "register_level_code": level}
        yield self._at("first_demand", day, register, out, True, cuts=cuts)
        if level == "nation":
            cuts = {"channel_code": channel}
            yield self._at("first_demand", day, register, out, True, "national", cuts=cuts)

    def _rated(self, made: Told) -> Iterator[Subject]:
        chance = next((e for e in made.evaluations if e["target_code"] == "unit"), None)
        if not chance:
            return
        rating, at = chance["rating_code"], chance["evaluated_at"]
        rated = at is not None and instant_of(at) <= AS_OF and rating not in (None, UNMAPPED)
        deadline = chance["deadline_at"]
        closes = day_of(deadline or made.counts.facts["registered_at"])
        day = day_of(at) if rated else closes
        not_entitled = None if chance["entitled_flag"] else "not_entitled"
        is_open = bool(deadline) and day_of(deadline) > LAST_DAY
        without_end = "no_deadline" if not deadline else "window_open" if is_open else None
        open_out = not_entitled or (None if rated else without_end)
        org = self._responsible(made)
        yield self._at("participation", day, org, not_entitled, rated, "sasac")
        yield self._at("participation", day, org, open_out, rated, "guangdong")
        silent_out = open_out or (None if rated else "not_evaluated")
        content = rated and rating in ("satisfied", "basically_satisfied")
        yield self._at("satisfaction", day, org, silent_out, content, "guangdong")
        pleased = rated and rating == "satisfied"
        yield self._at("satisfaction", day, org, silent_out, pleased, "dachuan")
        own = chance["evaluator_type_code"] == "self" and at is not None and bool(deadline)
        met = own and rating == "satisfied" and instant_of(at) <= instant_of(deadline)
        closed_out = not_entitled or without_end
        yield self._at("satisfaction", closes, org, closed_out, met, "of_entitled")

    def _case(self, case: Facts) -> Iterator[Subject]:
        batch = self._state.batches[case["batch_no"]]
        org = case["responsible_org_code"]
        known = None if org in (None, UNMAPPED) else str(org)
        place, cuts = str(case["place_region_code"]), {"batch_no": str(case["batch_no"])}
        for day in month_ends(day_of(batch["issued_date"])):
            moved = case["moved_out_date"]
            out = "moved_out" if moved and day_of(moved) <= day else None
            gross = is_resolved({**case, "backflow_date": None}, day)
            reported = case["status_code"] == "resolved" and _by(case["reported_date"], day)
            back = gross and _by(case["backflow_date"], day)
            back = back and day_of(case["backflow_date"]) >= day_of(case["audited_date"])
            audited = case["audited_result_code"] == "pass" and _by(case["audited_date"], day)
            for indicator, variant, excluded, met in (
                ("backlog_resolution", "gross", out, gross),
                ("backlog_resolution", "tibet", None, audited),
                ("backlog_resolution", "reported", out, reported),
                ("backflow", "project", None if gross else "not_resolved", back),
            ):
                yield Subject(indicator, variant, day, place, known, excluded, met, True, cuts=cuts)


def _by(told: object, day: date) -> bool:
    return told is not None and day_of(told) <= day
