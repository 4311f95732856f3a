"""Who may enter which folder of a home: what belongs to the service's user alone is closed to all others.

Releases say for themselves who reads what (`publication.release`); a group that shall enter more is the site's to
give, and stays given.
"""

import os
import stat
from pathlib import Path

from ingestion.home import Home


def private(home: Home) -> list[Path]:
    """Return the folders that nobody but the service's user, and a group that the site names, has to enter:
    they hold names and texts, linkage keys or rows before they were judged.
    """
    return [home.landing, home.lake, home.work, home.dagster, home.logs]


def close(home: Home) -> None:
    """Make these folders where they are not, and take from all others what a loose umask gave them. What is
    another user's own is left as it is: `petition doctor` names it.
    """
    for folder in private(home):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
        if status.st_mode & stat.S_IRWXO and status.st_uid == os.geteuid():
            folder.chmod(stat.S_IMODE(status.st_mode) & ~stat.S_IRWXO)


def exposed(home: Home) -> list[Path]:
    """Return those of the private folders that anybody may enter."""
    return [p for p in private(home) if p.exists() and p.stat().st_mode & stat.S_IRWXO]
