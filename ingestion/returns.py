"""What is said back to the sender of a delivery: its return (回执), in words and numbers.

Belongs here: telling a return from the register and the quarantine alone. Its cells are in `returns_book`;
where it lies and when it is written, in `outbox`.

A return names places, columns and kinds of value, as the lake does; never a value, a file or a person.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import Contract, load_contracts
from ingestion.home import Home
from ingestion.lake import QUARANTINE_SCHEMA
from ingestion.problems import CATALOGUE, NOTICE, QUARANTINE, REFUSE, Problem
from ingestion.register import Entry
from ingestion.stored import Places

LISTED = 20_000  # problems of rows in one return: a sheet holds a million, nobody reads them
ORDER = [(c, "ascending") for c in ("_sheet_no", "_row_no", "column_no", "reason_code")]
# problems of a column that tells of persons: which column it was is not repeated
OF_PERSONS = {"identity_dropped", "linkage_only", "person_watching", "identity_suspected"}
MASKED = "（身份列）"
AGAIN = {
    "snapshot": "改正后整份重报，整份替换上次的。",
    "upsert": "改正后重报，只报改正的行或整份都可以：主键相同的行以最后一次为准。",
    "append": "改正后只报这些行：已装入的照旧有效，不必再报。",
}


@dataclass(frozen=True)
class Line:
    """One problem at one place, in words. Places count from 1."""

    severity: str
    ledger: str | None
    sheet_no: int | None
    row_no: int | None
    column_no: int | None
    column: str | None
    message: str
    remedy: str
    count: int = 1


@dataclass(frozen=True)
class Mended:
    """One reason in one column of one ledger: how often it was there the last time, and is now."""

    ledger: str
    column: str | None
    message: str
    before_sequence: int
    before: int
    now: int

    @property
    def mended(self) -> int:
        return max(0, self.before - self.now)


@dataclass(frozen=True)
class Return:
    """What is said to the sender of a delivery."""

    entry: Entry
    labels: dict[str, str]
    lines: list[Line]
    mended: list[Mended]
    next_step: str


class Teller:
    """Tells returns out of the register, the quarantine and the contracts.

    `deliveries`: all that offices told, in order; raises LakeError where the lake is not as they say.
    """

    def __init__(self, home: Home, deliveries: list[Entry]):
        self._places = Places(home)
        contracts = load_contracts(home.contracts)
        self._contracts: dict[str, Contract] = {c.id: c for c in contracts}
        self._own: dict[str, list[Entry]] = {}
        for entry in deliveries:
            self._own.setdefault(entry.record["office_code"], []).append(entry)

    def tell(self, entry: Entry) -> Return:
        labels = {t["ledger"]: self._label(t) for t in entry.ledgers}
        lines = [*self._quarantined(entry), *self._said(entry)]
        order = [REFUSE, QUARANTINE, NOTICE]
        lines.sort(key=lambda line: order.index(line.severity))
        return Return(entry, labels, lines, self._mended(entry), self._next_step(entry))

    def _label(self, told: dict) -> str:
        contract = self._contracts.get(told["contract_id"])
        return contract.label if contract else told["ledger"]

    def _column(self, told: dict, field: str | None, code: str) -> str | None:
        """Return what a column is called for its sender; none of persons is named."""
        contract = self._contracts.get(told["contract_id"])
        named = {f.name: f for f in contract.fields} if contract else {}
        dropped = field in named and named[field].dropped
        if code in OF_PERSONS or dropped:
            return MASKED
        return named[field].label if field in named else field

    def _quarantined(self, entry: Entry) -> Iterator[Line]:
        """The reasons of the rows that were not loaded, in the order of their places: the first LISTED."""
        rows, told = self._kept(entry), {t["ledger"]: t for t in entry.ledgers}
        for row in rows.sort_by(ORDER).slice(0, LISTED).to_pylist():
            of, code = told[row["ledger"]], row["reason_code"]
            kind = f"（{row['value_class']}）" if row["value_class"] else ""
            _, message, remedy = CATALOGUE[code]
            yield Line(
                QUARANTINE, self._label(of), row["_sheet_no"], row["_row_no"], row["column_no"],
                self._column(of, row["field"], code), message + kind, remedy,
            )  # fmt: skip
        more = len(rows) - LISTED
        if more > 0:
            message, remedy = (
                "另有没有逐行列出的问题",
                "请先改正以上各类问题后重报，回执会列出其余的",
            )
            yield Line(QUARANTINE, None, None, None, None, None, message, remedy, more)

    def _kept(self, entry: Entry) -> pa.Table:
        """Return a delivery's quarantine, without rows when it has none."""
        kept = entry.record["quarantine"]
        return self._places.table(entry.sequence, kept) if kept else QUARANTINE_SCHEMA.empty_table()

    def _said(self, entry: Entry) -> Iterator[Line]:
        """What was refused or noticed; the rows in quarantine are told by the quarantine."""
        for kept in entry.record["problems"]:
            if kept["severity"] == QUARANTINE:
                continue
            problem = Problem(**{k: v for k, v in kept.items() if k != "severity"})
            _, message, remedy = CATALOGUE[problem.code]
            column = MASKED if problem.code in OF_PERSONS else problem.field
            yield Line(
                problem.severity, None, problem.sheet_no, problem.row_no, problem.column_no,
                column, message + (problem.detail or ""), remedy, problem.count,
            )  # fmt: skip

    def _mended(self, entry: Entry) -> list[Mended]:
        """Compare with the office's last telling of the same: what was wrong then, and is it now."""
        found = []
        for told in entry.ledgers:
            before = self._last_with_problems(entry, told)
            if before is None:
                continue
            then, now = self._counts(before, told), self._counts(entry, told)
            found += [
                Mended(self._label(told), column, CATALOGUE[code][1], before.sequence, count,
                       now[column, code])
                for (column, code), count in sorted(then.items(), key=str)
            ]  # fmt: skip
        return found

    def _last_with_problems(self, entry: Entry, told: dict) -> Entry | None:
        """Return the office's last earlier delivery of a ledger, when it told of the same time or scope
        and left rows in quarantine.
        """
        for earlier in reversed(self._own[entry.record["office_code"]]):
            if earlier.sequence >= entry.sequence:
                continue
            for then in earlier.ledgers:
                if then["ledger"] == told["ledger"] and _same_subject(then, told):
                    return earlier if then["quarantined"] else None
        return None

    def _counts(self, entry: Entry, told: dict) -> Counter:
        """Return how many rows of a ledger a delivery left in quarantine, by column and reason."""
        rows = self._kept(entry)
        rows = rows.filter(pc.equal(rows["ledger"], told["ledger"]))
        counted: Counter = Counter()
        for row in (
            rows.group_by(["field", "reason_code"]).aggregate([([], "count_all")]).to_pylist()
        ):
            code = row["reason_code"]
            counted[self._column(told, row["field"], code), code] += row["count_all"]
        return counted

    def _next_step(self, entry: Entry) -> str:
        office = entry.record["office_code"]
        if entry.record["outcome"] == "refused":
            return f"这份文件没有收。请照“问题清单”改正，放回 landing/{office}/；其他文件不受影响。"
        steps = [
            f"《{self._label(t)}》有 {t['quarantined']} 行没有装入：{AGAIN[t['told']]}"
            for t in entry.ledgers
            if t["quarantined"]
        ]
        unmapped = sum(t["unmapped"] for t in entry.ledgers)
        if unmapped:
            steps.append(f"有 {unmapped} 行的名称不在对照表中，已收下，等名称对照台账答复。")
        return "".join(steps) or "没有要改正的，无需再报。"


def _same_subject(one: dict, other: dict) -> bool:
    """Whether two tellings of a ledger speak of the same: a scope of a snapshot, else overlapping days."""
    if one["scopes"] and other["scopes"]:
        return not one["scopes"].keys().isdisjoint(other["scopes"])
    days = [one["first_date"], one["last_date"], other["first_date"], other["last_date"]]
    if None in days:  # nothing was loaded, or the ledger has no leading date: it is not known
        return True
    return days[0] <= days[3] and days[2] <= days[1]
