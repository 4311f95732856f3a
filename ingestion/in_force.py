"""Which deliveries are in force, read from the register alone: withdrawals, and the same told again.

A delivery is in force for its office, ledger and period until it is withdrawn or told anew. The same
bytes are no new delivery only while they are what is in force: after another telling (A, B, A) or
after a withdrawal they are.
"""

from ingestion.door import FileResult
from ingestion.register import Entry
from ingestion.settling import LedgerRows


def withdrawn(known: list[Entry]) -> set[int]:
    """Return the deliveries that their own offices have withdrawn."""
    return {n for entry in known for told in entry.ledgers for n in told.get("withdrawn", ())}


def own_deliveries(known: list[Entry], office: str) -> frozenset[int]:
    """Return what an office may withdraw: its accepted deliveries that withdraw nothing."""
    return frozenset(
        entry.sequence
        for entry in known
        if entry.record["office_code"] == office
        and entry.record["outcome"] == "accepted"
        and not any(told.get("withdrawn") for told in entry.ledgers)
    )


def is_repeat(office: str, result: FileResult, known: list[Entry]) -> bool:
    """True when the file is what is in force of every ledger and period that it tells."""
    own = [entry for entry in known if entry.record["office_code"] == office]
    if not result.ledgers:
        return bool(own) and own[-1].record["file_sha256"] == result.sha256
    gone = withdrawn(own)
    standing = [entry for entry in own if entry.sequence not in gone]
    return all(_is_in_force(rows, result.sha256, standing) for rows in result.ledgers)


def was_refused(office: str, result: FileResult, known: list[Entry]) -> bool:
    """True when the file is refused and its office's same bytes were refused before."""
    return result.refused and any(
        entry.record["office_code"] == office
        and entry.record["outcome"] == "refused"
        and entry.record["file_sha256"] == result.sha256
        for entry in known
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
