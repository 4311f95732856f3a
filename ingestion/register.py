"""The register: which deliveries there are. Reading only, and light: no frames are imported.

A delivery exists when `lake/register/<sequence>.json` exists; `lake` creates it.
"""

import json
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


def entries(home: Home) -> list[Entry]:
    """Return every delivery in the order of sequence. Raises LakeError on a gap or a torn file."""
    found = []
    for path in sorted(home.register.glob("*.json")):
        found.append(read(path))
        if found[-1].sequence != len(found):
            raise LakeError(f"登记簿缺第 {len(found)} 号，请从备份恢复 lake/register。")
    return found


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
