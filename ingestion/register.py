"""The register: which deliveries there are. Reading only, and light: no frames are imported.

A delivery exists when `lake/register/<sequence>.json` exists; `lake` creates it.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion.errors import HouseError
from ingestion.home import Home


class LakeError(HouseError):
    """The lake is not as its register says; the message says where, in Chinese."""


@dataclass(frozen=True)
class Entry:
    """One delivery as the register holds it."""

    record: dict

    @property
    def sequence(self) -> int:
        return self.record["sequence"]

    @property
    def kind(self) -> str:
        """`delivery` from an office, or `published`: figures that the house itself told."""
        return self.record.get("kind", "delivery")

    @property
    def recorded_at(self) -> datetime:
        return datetime.fromisoformat(self.record["recorded_at"])

    @property
    def ledgers(self) -> list[dict]:
        return self.record["ledgers"]


def register_path(home: Home, sequence: int) -> Path:
    """Return where the register's file of a number is, or would be."""
    return home.register / f"{sequence:08d}.json"


def entries(home: Home) -> list[Entry]:
    """Return every delivery in the order of sequence. Raises LakeError on a gap or a torn file.

    An entry never changes: a file that is as this process last read it is not read again.
    """
    before, now = _last_read.get(home.register, {}), {}
    for number, (name, stamp) in enumerate(_listed(home.register), start=1):
        known = before.get(name)
        now[name] = known if known and known[0] == stamp else (stamp, read(home.register / name))
        if now[name][1].sequence != number:
            raise LakeError(f"登记簿缺第 {number} 号，请从备份恢复 lake/register。")
    _last_read.clear()
    _last_read[home.register] = now
    return [entry for _, entry in now.values()]


_last_read: dict[Path, dict[str, tuple[tuple, Entry]]] = {}  # of one home: name -> stamp, entry


def _listed(folder: Path) -> list[tuple[str, tuple]]:
    """Return the register's files in the order of their numbers, each with size, time and inode."""
    if not folder.exists():
        return []
    with os.scandir(folder) as listing:
        files = [f for f in listing if f.name.endswith(".json") and not f.name.startswith(".")]
        stats = [(f.name, f.stat()) for f in files]
    return sorted((name, (s.st_size, s.st_mtime_ns, s.st_ino)) for name, s in stats)


def read(path: Path) -> Entry:
    """Return one register file. Raises LakeError when it is torn or is not the number it is named."""
    try:
        entry = Entry(json.loads(path.read_bytes()))
        whole = entry.sequence == int(path.stem)
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise LakeError(
            f"登记簿文件 {path.name} 残缺或号码不符，请从备份恢复 lake/register/{path.name}。"
        )
    return entry


def deliveries(home: Home) -> list[Entry]:
    """Return the offices' deliveries only, in the order of sequence."""
    return [entry for entry in entries(home) if entry.kind == "delivery"]
