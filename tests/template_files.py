"""A template filled in as a spreadsheet program does it: cells put into the workbook's own sheet, in the
formats that its columns have; everything else of the file stays as it was made.
"""

import re
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from ingestion.contract import Contract
from ingestion.fields import Field
from ingestion.template import TICK, Column, columns
from tests.door_files import OFFICE, REGION

FORM = "xl/worksheets/sheet1.xml"
EPOCH = datetime(1899, 12, 30)
FIRST = datetime(2025, 3, 1, 9, 30)
NAMES = {  # role: as a ledger writes them, and the code
    "organisation": (["甲一县信访局", OFFICE], OFFICE),
    "region": (["甲一县", REGION, REGION[:6]], REGION),
    "category": (["生态环境", "ecology_environment"], "ecology_environment"),
}


def part(path: Path, name: str) -> str:
    """Return one part of a workbook."""
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


def column_styles(sheet: str) -> list[str]:
    """Return the number of the style of each column of a sheet."""
    spans = re.findall(r'<col min="(\d+)" max="(\d+)"[^>]*style="(\d+)"', sheet)
    return [style for first, last, style in spans for _ in range(int(first), int(last) + 1)]


def fill(path: Path, rows: list[list]) -> Path:
    """Put rows under the header of a template's first sheet, in place."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = parts[FORM].decode()
    styles = column_styles(sheet)
    lines = "".join(
        f'<row r="{number}">{"".join(_cell(c, number, v, styles[c]) for c, v in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=2)
    )
    parts[FORM] = sheet.replace("</sheetData>", f"{lines}</sheetData>").encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


def _cell(place: int, number: int, value: object, style: str) -> str:
    if value is None:
        return ""
    where = f'<c r="{_letters(place)}{number}" s="{style}"'
    if isinstance(value, str):
        return f'{where} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, date):
        instant = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])
        value = (instant - EPOCH) / timedelta(days=1)
    return f"{where}><v>{value!r}</v></c>"


def _letters(place: int) -> str:
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def good_rows(contract: Contract) -> tuple[list[list], list[dict]]:
    """Return rows in which every column of a template is filled and every word is told once or more,
    and what the lake is to hold of them: column by column, of what the contract alone decides.
    """
    listed = columns(contract)
    count = max(3, *(len(f.enum) for f in contract.fields))
    rows, told = [], []
    for number in range(count):
        cells, known = [], {}
        for column in listed:
            cell, value = _told(column, number)
            cells.append(cell)
            if cell is not None and column.field.role != "stand_in":
                known[column.field.name] = value
        rows.append(cells)
        told.append(known)
    return rows, told


def _told(column: Column, number: int) -> tuple[object, object]:
    """Return a cell and what it means."""
    field = column.field
    if column.tick:
        last = list(dict.fromkeys(field.one_hot.values()))[-1]
        return (TICK, column.tick) if column.tick == last else (None, None)
    if field.enum:
        code = list(field.enum)[number % len(field.enum)]
        return field.enum[code], code
    if field.role in NAMES:
        words, code = NAMES[field.role]
        return words[number % len(words)], code
    if field.code_of:
        code = [code for _, code in NAMES.values()][number % len(NAMES)]
        return code, code
    if field.type == "boolean":
        return ("是", True) if number % 2 else ("否", False)
    return _plain(field, number)


def _plain(field: Field, number: int) -> tuple[object, object]:
    if field.type == "timestamp":
        return FIRST + timedelta(days=number), FIRST + timedelta(days=number)
    if field.type == "date":
        day = (FIRST + timedelta(days=number)).date()
        return day, day
    if field.type == "integer":
        most = field.maximum or 10**9
        value = min(int(field.minimum or 0) + 1 + number, int(most))
        return value, value
    if field.type == "number":
        return 12.5 + number, 12.5 + number
    # its zero stays; a check; an indicator; a draw
    codes = (
        f"0{number}" if number % 2 else f"A-00{number}",
        f"C{number:02d}",
        f"on_time_{number}",
        f"s{number:015x}",
    )
    code = next(c for c in codes if not field.pattern or re.fullmatch(field.pattern, c))
    return code, code
