"""A ledger's template as a workbook: the sheet that is filled in, and the sheet that tells how.

Belongs here: cells, formats, lists to choose from. Every text is written as text, so that no label of
a contract becomes a formula; the same contract gives the same bytes.
"""

import io
import re
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter

from ingestion.contract import Contract
from ingestion.header import GUIDE
from ingestion.mapping import References
from ingestion.template import HEADINGS, Column, choices, columns, facts, form, need, table
from ingestion.values import EARLIEST, LATEST

MADE_AT = datetime(2000, 1, 1)  # of every template: it says nothing of when it was asked for
LAST_ROW = 1_048_575
LIST_CHARACTERS, PROMPT_CHARACTERS, TITLE_CHARACTERS = 255, 255, 32  # what a workbook holds
FORMATS = {
    "string": 49,  # the built-in text format: an item number keeps its zeros
    "integer": "0",
    "number": "0.00",
    "date": "yyyy-mm-dd",
    "timestamp": "yyyy-mm-dd hh:mm",
}
GUIDE_WIDTHS = (22, 24, 44, 44, 44)


def workbook(
    contract: Contract,
    references: References,
    rows: Sequence[dict[str, str]] = (),
    more_facts: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Return the template of a ledger as the bytes of an xlsx file.

    `rows`: what is already filled in, a field's name to its text; `more_facts`: what its guide says besides.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": contract.label, "created": MADE_AT})
    _write_form(book, contract, references, rows)
    _write_guide(book, contract, references, more_facts)
    book.close()
    return target.getvalue()


def _write_form(
    book: xlsxwriter.Workbook, contract: Contract, references: References, rows
) -> None:
    page = book.add_worksheet(_sheet_name(contract.label))
    cells = {kind: book.add_format({"num_format": shown}) for kind, shown in FORMATS.items()}
    head = {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    must = book.add_format(head | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"})
    may = book.add_format(head | {"bg_color": "#DDEBF7"})
    for place, column in enumerate(columns(contract)):
        page.set_column(place, place, _width(column), cells[column.kind])
        page.write_string(0, place, column.header, must if column.required else may)
        page.data_validation(1, place, LAST_ROW, place, _rule(column, contract, references))
        for number, row in enumerate(rows, start=1):
            if told := row.get(column.field.name):
                page.write_string(number, place, told)
    page.set_row(0, 30)
    page.freeze_panes(1, 0)


def _sheet_name(label: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", label)[:31]


def _width(column: Column) -> int:
    """Return a width, in characters, for the header and what stands below it."""
    least = {"timestamp": 18, "date": 13, "integer": 10}.get(column.kind, 14)
    return max(least, min(40, 2 * len(column.header) + 3))


def _rule(column: Column, contract: Contract, references: References) -> dict:
    """Return what a cell of a column is asked for. It only warns: the door knows more words."""
    words, field = choices(column, references), column.field
    rule: dict = {"validate": "any"}
    if words and len(",".join(words)) <= LIST_CHARACTERS and not any("," in w for w in words):
        rule = {"validate": "list", "source": [*words]}
    elif column.kind in ("date", "timestamp"):
        least, most = EARLIEST.item(), LATEST.item()
        rule = {"validate": "date", "criteria": "between", "minimum": least, "maximum": most}
    elif column.kind in ("integer", "number"):
        name = "integer" if column.kind == "integer" else "decimal"
        least = -(2**53) if field.minimum is None else field.minimum
        most = 2**53 if field.maximum is None else field.maximum
        rule = {"validate": name, "criteria": "between", "minimum": least, "maximum": most}
    told = f"{need(column, contract)}。{form(column, references)}。"
    return rule | {
        "input_title": column.header[:TITLE_CHARACTERS],
        "input_message": told[:PROMPT_CHARACTERS],
        "error_type": "warning",
        "error_title": "请核对",
        "error_message": f"{form(column, references)}。"[:PROMPT_CHARACTERS],
    }


def _write_guide(book, contract: Contract, references: References, more_facts) -> None:
    page = book.add_worksheet(GUIDE)
    wrapped = {"text_wrap": True, "valign": "top", "border": 1}
    text = book.add_format(wrapped)
    bold = book.add_format(wrapped | {"bold": True, "bg_color": "#DDEBF7"})
    for place, width in enumerate(GUIDE_WIDTHS):
        page.set_column(place, place, width)
    told, across = [*facts(contract), *more_facts], len(HEADINGS) - 1
    line_width = sum(GUIDE_WIDTHS[1:])
    for row, (heading, said) in enumerate(told):
        page.write_string(row, 0, heading, bold)
        page.merge_range(row, 1, row, across, "", text)
        page.write_string(row, 1, said, text)
        page.set_row(row, 16 * (1 + 2 * len(said) // line_width))
    top = len(told) + 1
    for row, cells in enumerate([HEADINGS, *table(contract, references)], start=top):
        for place, cell in enumerate(cells):
            page.write_string(row, place, cell, bold if row == top else text)
