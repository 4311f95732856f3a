"""Why the machine let a run write no further: a disk is full, a folder is closed. Said in Chinese, with place and remedy.

Belongs here: telling such an error from others, whether Python, SQLite or DuckDB raised it, and naming the place by
looking at it: the path that an error carries may be a file of an office.
"""

import os
import shutil
import tempfile
from pathlib import Path

from ingestion.home import Home
from orchestration import access
from orchestration.health import size_text

FULL = ("No space left on device", "Disk quota exceeded", "disk is full")
CLOSED = ("Read-only file system", "Permission denied", "readonly database")
EITHER = ("disk I/O error", "unable to open database file")  # SQLite says no more
LITTLE = 1_000_000  # bytes: where SQLite does not say why, less than this is why
SAFE = "已登记的报送不受影响。"


def sign(text: str) -> str | None:
    """Return the words in an error's text that say that something could not be written; None where there are none."""
    return next((words for words in (*FULL, *CLOSED, *EITHER) if words in text), None)


def why(home: Home, error: BaseException | str) -> str | None:
    """Return why nothing could be written and what to do, of such an error; None of any other."""
    found = sign(error if isinstance(error, str) else _texts(error))
    if found is None:
        return None
    shut = next((folder for folder in _folders(home) if not os.access(folder, os.W_OK)), None)
    if shut and found not in FULL:
        return f"{shut} 不能写。请看它的属主和权限、所在的磁盘是否只读，让运行信访库的用户能写，再运行。{SAFE}"
    if found in CLOSED:
        return (
            f"{home.root} 里有不能写的文件。请看属主和权限，让运行信访库的用户能写，再运行。{SAFE}"
        )
    place, free = min(((f, shutil.disk_usage(f).free) for f in _folders(home)), key=lambda f: f[1])
    if found in EITHER and free > LITTLE:
        return None
    return (
        f"磁盘满了：{place} 所在的磁盘只剩 {size_text(free)}。"
        f"请按 docs/runbook.md「磁盘满了」清出空间，再运行。{SAFE}"
    )


def _texts(error: BaseException | None) -> str:
    """Return the texts of an error and of all that it came from."""
    texts, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        texts.append(str(error))
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


def _folders(home: Home) -> list[Path]:
    """Return where a run writes: the home, its folders, each office's outbox, and where temporary files go."""
    wanted = [home.root, *access.private(home), home.releases, home.outbox]
    offices = sorted(home.outbox.glob("*/")) if home.outbox.exists() else []
    return [_there(folder) for folder in [*wanted, *offices, Path(tempfile.gettempdir())]]


def _there(folder: Path) -> Path:
    """Return a folder, or the one in which it would be made."""
    return next(place for place in (folder, *folder.parents) if place.exists())
