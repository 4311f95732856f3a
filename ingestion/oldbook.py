"""Old .xls workbooks, read in a process of their own with bounded memory and time.

A damaged .xls can make the parser ask for more memory than there is, which ends the process that
it runs in: that must not be ours. Run as `python -m ingestion.oldbook <file>`, it writes the
sheets to its standard output.
"""

import pickle
import resource
import subprocess
import sys
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

MAX_MEMORY = 3 * 2**30  # the largest .xls, 65,536 rows of 256 columns, takes about 1 GiB
MAX_SECONDS = 120
ENCRYPTED = 3

Sheets = list[tuple[int, str, list[list]]]


def sheets_of(path: Path) -> Sheets:
    """Return (number from 1, name, rows of cells) of every worksheet of a workbook."""
    with CalamineWorkbook.from_path(str(path)) as workbook:
        return [
            (i, sheet.name, workbook.get_sheet_by_index(i - 1).to_python(skip_empty_area=False))
            for i, sheet in enumerate(workbook.sheets_metadata, start=1)
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]


def sheets_apart(path: Path) -> Sheets:
    """Return what `sheets_of` does, read in a process of its own. Raises CalamineError."""
    command = [sys.executable, "-m", "ingestion.oldbook", str(path.resolve())]
    root = Path(__file__).resolve().parent.parent
    try:
        done = subprocess.run(
            command, cwd=root, capture_output=True, timeout=MAX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise CalamineError("timeout") from None
    if done.returncode == ENCRYPTED:
        raise PasswordError("encrypted")
    if done.returncode:
        raise CalamineError("unreadable")
    return pickle.loads(done.stdout)


def main(path: str) -> int:
    """Write the sheets of one workbook to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = sheets_of(Path(path))
    except PasswordError:
        return ENCRYPTED
    sys.stdout.buffer.write(pickle.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
