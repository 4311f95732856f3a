"""The offices' outbox: where the return of each delivery lies, and writing those that are due.

Nothing here is the house's only copy: delete the folder, and the next run writes every return again.
"""

from pathlib import Path

from ingestion import register
from ingestion.durable import clear, replace_file
from ingestion.home import Home
from ingestion.register import Entry
from ingestion.returns import Teller
from ingestion.returns_book import workbook


def path_of(home: Home, entry: Entry) -> Path:
    """Return where the return of a delivery lies."""
    return home.outbox / entry.record["office_code"] / f"{entry.sequence:08d}-回执.xlsx"


def write_due(home: Home) -> list[Path]:
    """Write the returns of the deliveries after the last one written; return their paths.

    Killed on the way, it begins again where it was last complete, and writes the same bytes.
    """
    deliveries = register.deliveries(home)
    written = _written(home)
    due = [entry for entry in deliveries if entry.sequence > written]
    clear(home.outbox, _mark(home).name)
    if not due:
        return []
    teller, paths = Teller(home, deliveries), []
    for entry in due:
        path = path_of(home, entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        clear(path.parent, path.name)
        replace_file(path, workbook(teller.tell(entry)))
        paths.append(path)
    replace_file(_mark(home), f"{due[-1].sequence}\n".encode())
    return paths


def _mark(home: Home) -> Path:
    return home.outbox / ".written"


def _written(home: Home) -> int:
    """Return the last delivery whose return was written; 0 where none was or it is not known."""
    try:
        return int(_mark(home).read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return 0
