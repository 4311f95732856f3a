"""What happens to one registration: the chain of handling events, from first act to closing."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from samples.workdays import Deadlines

FIRST_ACTS = ("filed", "direct_reply", "not_accepted", "no_longer_accepted", "transferred",
              "assigned")  # fmt: skip
UNKNOWN_DESTINATION = "?某某联合工作组"


@dataclass
class Event:
    """One handling act, and the office that tells it under its own number."""

    kind: str
    at: datetime
    by: str
    teller: str
    to: str | None = None
    new_due_at: datetime | None = None
    seq: int = 0
    demand: int | None = None


class _Chain:
    """Events of one registration, each at a later instant than the one before."""

    def __init__(self, rng: random.Random, begins: datetime, register_teller: str,
                 unit_teller: str) -> None:  # fmt: skip
        self._rng = rng
        self._now = begins
        self._tellers = {"register": register_teller, "unit": unit_teller}
        self.events: list[Event] = []

    def add(self, kind: str, day: date, by: str, side: str, to: str | None = None,
            new_due_at: datetime | None = None) -> Event:  # fmt: skip
        """Append an act on `day`, or as soon after the last act as the hour allows."""
        at = datetime.combine(day, time(8, 30)) + timedelta(seconds=self._rng.randint(0, 20000))
        if at <= self._now:
            at = self._now + timedelta(seconds=self._rng.randint(60, 600))
        self._now = at
        self.events.append(Event(kind, at, by, self._tellers[side], to, new_due_at))
        return self.events[-1]


def handle(
    rng: random.Random,
    deadlines: Deadlines,
    *,
    register: str,
    registered_at: datetime,
    unit: str,
    other_unit: str,
    via: str | None,
    register_teller: str,
    unit_teller: str,
) -> list[Event]:
    """The events of one registration; some never end, some never begin."""
    chain = _Chain(rng, registered_at, register_teller, unit_teller)
    if rng.random() < 0.015:
        return []
    first_day = _lands(rng, deadlines, registered_at.date(), 15)
    first = rng.choices(FIRST_ACTS, [4, 6, 3, 2, 58, 27])[0]
    handed_on = first in ("transferred", "assigned")
    to = (via or unit) if handed_on else None
    if handed_on and rng.random() < 0.01:
        to = UNKNOWN_DESTINATION
    act = chain.add(first, first_day, register, "register", to)
    if first == "direct_reply":
        chain.add("closed", act.at.date() + timedelta(days=1), register, "register")
    if handed_on:
        received_from = act.at.date()
        if via:
            received_from += timedelta(days=rng.randint(1, 4))
            chain.add("transferred", received_from, via, "unit", unit)
        _unit_side(rng, deadlines, chain, register, received_from, unit, other_unit)
    return _numbered(chain.events)


def _unit_side(rng: random.Random, deadlines: Deadlines, chain: _Chain, register: str,
               handed_on: date, unit: str, other_unit: str) -> None:  # fmt: skip
    """Receipt, perhaps an objection, notice, acceptance and the way to the reply."""
    day = handed_on + timedelta(days=rng.randint(0, 3))
    received = chain.add("unit_received", day, unit, "unit")
    if rng.random() < 0.05:
        # from the day of receipt itself to past the fifth working day
        day = received.at.date() + timedelta(days=received.at.second % 12)
        chain.add("objected", day, unit, "unit", register)
        chain.add("objection_consented", day + timedelta(days=2), register, "register", unit)
        if rng.random() < 0.3:
            return
        chain.add("transferred", day + timedelta(days=2), register, "register", other_unit)
        unit = other_unit
        received = chain.add("unit_received", day + timedelta(days=3), unit, "unit")
    day = _lands(rng, deadlines, received.at.date(), 15)
    # Now and then another unit answers than the one that received it.
    answering = other_unit if rng.random() < 0.02 else unit
    if rng.random() < 0.85:
        chain.add("notice_served", day, answering, "unit")
    if rng.random() < 0.04:
        chain.add("not_accepted", day, answering, "unit")
        return
    accepted = chain.add("accepted", day + timedelta(days=rng.choice([0, 0, 1])), answering, "unit")
    _reply(rng, deadlines, chain, register, accepted, other_unit)


def _reply(rng: random.Random, deadlines: Deadlines, chain: _Chain, register: str,
           accepted: Event, other_unit: str) -> None:  # fmt: skip
    """The short way or not, an assisting unit or none, extension, opinion, service and closing."""
    start, is_short = accepted.at.date(), accepted.at.second % 12 == 5
    due = deadlines.working(start, 10) if is_short else deadlines.after(start, 60)
    if is_short:
        chain.add("short_procedure", start, accepted.by, "unit")
    if accepted.at.second % 20 == 7 and accepted.by != other_unit:
        chain.add("assisting", start, register, "register", other_unit)
    if rng.random() < 0.5:
        chain.add("supervised", start + timedelta(days=rng.randint(3, 10)), register, "register")
    served = _lands(rng, deadlines, start, rng.choice([20, 30, 45, 60, 60]))
    if is_short:
        served = max(start, due + timedelta(days=rng.choice([-7, -4, -1, 0, 0, 1, 6])))
    elif rng.random() < 0.12:
        # Some extensions come after the due date, and some give no new date: neither may help.
        day = due + timedelta(days=rng.choice([-20, -9, -3, 0, 2]))
        new_due = None
        if rng.random() < 0.9:
            new_due = datetime.combine(due + timedelta(days=rng.choice([10, 20, 30, 45])), time(17))
        chain.add("extended", day, accepted.by, "unit", None, new_due)
        served = max(day, due) + timedelta(days=rng.randint(1, 40))
    if rng.random() < 0.05:
        return
    chain.add("opinion_issued", served - timedelta(days=rng.randint(0, 4)), accepted.by, "unit")
    last = chain.add("opinion_served", served, accepted.by, "unit")
    if rng.random() < 0.93:
        ends = last.at.date() + timedelta(days=rng.randint(0, 5))
        chain.add("closed", ends, register, "register")


def answer_apart(rng: random.Random, events: list[Event], demands: int) -> list[Event]:
    """The events, with an opinion of its own served on each demand; now and then on all but the last."""
    first = next((e for e in events if e.kind == "opinion_served"), None)
    if first is None:
        return events
    first.demand, at, apart = 1, first.at, []
    for demand in range(2, demands + 1):
        at += timedelta(days=rng.randint(0, 12), seconds=rng.randint(60, 600))
        if demand < demands or rng.random() < 0.8:
            apart.append(Event("opinion_served", at, first.by, first.teller, demand=demand))
    return _numbered(sorted([*events, *apart], key=lambda e: e.at))


def _lands(rng: random.Random, deadlines: Deadlines, start: date, limit: int) -> date:
    """A day for an act with a limit: mostly in time, often just at the edge, sometimes late."""
    edge = deadlines.after(start, limit)
    draw = rng.random()
    if draw < 0.78:
        return start + timedelta(days=rng.randint(1, limit - 1))
    if draw < 0.88:
        return edge
    if draw < 0.93:
        return edge + timedelta(days=1)
    return edge + timedelta(days=rng.randint(2, 20))


def _numbered(events: list[Event]) -> list[Event]:
    """Number the events: on through the registration, but a unit that tells its own from 1.

    One running order keeps day-only ledgers in sequence. A unit's own numbers meet the register's:
    that is the point, since a number is unique only inside one teller.
    """
    own = 0
    for number, event in enumerate(events, start=1):
        if event.teller.endswith("-xf") or event.teller.endswith("-gov"):
            event.seq = number
        else:
            own += 1
            event.seq = own
    return events
