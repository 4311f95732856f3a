"""What the ledgers say once every delivery has been heard: the rows that count."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from samples.deliveries import Telling
from samples.rules import Home

Facts = dict[str, object]
Key = tuple[object, ...]


@dataclass
class Told:
    """One registration: the telling that counts, and everything told about it."""

    counts: Telling
    first_due_at: object
    same_since: Telling
    events: list[Facts] = field(default_factory=list)
    evaluations: list[Facts] = field(default_factory=list)


@dataclass
class State:
    """All that counts, by key."""

    registrations: dict[Key, Told]
    cases: dict[Key, Telling]
    batches: dict[object, Facts]
    assignments: dict[Key, list[Facts]]


def hear(home: Home, tellings: list[Telling]) -> State:
    """Reduce all tellings, in order of arrival, to what counts."""
    by_ledger: dict[str, list[Telling]] = defaultdict(list)
    for telling in tellings:
        by_ledger[telling.ledger].append(telling)
    registrations = _registrations(home, by_ledger["petition_register"])
    for facts in _last(by_ledger["handling_events"], _event_key).values():
        made = registrations.get((facts["register_org_code"], facts["item_no"]))
        if made:
            made.events.append(facts)
    for facts in _last(by_ledger["evaluations"], _evaluation_key).values():
        made = registrations.get((facts["register_org_code"], facts["item_no"]))
        if made:
            made.evaluations.append(facts)
    for made in registrations.values():
        made.events.sort(key=lambda e: (e["event_at"], e["event_seq"]))
        made.evaluations.sort(key=lambda e: e["attempt_no"])
    assignments = defaultdict(list)
    for facts in _last(by_ledger["leader_assignments"], _assignment_key).values():
        assignments[facts["batch_no"], facts["case_no"]].append(facts)
    batches = {t.facts["batch_no"]: t.facts for t in by_ledger["backlog_batches"]}
    return State(registrations, _cases(by_ledger["backlog_cases"]), batches, assignments)


def _event_key(telling: Telling) -> Key:
    facts = telling.facts
    return telling.sender, facts["register_org_code"], facts["item_no"], facts["event_seq"]


def _evaluation_key(telling: Telling) -> Key:
    facts = telling.facts
    return tuple(facts[f] for f in ("register_org_code", "item_no", "target_code", "attempt_no"))


def _assignment_key(telling: Telling) -> Key:
    return (telling.facts["assignment_no"],)


def _last(tellings: list[Telling], key_of: Callable[[Telling], Key]) -> dict[Key, Facts]:
    return {key_of(telling): telling.facts for telling in tellings}


def _registrations(home: Home, tellings: list[Telling]) -> dict[Key, Told]:
    heard: dict[Key, list[Telling]] = defaultdict(list)
    for telling in tellings:
        heard[telling.facts["register_org_code"], telling.facts["item_no"]].append(telling)
    return {key: _weigh(home, str(key[0]), told) for key, told in heard.items()}


def _weigh(home: Home, register: str, heard: list[Telling]) -> Told:
    """The register's own telling, else an office's above it, else another's; there the latest."""

    def standing(telling: Telling) -> int:
        if telling.sender == register:
            return 2
        return 1 if home.is_above(telling.sender, register) else 0

    best = max(standing(t) for t in heard)
    counts = [t for t in heard if standing(t) == best][-1]
    own = [t for t in heard if t.sender == counts.sender]
    same_since = counts
    for telling in reversed(own):
        if telling.facts != counts.facts:
            break
        same_since = telling
    due = next((t.facts["due_at"] for t in own if t.facts.get("due_at")), None)
    return Told(counts, due, same_since)


def _cases(tellings: list[Telling]) -> dict[Key, Telling]:
    """Each file is the whole batch: only the latest one counts."""
    latest = {t.facts["batch_no"]: t.file for t in tellings}
    return {
        (t.facts["batch_no"], t.facts["case_no"]): t
        for t in tellings
        if latest[t.facts["batch_no"]] == t.file
    }
