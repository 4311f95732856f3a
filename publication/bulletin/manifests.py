"""The manifests of an edition: what its files are pinned to, and whether they still are.

Belongs here: reading and writing them, with nothing that lays out a page: whoever lists issues or looks whether one is due
needs no renderer.
"""

import json
from pathlib import Path

from publication.files import sha256

OWED = "owed.json"
MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"


def pin(folder: Path, told: dict) -> None:
    """Write the manifest of a part of an edition: what is told of it, and the hash of each of its files."""
    (folder / MANIFEST).write_text(dumped(told | {"files": _hashes(folder)}), "utf-8")


def _hashes(folder: Path) -> dict[str, str]:
    found = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: sha256(path) for name, path in found.items() if name not in (MANIFEST, SIGNATURE)}


def dumped(told: dict | list) -> str:
    """Return plain values as JSON, the same text for the same values."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n"


def pinned(folder: Path) -> dict[str, str]:
    """Return the hash of every file of an edition, as its manifests pinned it."""
    return {
        f"{part}/{name}": told
        for part in ("public", "internal")
        for name, told in json.loads((folder / part / MANIFEST).read_text("utf-8"))["files"].items()
    }


def altered(folder: Path) -> list[str]:
    """Name the files of an edition that are not what its manifests pinned."""
    want = pinned(folder)
    now = {
        f"{part}/{n}": told
        for part in ("public", "internal")
        for n, told in _hashes(folder / part).items()
    }
    found = sorted(n for n in want.keys() | now.keys() if want.get(n) != now.get(n))
    told = json.loads((folder / "public" / MANIFEST).read_text("utf-8"))["internal_manifest_sha256"]
    if sha256(folder / "internal" / MANIFEST) != told:
        found.append(f"internal/{MANIFEST}")
    return found
