"""How many days things took, in plain Python, written from docs/indicators.md."""

from collections.abc import Iterator

from samples.cells import UNMAPPED
from samples.indicators import (
    LAST_DAY,
    Measure,
    Subject,
    answered_at,
    day_of,
    first_in_charge,
    first_of,
    month_ends,
)
from samples.state import Facts, Told


class Days(Measure):
    """Measures days: each subject's days are its part, itself the weight."""

    def subjects(self) -> Iterator[Subject]:
        """Every subject of every indicator of days."""
        for made in self._state.registrations.values():
            yield from self._handled(made)
        for key, telling in self._state.cases.items():
            if key[0] in self._state.batches:
                yield from self._open(telling.facts)

    def _handled(self, made: Told) -> Iterator[Subject]:
        facts = made.counts.facts
        closed = first_of(made.events, "closed")
        at = answered_at(made) or (closed or {}).get("event_at") or facts.get("closed_at")
        if at is None:
            return
        day, registered = day_of(at), day_of(facts["registered_at"])
        out = "not_yet_begun" if day > LAST_DAY else None
        if not out and day < registered:
            out = "ended_before_registered"
        cuts = {"channel_code": str(facts["channel_code"])}
        org, took = self._responsible(made), (day - registered).days
        yield self._at("handling_days", day, org, out, True, part=took, cuts=cuts)

    def _open(self, case: Facts) -> Iterator[Subject]:
        batch = self._state.batches[case["batch_no"]]
        charges = self._state.assignments[case["batch_no"], case["case_no"]]
        org = case["responsible_org_code"]
        known = None if org in (None, UNMAPPED) else str(org)
        for day in month_ends(day_of(batch["issued_date"])):
            still = [
                c
                for c in charges
                if day_of(c["started_date"]) <= day
                and not (c["ended_date"] and day_of(c["ended_date"]) <= day)
            ]
            leader, moved = first_in_charge(still), case["moved_out_date"]
            out = "moved_out" if moved and day_of(moved) <= day else None
            out = out or (None if leader else "no_open_assignment")
            cuts = {
                "batch_no": str(case["batch_no"]),
                "leader_level_code": str(leader["leader_level_code"]) if leader else "none",
            }
            yield Subject(
                "assignment_open_days", "project", day, str(case["place_region_code"]), known, out,
                True, is_stock=True, cuts=cuts,
                part=(day - day_of(leader["started_date"])).days if leader else 0,
            )  # fmt: skip
