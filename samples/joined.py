"""What the plain ledgers tell of registrations and cases that there are: by number, or by their matter.

The rows of `plain.py` name nobody's registration. These do, at the edges of what is measured of both: a day
before and after the end, inside and outside the window, a kind of visit that lacks, a review that upholds.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from samples.backlog import Backlog
from samples.plain import LAST_DAY, TELLERS, Plain
from samples.rules import Home
from samples.world import Registration, World

Facts = dict[str, object]
VISITS = ("evaluation_a", "evaluation_b", "return_visit")
OPINIONS = ("upheld", "revoked", "changed", "redo")
EVERY = 3  # one registration in so many is told of in a ledger


def tell_of_registrations(
    plain: Plain, home: Home, world: World, backlog: Backlog, seed: int
) -> None:
    """Add to the plain ledgers what their offices tell of the registrations below them."""
    rng = random.Random(f"{seed}/joined")
    for office in TELLERS:
        below = [
            r
            for r in world.registrations
            if r.register == office or home.is_above(office, r.register)
        ]
        for made in below:
            if made.register not in TELLERS or made.register == office:
                for ledger, facts in _told_of(rng, made):
                    if facts[DATED[ledger]] <= LAST_DAY:
                        plain.add(ledger, office, rng, facts)
    _lead_matters(rng, world, backlog)


DATED = {
    "documents": "issued_date", "source_traces": "traced_date", "return_visits": "visited_date",
    "review_cases": "received_date", "leader_instructions": "instructed_date", "listed_supervision": "listed_date",
}  # fmt: skip


def _told_of(rng: random.Random, made: Registration) -> Iterator[tuple[str, Facts]]:
    registered = made.registered_at.date()
    ended = _end(made)
    item: Facts = {"register_org_code": made.register, "item_no": made.item_no}
    matter: Facts = {"matter_id": made.facts["matter_id"]}
    if rng.randrange(EVERY) == 0:
        yield (
            "source_traces",
            item | {"traced_date": registered + timedelta(days=rng.randint(1, 90))},
        )
    if matter["matter_id"] and rng.randrange(4 * EVERY) == 0:
        yield (
            "leader_instructions",
            matter | {"instructed_date": registered + timedelta(days=rng.randint(1, 60))},
        )
    if matter["matter_id"] and rng.randrange(4 * EVERY) == 0:
        yield (
            "listed_supervision",
            matter | {"listed_date": registered + timedelta(days=rng.randint(1, 60))},
        )
    if ended is None:
        return
    if rng.randrange(EVERY) == 0:
        issued = ended + timedelta(days=rng.choice([-3, 0, 10, 90, 91]))
        signed = rng.choice(["signed", "signed", "refused", None])
        yield (
            "documents",
            item | {"doc_type_code": "agreement", "sign_code": signed, "issued_date": issued},
        )
    if matter["matter_id"] and rng.randrange(EVERY) == 0:
        for kind in VISITS if rng.random() < 0.6 else rng.sample(VISITS, 2):
            visited = ended + timedelta(days=rng.choice([-1, 0, 5, 40]))
            yield "return_visits", matter | {"visit_kind_code": kind, "visited_date": visited}
    if matter["matter_id"] and rng.randrange(EVERY) == 0:
        received = ended + timedelta(days=rng.choice([-30, 1, 60, 80]))
        decided: date | None = received + timedelta(days=rng.choice([10, 30]))
        if decided > LAST_DAY:
            decided = None
        opinion = rng.choice(OPINIONS) if decided else None
        yield "review_cases", matter | {
            "received_date": received, "requested_date": received, "opinion_date": decided, "opinion_code": opinion,
        }  # fmt: skip


def _end(made: Registration) -> date | None:
    """About the day on which a registration was answered or closed: the measure says it to the day."""
    served = next((e.at for e in made.events if e.kind == "opinion_served"), None)
    closed = next((e.at for e in made.events if e.kind == "closed"), made.closed_at)
    at = served or closed
    return at.date() if at else None


def _lead_matters(rng: random.Random, world: World, backlog: Backlog) -> None:
    """Half of the cases are of matters that were registered, those told of a leader's instruction among them."""
    named = [r.facts["matter_id"] for r in world.registrations if r.facts["matter_id"]]
    repeated = [
        r.facts["matter_id"] for r in world.registrations
        if r.facts["repeat_of_item_no"] and r.facts["matter_id"]
    ]  # fmt: skip
    for number, case in enumerate(backlog.cases):
        if number % 2:
            case.facts["matter_id"] = rng.choice(repeated if number % 4 == 1 else named)
