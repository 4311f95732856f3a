"""Files that survive a crash: written whole, synced, and renamed or linked into place."""

import os
import uuid
from collections.abc import Sequence
from pathlib import Path


def write_synced(path: Path, raw: bytes) -> None:
    """Write a new file and wait until it is on disk. Raises FileExistsError when it exists."""
    with path.open("xb") as handle:
        handle.write(raw)
        handle.flush()
        os.fsync(handle.fileno())


def replace_file(path: Path, raw: bytes) -> None:
    """Put a file in place at once: readers see the old content or the new, never a part."""
    temporary = _temporary(path)
    try:
        write_synced(temporary, raw)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")


def clear(folder: Path, name: str = "*") -> None:
    """Remove what a killed process left of a file that it was putting in place, or of any. For who alone writes
    it: what another process is just now writing would go too.
    """
    for path in folder.glob(f".{name}.{'[0-9a-f]' * 32}.tmp"):
        path.unlink()


def create_once(path: Path, raw: bytes) -> None:
    """Create a file that may exist once, whole or not at all, by link(): the commit of a record.

    Raises FileExistsError when it exists.
    """
    create_in_order([(path, raw)])


def create_in_order(records: list[tuple[Path, bytes]], after: Sequence[Path] = ()) -> None:
    """Create files of one folder as `create_once` does, in their order, when the files that they
    speak of (`after`) are on disk.

    Raises FileExistsError when one exists; those before it are created.
    """
    folder = records[0][0].parent
    temporaries = [_temporary(path) for path, _ in records]
    try:
        for temporary, (_, raw) in zip(temporaries, records, strict=True):
            temporary.write_bytes(raw)
        _sync([*after, *temporaries])
        for temporary, (path, _) in zip(temporaries, records, strict=True):
            os.link(temporary, path)
    finally:
        for temporary in temporaries:
            temporary.unlink(missing_ok=True)
    sync_folder(folder)


def _sync(paths: list[Path]) -> None:
    """Wait until files are on disk, and once for each of their folders. Not by sync(): that waits,
    and works, for whatever else the machine is writing.
    """
    for path in [*paths, *{p.parent for p in paths}]:
        sync_folder(path)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable; what a file holds, when it is given one."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
