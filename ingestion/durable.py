"""Files that survive a crash: written whole, synced, and renamed or linked into place."""

import os
import uuid
from pathlib import Path


def write_synced(path: Path, raw: bytes) -> None:
    """Write a new file and wait until it is on disk. Raises FileExistsError when it exists."""
    with path.open("xb") as handle:
        handle.write(raw)
        handle.flush()
        os.fsync(handle.fileno())


def replace_file(path: Path, raw: bytes) -> None:
    """Put a file in place at once: readers see the old content or the new, never a part."""
    temporary = path.parent / f".{uuid.uuid4().hex}.tmp"
    write_synced(temporary, raw)
    os.replace(temporary, path)
    sync_folder(path.parent)


def create_once(path: Path, raw: bytes) -> None:
    """Create a file that may exist once, whole or not at all, by link(): the commit of a record.

    Raises FileExistsError when it exists.
    """
    temporary = path.parent / f".{uuid.uuid4().hex}.tmp"
    write_synced(temporary, raw)
    try:
        os.link(temporary, path)
    finally:
        temporary.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
