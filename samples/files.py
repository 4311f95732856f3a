"""Writes sheets as xlsx, csv or tsv, always to the same bytes."""

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import xlsxwriter

from samples.cells import Cell

MADE_AT = datetime(2026, 4, 1)


@dataclass
class Sheet:
    """One sheet: titles, headers (`上|下` for two-row headers), data rows and what follows them."""

    name: str
    headers: list[str]
    rows: list[list[Cell]]
    titles: list[str] = field(default_factory=list)
    total: list[Cell] | None = None
    blank_rows: int = 0

    @property
    def header_rows(self) -> int:
        """Two when any header stands under another."""
        return 2 if any("|" in header for header in self.headers) else 1

    @property
    def first_row(self) -> int:
        """The sheet row, from 1, of the first data row."""
        return len(self.titles) + self.header_rows + 1


def write_workbook(path: Path, sheets: list[Sheet]) -> None:
    """Write an xlsx workbook; a sheet without headers stays empty."""
    # Strings stay strings: an item number must not turn into a number or a link.
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"created": MADE_AT})
    formats = {
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "box": book.add_format({"border": 1}),
        "head": book.add_format({"border": 1, "bold": True, "align": "center"}),
    }
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.headers:
            _write_page(page, sheet, formats)
    book.close()


def write_text(path: Path, sheet: Sheet, delimiter: str, encoding: str) -> None:
    """Write one sheet as delimited text."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\r\n")
    width = len(sheet.headers)
    for title in sheet.titles:
        writer.writerow([title] + [""] * (width - 1))
    writer.writerow(sheet.headers)
    for row in [*sheet.rows, *([sheet.total] if sheet.total else [])]:
        writer.writerow(["" if cell is None else cell for cell in row])
    path.write_bytes(target.getvalue().encode(encoding))


def _write_page(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, formats: dict) -> None:
    for number, title in enumerate(sheet.titles):
        if number == 0:
            page.merge_range(0, 0, 0, len(sheet.headers) - 1, title, formats["head"])
        else:
            page.write_string(number, 0, title)
    _write_headers(page, sheet, formats["head"])
    line = sheet.first_row - 1
    for row in [*sheet.rows, *([sheet.total] if sheet.total else [])]:
        for column, cell in enumerate(row):
            _write_cell(page, line, column, cell, formats)
        line += 1
    for _ in range(sheet.blank_rows):
        for column in range(len(sheet.headers)):
            page.write_blank(line, column, None, formats["box"])
        line += 1


def _write_headers(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, head: object) -> None:
    top = len(sheet.titles)
    if sheet.header_rows == 1:
        for column, header in enumerate(sheet.headers):
            page.write_string(top, column, header, head)
        return
    column = 0
    while column < len(sheet.headers):
        parent, _, leaf = sheet.headers[column].rpartition("|")
        if not parent:
            page.merge_range(top, column, top + 1, column, leaf, head)
            column += 1
            continue
        begins = column
        while column < len(sheet.headers) and sheet.headers[column].startswith(f"{parent}|"):
            page.write_string(top + 1, column, sheet.headers[column].split("|")[1], head)
            column += 1
        if column - begins > 1:
            page.merge_range(top, begins, top, column - 1, parent, head)
        else:
            page.write_string(top, begins, parent, head)


def _write_cell(
    page: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, formats: dict
) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        page.write_string(row, column, cell)
    elif isinstance(cell, (int, float)):
        page.write_number(row, column, cell)
    else:
        kind = "instant" if isinstance(cell, datetime) else "day"
        page.write_datetime(row, column, cell, formats[kind])
