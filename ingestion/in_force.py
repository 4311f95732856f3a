"""Which deliveries are in force, read from the register alone: withdrawals, and the same told again.

A delivery is in force for its office, ledger and period until it is withdrawn or told anew. The same
bytes are no new delivery only while they are what is in force: after another telling (A, B, A) or
after a withdrawal they are.
"""

from ingestion import clock
from ingestion.door import FileResult
from ingestion.mapping import References
from ingestion.register import Entry
from ingestion.rows import Context
from ingestion.settling import LedgerRows
from ingestion.words import Words


def withdrawn(known: list[Entry]) -> set[int]:
    """Return the deliveries that their own offices have withdrawn."""
    return {n for entry in known for told in entry.ledgers for n in told.get("withdrawn", ())}


class Tellings:
    """What every office has told so far, kept up as deliveries come in and asked once for each file:
    what it answers must not cost more with every delivery that there ever was.
    """

    def __init__(self, known: list[Entry]):
        self._own: dict[str, list[Entry]] = {}
        self._hashes: dict[str, set[str | None]] = {}
        self._words = Words()
        self._may_withdraw: dict[str, set[int]] = {}  # accepted ones that withdraw nothing
        for entry in known:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Take note of the newest delivery."""
        office, record = entry.record["office_code"], entry.record
        self._own.setdefault(office, []).append(entry)
        self._hashes.setdefault(office, set()).add(record["file_sha256"])
        gone = any(told.get("withdrawn") for told in entry.ledgers)
        if record["outcome"] == "accepted" and not gone:
            self._may_withdraw.setdefault(office, set()).add(entry.sequence)

    def context(self, office: str, references: References) -> Context:
        """Return what an office's rows are judged against. Raises KeyError for an unknown office."""
        region, own = references.org_regions[office], self._may_withdraw.get(office, set())
        return Context(office, region, clock.now(), references, own, self._words)

    def is_repeat(self, office: str, result: FileResult) -> bool:
        """True when the file is what is in force of every ledger and period that it tells."""
        own = self._own.get(office, [])
        if not result.ledgers:
            return bool(own) and own[-1].record["file_sha256"] == result.sha256
        if result.sha256 not in self._hashes.get(office, ()):
            return False
        gone = withdrawn(own)
        standing = [entry for entry in own if entry.sequence not in gone]
        return all(_is_in_force(rows, result.sha256, standing) for rows in result.ledgers)

    def was_refused(self, office: str, result: FileResult) -> bool:
        """True when the file is refused and its office's same bytes were refused before."""
        return result.refused and any(
            entry.record["outcome"] == "refused" and entry.record["file_sha256"] == result.sha256
            for entry in self._own.get(office, [])
        )


def _is_in_force(rows: LedgerRows, sha256: str | None, standing: list[Entry]) -> bool:
    """True when the last telling of the ledger for the period is this file, for this month."""
    for entry in reversed(standing):
        for told in entry.ledgers:
            if told["ledger"] == rows.contract.ledger and _same_period(rows, told):
                same_month = told.get("declared_period") == rows.declared_period
                return same_month and entry.record["file_sha256"] == sha256
    return False


def _same_period(rows: LedgerRows, told: dict) -> bool:
    """Tell whether two tellings speak of a common scope, month or day; in doubt they do."""
    if rows.scopes and told["scopes"]:
        return not set(rows.scopes).isdisjoint(told["scopes"])
    months = (rows.declared_period, told.get("declared_period"))
    (first, last), (first_told, last_told) = rows.span, (told["first_date"], told["last_date"])
    if None not in months and months[0] == months[1]:
        return True
    if None not in (first, first_told):
        return first <= last_told and first_told <= last
    return None in months
