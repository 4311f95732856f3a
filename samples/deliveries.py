"""Who delivers which file at which step, what goes wrong on the way, and what each file tells."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zlib import crc32

from samples.cells import Cell, Writer
from samples.files import Sheet, write_text, write_workbook
from samples.headers import TITLES, Columns, columns_of
from samples.ledgers import Ledgers, Row, Window
from samples.plain import EVERY, TELLERS, Plain
from samples.plain_files import render
from samples.rules import Home
from samples.senders import (
    FIRST_MID_STEP,
    MONTHLY_STEPS,
    SECOND_MID_STEP,
    SENDERS,
    Sender,
    month_end,
    month_start,
)

PETITION_LEDGERS = ("petition_register", "handling_events", "evaluations")
BATCH_LEDGERS = ("backlog_batches", "backlog_cases")

# What goes wrong, and where: (office, step[, ledger]).
TRUNCATED = ("980300-xf", "20250805T090500")
SENT_TWICE = ("980100-xf", "20250903T143000")
WITHOUT_REQUIRED_HEADER = ("980201-xf", "20251005T111000", "petition_register")
EMPTY = ("980103-xf", "20251005T111000", "evaluations")
UNKNOWN_HEADERS = ("980302-xf", "20251005T111000", "petition_register")
EVENTS_TOLD_AGAIN = ("980302-xf", "20260105T094500")
LATE_MONTH = ("980303-xf", "20251104T083000")
IMPOSSIBLE_ROWS = ("980303-xf", "20260403T092000", "petition_register")
IMPOSSIBLE_DATES = ("2025-13-45", "二〇二五年某日")


@dataclass(frozen=True)
class Telling:
    """One loaded row: what it tells, and the file, sheet and row (both from 1) it stands in."""

    ledger: str
    sender: str
    step: str
    file: str
    sheet: int
    row: int
    facts: dict[str, object]


@dataclass(frozen=True)
class Part:
    """One ledger of one delivery, before it is written."""

    ledger: str
    columns: Columns
    rows: list[Row]
    label: str


@dataclass
class Receipt:
    """What the door should answer about one file."""

    refused: bool = False
    read: int = 0
    loaded: int = 0
    quarantined: int = 0
    duplicate: int = 0


class Deliveries:
    """Writes every drop and keeps what it tells, in order of arrival."""

    def __init__(self, out: Path, home: Home, ledgers: Ledgers, plain: Plain) -> None:
        self._out = out / "drops"
        self._home = home
        self._ledgers = ledgers
        self._plain = plain
        self.tellings: list[Telling] = []
        self.receipts: dict[str, Receipt] = {}

    def deliver_all(self) -> None:
        """Write the whole year, step by step."""
        for index, step in enumerate(MONTHLY_STEPS):
            for sender in SENDERS.values():
                if (index + 1) % sender.every == 0 and (sender.org, step) != LATE_MONTH:
                    self._deliver(sender, _window(index, sender.every, step))
            if (index + 1) % EVERY == 0:
                for office in TELLERS:
                    self._deliver_plain(SENDERS[office], _window(index, EVERY, step))
            if step == "20250903T143000":
                self._deliver_first_mid_step()
            if step == "20260105T094500":
                self._deliver_second_mid_step()

    def _deliver_first_mid_step(self) -> None:
        """A broken delivery again, a good one a second time, and corrections."""
        broken = SENDERS[TRUNCATED[0]]
        index = MONTHLY_STEPS.index(TRUNCATED[1])
        self._deliver(broken, _window(index, broken.every, FIRST_MID_STEP))
        twice = SENDERS[SENT_TWICE[0]]
        index = MONTHLY_STEPS.index(SENT_TWICE[1])
        window = _window(index, twice.every, FIRST_MID_STEP)
        self._deliver(twice, window)
        self._correct(SENDERS["980101-xf"], window)

    def _deliver_second_mid_step(self) -> None:
        """A month that comes two months late, and corrections."""
        late = SENDERS[LATE_MONTH[0]]
        index = MONTHLY_STEPS.index(LATE_MONTH[1])
        window = replace(_window(index, late.every, SECOND_MID_STEP), cutoff=month_end(index + 2))
        self._deliver(late, window)
        self._correct(SENDERS["980102-xf"], window)

    def _correct(self, sender: Sender, window: Window) -> None:
        ledger = "petition_register"
        rows = self._ledgers.corrected(sender, window)
        if not rows:
            return
        label = f"更正{window.step[:8]}"
        part = Part(ledger, _columns(sender, ledger, window.step), rows, label)
        self._put(sender, window.step, f"{self._stem(sender, ledger)}_{label}.xlsx", [part])

    def _deliver(self, sender: Sender, window: Window) -> None:
        parts = list(self._parts(sender, window))
        split = (sender.org, window.step) == IMPOSSIBLE_ROWS[:2]
        if sender.book and not split:
            if parts:
                name = f"信访台账_{self._place(sender)}_{parts[0].label}.{sender.suffix}"
                self._put(sender, window.step, name, parts)
            return
        for part in parts:
            name = f"{self._stem(sender, part.ledger)}_{part.label}.{sender.suffix}"
            self._put(sender, window.step, name, [part])

    def _deliver_plain(self, sender: Sender, window: Window) -> None:
        """One workbook with a sheet for each plain ledger, telling everything so far."""
        name = f"专项台账_{self._place(sender)}_{window.end:%Y%m}.xlsx"
        folder = self._out / window.step / "landing" / sender.org
        folder.mkdir(parents=True, exist_ok=True)
        file = f"{window.step}/{sender.org}/{name}"
        receipt = self.receipts[file] = Receipt()
        sheets: list[Sheet] = []
        for ledger in self._plain.ledgers:
            rows = self._plain.rows(ledger, sender.org, window.cutoff.date())
            if rows:
                sheet, told = render(Writer(self._home, sender), ledger, rows)
                sheets.append(sheet)
                for place, facts in enumerate(told):
                    row = sheet.first_row + place
                    telling = Telling(
                        ledger.name, sender.org, window.step, file, len(sheets), row, facts
                    )
                    self.tellings.append(telling)
                receipt.read += len(told)
                receipt.loaded += len(told)
        write_workbook(folder / name, sheets)

    def _parts(self, sender: Sender, window: Window) -> Iterator[Part]:
        label = f"{window.end:%Y%m}"
        if sender.every > 1:
            first = max(window.start, month_start(0))
            label = f"{first:%Y%m}-{label}"
        for ledger in self._ledgers_of(sender):
            told = window
            if ledger == "handling_events" and (sender.org, window.step) == EVENTS_TOLD_AGAIN:
                told = replace(window, start=month_start(5))
            rows = self._ledgers.rows(ledger, sender, told)
            if rows:
                yield Part(ledger, _columns(sender, ledger, window.step), rows, label)

    def _ledgers_of(self, sender: Sender) -> tuple[str, ...]:
        organ = self._home.organs[sender.org]
        if organ.level == "nation":
            return BATCH_LEDGERS
        if organ.level == "province":
            return PETITION_LEDGERS + BATCH_LEDGERS
        if organ.level == "county" and organ.is_petition_office:
            return (*PETITION_LEDGERS, "leader_assignments")
        return PETITION_LEDGERS

    def _place(self, sender: Sender) -> str:
        organ = self._home.organs[sender.org]
        return organ.name if organ.level in ("nation", "county") else organ.name[:6]

    def _stem(self, sender: Sender, ledger: str) -> str:
        return f"{TITLES[ledger]}_{self._place(sender)}"

    def _put(self, sender: Sender, step: str, name: str, parts: list[Part]) -> None:
        """Write one file and note what it tells."""
        folder = self._out / step / "landing" / sender.org
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        file = f"{step}/{sender.org}/{name}"
        notes_first = sender.notes_sheet and not sender.retells
        refused = _is_refused(sender, step, parts)
        receipt = self.receipts[file] = Receipt(refused=refused)
        sheets = []
        for number, part in enumerate(parts, start=2 if notes_first else 1):
            sheet, told = self._render(sender, step, part, file, number)
            sheets.append(sheet)
            if not refused:
                self.tellings += [t for t in told if t]
                _count(receipt, sheet, told)
        if sender.suffix != "xlsx":
            write_text(path, sheets[0], "\t" if sender.suffix == "tsv" else ",", sender.encoding)
        else:
            notes = [Sheet("说明", [], [])] if sender.notes_sheet else []
            write_workbook(path, notes + sheets if notes_first else sheets + notes)
        if (sender.org, step) == TRUNCATED:
            path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])
        if (sender.org, step, parts[0].ledger) == EMPTY:
            path.write_bytes(b"")

    def _render(
        self, sender: Sender, step: str, part: Part, file: str, number: int
    ) -> tuple[Sheet, list[Telling | None]]:
        """The sheet, and per data row what it tells; None for a row the door must hold back."""
        writer = Writer(self._home, sender)
        headers = [header for header, _ in part.columns]
        sheet = Sheet(TITLES[part.ledger], headers, [], self._titles(sender, part))
        spoilt = (sender.org, step, part.ledger) == IMPOSSIBLE_ROWS
        told: list[Telling | None] = []
        for place, (key, facts) in enumerate(part.rows):
            cells, known = _row(writer, part, key, facts)
            good = not (spoilt and _spoil(cells, part.columns, place))
            row = sheet.first_row + place
            telling = Telling(part.ledger, sender.org, step, file, number, row, known)
            sheet.rows.append(cells)
            told.append(telling if good else None)
        if not spoilt and len(sheet.rows) > 4 and crc32(file.split("/", 1)[1].encode()) % 5 == 0:
            # The same line copied twice: no second fact.
            sheet.rows.append(list(sheet.rows[2]))
        if sender.total_row:
            sheet.total = _total(part)
        sheet.blank_rows = sender.blank_rows
        return sheet, told

    def _titles(self, sender: Sender, part: Part) -> list[str]:
        name = self._home.organs[sender.org].name
        title = f"{self._place(sender)}{TITLES[part.ledger]}（{part.label}）"
        return [title, f"填报单位：{name}"][: sender.title_rows]


def _window(index: int, months: int, step: str) -> Window:
    first = index - months + 1
    # The first delivery tells everything there was before the sample year.
    start = month_start(first) if first > 0 else datetime.min
    return Window(start, month_end(index), month_end(index), step)


def _columns(sender: Sender, ledger: str, step: str) -> Columns:
    columns = columns_of(ledger, sender.habit)
    where = (sender.org, step, ledger)
    if ledger == "petition_register" and sender.watches_persons:
        columns += (("重点人员标志", "!watch"),)
    if where == UNKNOWN_HEADERS:
        columns += (("办件科室", "!section"), ("备用1", "!spare"))
    if where == WITHOUT_REQUIRED_HEADER:
        columns = tuple(c for c in columns if c[1] != "registered_at")
    if sender.untidy and sender.suffix == "xlsx":
        columns = tuple((" 登记 日期" if h == "登记日期" else h, f) for h, f in columns)
    return columns


def _row(
    writer: Writer, part: Part, key: str, facts: dict[str, object]
) -> tuple[list[Cell], dict[str, object]]:
    cells: list[Cell] = []
    told: dict[str, object] = {}
    if part.ledger in PETITION_LEDGERS:
        told["register_org_code"] = writer.sender.org
    if part.ledger == "evaluations":
        told["attempt_no"] = 1
    for header, field in part.columns:
        if field.startswith("!"):
            cells.append(writer.not_a_fact(field, key))
            continue
        cell, told[field] = writer.write(field, header, facts[field], key)
        cells.append(cell)
    return cells, told


def _spoil(cells: list[Cell], columns: Columns, place: int) -> bool:
    """Make every third row impossible to load; says whether it did."""
    if place % 3:
        return False
    fields = [field for _, field in columns]
    kind = place // 3 % 3
    if kind == 2:
        cells[fields.index("item_no")] = None
    else:
        cells[fields.index("registered_at")] = IMPOSSIBLE_DATES[kind]
    return True


def _total(part: Part) -> list[Cell]:
    persons = sum(int(str(facts.get("person_count") or 0)) for _, facts in part.rows)
    fields = [field for _, field in part.columns]
    total: list[Cell] = [None] * len(fields)
    total[0] = "合计"
    if "person_count" in fields:
        total[fields.index("person_count")] = persons
    return total


def _is_refused(sender: Sender, step: str, parts: list[Part]) -> bool:
    where = (sender.org, step, parts[0].ledger)
    return where[:2] == TRUNCATED or where in (EMPTY, WITHOUT_REQUIRED_HEADER)


def _count(receipt: Receipt, sheet: Sheet, told: list[Telling | None]) -> None:
    loaded = sum(1 for telling in told if telling)
    receipt.read += len(sheet.rows)
    receipt.loaded += loaded
    receipt.quarantined += len(told) - loaded
    receipt.duplicate += len(sheet.rows) - len(told)
