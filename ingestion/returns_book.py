"""A return as a workbook: the counts and the next step, the problems one a row, what was mended.

Belongs here: cells and formats. Every text is written as text; the same return gives the same bytes.
"""

import io

import xlsxwriter

from ingestion.problems import SEVERITIES
from ingestion.returns import Mended, Return
from ingestion.template_book import MADE_AT

COUNTS = (
    ("read", "读入"), ("loaded", "装入"), ("quarantined", "隔离"), ("duplicate", "重复"),
    ("unmapped", "未对照"),
)  # fmt: skip
PROBLEMS = (
    ("级别", 6), ("台账", 20), ("第几个工作表", 12), ("第几行", 8), ("第几列", 8), ("列名", 18),
    ("问题", 50), ("处数", 6), ("怎样办", 50),
)  # fmt: skip
MENDED = (
    ("台账", 20), ("列名", 18), ("问题", 44), ("上次的报送号", 14), ("上次处数", 10), ("本次处数", 10),
    ("已改正", 8),
)  # fmt: skip


def workbook(told: Return) -> bytes:
    """Return a return as the bytes of an xlsx file."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": f"第 {told.entry.sequence} 号报送的回执", "created": MADE_AT})
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    _write_counts(book, told, head, cell)
    problems = [
        (SEVERITIES[line.severity], line.ledger, line.sheet_no, line.row_no, line.column_no,
         line.column, line.message, line.count, line.remedy)
        for line in told.lines
    ]  # fmt: skip
    _write_table(book, "问题清单", PROBLEMS, problems, head, cell)
    _write_table(book, "与上次比", MENDED, [_mended(m) for m in told.mended], head, cell)
    book.close()
    return target.getvalue()


def _mended(m: Mended) -> tuple:
    return m.ledger, m.column, m.message, m.before_sequence, m.before, m.now, m.mended


def _write_counts(book, told: Return, head, cell) -> None:
    record, page = told.entry.record, book.add_worksheet("回执")
    page.set_column(0, 0, 24)
    page.set_column(1, len(COUNTS), 12)
    facts = (
        ("报送号", str(told.entry.sequence)),
        ("报送单位", record["office_code"]),
        ("登记时间", record["recorded_at"].replace("T", " ")[:19]),
        ("文件校验值（SHA-256）", record["file_sha256"] or ""),
        ("文件大小（字节）", str(record["file_bytes"])),
        ("结果", "没有收" if record["outcome"] == "refused" else "已收下"),
        ("下一步", told.next_step),
    )
    for row, (name, said) in enumerate(facts):
        page.write_string(row, 0, name, head)
        page.merge_range(row, 1, row, len(COUNTS), "", cell)
        page.write_string(row, 1, said, cell)
        page.set_row(row, 16 * (1 + 2 * len(said) // 60))
    top = len(facts) + 1
    for column, name in enumerate(["台账", *(label for _, label in COUNTS)]):
        page.write_string(top, column, name, head)
    for row, ledger in enumerate(told.entry.ledgers, start=top + 1):
        page.write_string(row, 0, told.labels[ledger["ledger"]], cell)
        for column, (name, _) in enumerate(COUNTS, start=1):
            page.write_number(row, column, ledger[name], cell)


def _write_table(book, name: str, headings: tuple, rows: list[tuple], head, cell) -> None:
    page = book.add_worksheet(name)
    for column, (heading, width) in enumerate(headings):
        page.set_column(column, column, width)
        page.write_string(0, column, heading, head)
    page.freeze_panes(1, 0)
    for row, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells):
            if isinstance(value, int):
                page.write_number(row, column, value, cell)
            else:
                page.write_string(row, column, value or "", cell)
