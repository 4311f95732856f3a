"""Where things lie in a home. Every path of a home is named here and nowhere else."""

import os
from dataclasses import dataclass
from pathlib import Path

HISTORIC = ("historic", "历史")


@dataclass(frozen=True)
class Home:
    """A home directory: landing, lake, working file, releases, and the home's own data rules.

    A view of a home is the same home with other definitions (those that a release carries) or
    another place of work (a rebuild beside the working file), under another catalog name.
    """

    root: Path
    definitions_root: Path | None = None
    work_root: Path | None = None
    catalog: str = "work"

    @classmethod
    def find(cls, given: str | os.PathLike | None = None) -> "Home":
        """Return the home given, else `PETITION_HOME`, else `./var`, as an absolute path."""
        return cls(Path(given or os.environ.get("PETITION_HOME") or "var").resolve())

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def register(self) -> Path:
        return self.lake / "register"

    @property
    def segments(self) -> Path:
        return self.lake / "segments"

    @property
    def tombstones(self) -> Path:
        return self.lake / "tombstones"

    @property
    def work(self) -> Path:
        return self.work_root or self.root / "work"

    @property
    def warehouse(self) -> Path:
        return self.work / f"{self.catalog}.duckdb"

    @property
    def dbt(self) -> Path:
        return self.work / "dbt"

    @property
    def spark(self) -> Path:
        return self.work / "spark"

    @property
    def bridge(self) -> Path:
        return self.work / "bridge"

    @property
    def rebuilt(self) -> Path:
        return self.work / "rebuilt"

    @property
    def candidate(self) -> Path:
        return self.work / "candidate"

    @property
    def told(self) -> Path:
        return self.work / "told.json"

    @property
    def lock(self) -> Path:
        return self.work / "writer.lock"

    @property
    def parse_lock(self) -> Path:
        return self.work / "parse.lock"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def issues(self) -> Path:
        return self.root / "issues"

    @property
    def pointer(self) -> Path:
        return self.releases / "current.json"

    @property
    def pointer_sql(self) -> Path:
        return self.releases / "current.sql"

    @property
    def withdrawn(self) -> Path:
        return self.releases / "withdrawn"

    @property
    def signatures(self) -> Path:
        return self.releases / "signatures"

    @property
    def keys(self) -> Path:
        """Public keys whose signatures this home trusts."""
        return self.root / "keys"

    @property
    def pruned(self) -> Path:
        return self.releases / "pruned"

    @property
    def definitions(self) -> Path:
        return self.definitions_root or self.root

    @property
    def contracts(self) -> Path:
        return self.definitions / "contracts"

    @property
    def rules(self) -> Path:
        return self.definitions / "rules"

    @property
    def models(self) -> Path:
        return self.definitions / "models"


def place(parts: tuple[str, ...]) -> tuple[str, str | None, bool]:
    """Return what a place in landing says: the office, the ledger if named, whether historic."""
    office, folders = (parts[0], list(parts[1:-1])) if len(parts) > 1 else ("", [])
    historic = folders[:1] != [] and folders[0] in HISTORIC
    return office, "/".join(folders[historic:]) or None, historic
