"""The files of a release: which are compared, their hashes, whether they are what was pinned, and
how one file stands in two releases.
"""

import errno
import filecmp
import hashlib
import os
import shutil
from pathlib import Path

MANIFESTS = ("internal/manifest.json", "public/manifest.json")
NOT_COMPARED = ("run.json", "internal/serve.duckdb", *MANIFESTS)
CANNOT_LINK = (errno.EXDEV, errno.EMLINK, errno.EPERM, errno.ENOTSUP)


def sha256(path: Path) -> str:
    """Return a file's hash."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def file_hashes(folder: Path, known: dict[str, str] | None = None) -> dict[str, str]:
    """Return the hash of every file that two builds of one release must share.

    `known`: files that were taken over, with the hash pinned for them; they are not read.
    """
    names = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    known = known or {}
    return {
        name: known.get(name) or sha256(path)
        for name, path in names.items()
        if name not in NOT_COMPARED
    }


def put(candidate: Path, target: Path, before: Path | None) -> list[Path]:
    """Put every file of a candidate into a new folder without writing its bytes again.

    A file whose bytes equal those in the release before is that release's, by a hard link; others
    are linked from the candidate. Where a link cannot be (another filesystem, too many) it is copied.
    The bytes are compared, not the pinned hashes, of all that was not already linked in the candidate.
    Returns the files that are not the earlier release's.
    """
    new = []
    for path in sorted(candidate.rglob("*")):
        place = target / path.relative_to(candidate)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        earlier = before / path.relative_to(candidate) if before else None
        same = earlier and earlier.is_file() and _same(earlier, path)
        if not (link_or_copy(earlier if same else path, place) and same):
            new.append(place)
    return new


def _same(one: Path, other: Path) -> bool:
    return one.samefile(other) or filecmp.cmp(one, other, shallow=False)


def link_or_copy(source: Path, target: Path) -> bool:
    """Hard-link a file, or copy it where that cannot be; True when it was linked."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in CANNOT_LINK:
            raise
        shutil.copyfile(source, target)
        return False
    return True
