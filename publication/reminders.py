"""The reminder list of a day (日提醒): what is open and falls due, and which ledgers are owed, by office, counts only.

Belongs here: reading it out of a release, and its workbook for one office. A pure function of a release: the same
release gives the same bytes. An office is told of itself, a petition office also of the organs in its region.
"""

import io
from collections import defaultdict
from dataclasses import dataclass, field

import xlsxwriter

from publication.release import Release, open_serve, records

STATES = {"overdue": "已过期", "due": "将到期"}
CLOCKS = {
    "office_forward": ("转送、交办", "件"), "unit_notice": ("责任单位告知", "件"), "closing": ("答复", "件"),
    "expected_return": ("应报台账", "期"),
}  # fmt: skip
OPEN = """
    select org_code, coalesce(org_name, org_code) as org_name, clock_code, state_code, due_date, first_due_date, open_count
    from mart_reminders
    order by org_code, clock_code, state_code desc, due_date nulls first
"""
OWED = """
    select
        returns.org_code, coalesce(organisations.org_name, returns.org_code) as org_name, returns.ledger,
        returns.period_start_date, returns.period_end_date, returns.due_date
    from fct_expected_returns as returns
    left join dim_organisation as organisations using (org_code)
    where returns.status_code = 'owed'
    order by returns.due_date, returns.org_code, returns.ledger, returns.period_end_date
"""
# a petition office and the other organs in its region
TOLD_OF = """
    select offices.org_code as office_code, organs.org_code
    from dim_organisation as offices
    inner join dim_region_closure as closure on offices.region_code = closure.ancestor_code
    inner join dim_organisation as organs on closure.descendant_code = organs.region_code
    where offices.is_petition_office and organs.org_code <> offices.org_code
"""


@dataclass(frozen=True)
class List:
    """What one office is reminded of: its own open counts and owed ledgers, and those of the organs below it."""

    office: str
    name: str
    day: str
    open_counts: list[dict] = field(default_factory=list)
    owed: list[dict] = field(default_factory=list)
    below_counts: list[dict] = field(default_factory=list)
    below_owed: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class Reminders:
    """The reminders of a release: all open counts, all owed ledgers, and the list of each office."""

    release_id: str
    as_of: str
    open_counts: list[dict]
    owed: list[dict]
    lists: list[List]


def gather(release: Release) -> Reminders:
    """Return what a release has to remind of. An office that has nothing open and owes nothing has no list."""
    with open_serve(release) as connection:
        counts, owed = (records(connection.execute(sql)) for sql in (OPEN, OWED))
        above = defaultdict(list)
        for office, organ in connection.execute(TOLD_OF).fetchall():
            above[organ].append(office)
        names = dict(
            connection.execute("select org_code, org_name from dim_organisation").fetchall()
        )
    lists: dict[str, List] = {}

    def of(office: str) -> List:
        return lists.setdefault(
            office, List(office, names.get(office, office), release.manifest["as_of"][:10])
        )

    for row in counts:
        of(row["org_code"]).open_counts.append(row)
        for office in above[row["org_code"]]:
            of(office).below_counts.append(row)
    for row in owed:
        of(row["org_code"]).owed.append(row)
        for office in above[row["org_code"]]:
            of(office).below_owed.append(row)
    told = [lists[office] for office in sorted(lists)]
    return Reminders(release.release_id, release.manifest["as_of"], counts, owed, told)


def workbook(told: List, labels: dict[str, str]) -> bytes:
    """Return an office's list as the bytes of an xlsx file; `labels`: names of ledgers. Texts are written as text."""
    from ingestion.template_book import MADE_AT

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": f"{told.name} 提醒 {told.day}", "created": MADE_AT})
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    for name, counts, owed in (
        ("本单位", told.open_counts, told.owed),
        ("本地区各单位", told.below_counts, told.below_owed),
    ):
        if counts or owed:
            page = book.add_worksheet(name)
            page.set_column(0, 0, 30)
            page.set_column(1, 5, 16)
            note = f"统计时点 {told.day}，未来七日内到期和已过期而未了的；只有件数，没有哪一件。"
            page.write_string(0, 0, note)
            row = _table(
                page,
                2,
                ("单位", "期限", "状态", "到期之日", "数目", "计量单位"),
                _counted(counts),
                head,
                cell,
            )
            _table(
                page,
                row + 1,
                ("单位", "欠报的台账", "自", "至", "应于何日前报到"),
                _listed(owed, labels),
                head,
                cell,
            )
    book.close()
    return target.getvalue()


def _counted(counts: list[dict]) -> list[tuple]:
    return [
        (
            row["org_name"], CLOCKS[row["clock_code"]][0], STATES[row["state_code"]],
            str(row["due_date"] or f"最早 {row['first_due_date']}"), row["open_count"], CLOCKS[row["clock_code"]][1],
        )
        for row in counts
    ]  # fmt: skip


def _listed(owed: list[dict], labels: dict[str, str]) -> list[tuple]:
    return [
        (
            row["org_name"], labels.get(row["ledger"], row["ledger"]), str(row["period_start_date"]),
            str(row["period_end_date"]), str(row["due_date"]),
        )
        for row in owed
    ]  # fmt: skip


def _table(page, top: int, headings: tuple[str, ...], rows: list[tuple], head, cell) -> int:
    """Write a table; return the row after it. Nothing of a table without rows."""
    if not rows:
        return top
    for column, heading in enumerate(headings):
        page.write_string(top, column, heading, head)
    for row, cells in enumerate(rows, start=top + 1):
        for column, value in enumerate(cells):
            if isinstance(value, int):
                page.write_number(row, column, value, cell)
            else:
                page.write_string(row, column, value, cell)
    return top + 1 + len(rows)
