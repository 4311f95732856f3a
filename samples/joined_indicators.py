"""The indicators that join ledgers, written from docs/indicators.md in plain Python."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from samples.deliveries import Telling
from samples.indicators import LAST_DAY
from samples.plain import Ledger
from samples.plain_indicators import counted
from samples.state import Key, State

Facts = dict[str, object]
CHANGED = ("revoked", "changed", "redo")


class About:
    """What the plain ledgers say of registrations, by their number, and of matters."""

    def __init__(self, ledgers: list[Ledger], tellings: list[Telling], state: State) -> None:
        self._of: dict[tuple, list[Facts]] = defaultdict(list)
        for ledger, _, telling in counted(ledgers, tellings):
            facts = telling.facts
            if facts.get("matter_id"):
                self._of[ledger.name, facts["matter_id"]].append(facts)
            if facts.get("item_no"):
                self._of[ledger.name, facts["register_org_code"], facts["item_no"]].append(facts)
        self._led: dict[object, list[date]] = defaultdict(list)
        for key, case in state.cases.items():
            matter = case.facts.get("matter_id")
            if matter and key[0] in state.batches:
                self._led[matter] += [a["started_date"] for a in state.assignments.get(key, ())]

    def agreed_by(self, key: Key, last: date) -> bool:
        """Whether an agreement on a registration was signed, made by a day."""
        return any(
            f["doc_type_code"] == "agreement" and f["sign_code"] == "signed" and f["issued_date"] <= last
            for f in self._of["documents", *key]
        )  # fmt: skip

    def is_traced(self, key: Key) -> bool:
        """Whether a registration was traced to its source by the last day."""
        return any(f["traced_date"] <= LAST_DAY for f in self._of["source_traces", *key])

    def has_all_visits(self, matter: object, since: date) -> bool:
        """Whether both evaluations and the return visit were made from a day on."""
        visits = [
            f for f in self._of["return_visits", matter] if since <= f["visited_date"] <= LAST_DAY
        ]
        return len({f["visit_kind_code"] for f in visits}) == 3

    def is_changed(self, matter: object, since: date, until: date) -> bool:
        """Whether a review changed what was answered, from one day to another."""
        return matter is not None and any(
            f["opinion_code"] in CHANGED
            and f["opinion_date"]
            and since <= f["opinion_date"] <= until
            for f in self._of["review_cases", matter]
        )

    def called_days(self, matter: object) -> Iterator[date]:
        """The days on which a leader instructed on a matter, or an office listed it."""
        if matter is not None:
            yield from (f["instructed_date"] for f in self._of["leader_instructions", matter])
            yield from (f["listed_date"] for f in self._of["listed_supervision", matter])

    def is_led(self, matter: object) -> bool:
        """Whether a leader had taken a case of a matter by the last day."""
        return any(day <= LAST_DAY for day in self._led.get(matter, ()))
