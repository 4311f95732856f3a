"""A plain ledger's rows as cells, and what those cells tell."""

from zlib import crc32

from samples.cells import Cell, Writer
from samples.files import Sheet
from samples.plain import Column, Ledger


def render(
    writer: Writer, ledger: Ledger, rows: list[tuple[str, dict]]
) -> tuple[Sheet, list[dict]]:
    """Return the sheet, and for each of its rows what it tells."""
    sheet = Sheet(ledger.title, [c.header for c in ledger.columns], [])
    told = []
    for key, facts in rows:
        cells, known = [], {}
        for column in ledger.columns:
            if column.dropped:
                cells.append(writer.not_a_fact(column.dropped, key))
                continue
            cell, known[column.name] = _cell(writer, column, facts[column.name], key)
            cells.append(cell)
        sheet.rows.append(cells)
        told.append(known)
    return sheet, told


def _cell(writer: Writer, column: Column, value: object, key: str) -> tuple[Cell, object]:
    if value is None or not column.words:
        return writer.write(column.name, column.header, value, key)
    words = column.words[value]
    dice = crc32(f"{key}/{column.name}".encode())
    return words[dice % len(words) if writer.sender.other_labels else 0], value
