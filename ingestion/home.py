"""Where things lie in a home. Every path of a home is named here and nowhere else."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """A home directory: landing, lake, working file, releases, and the home's own data rules."""

    root: Path

    @classmethod
    def find(cls, given: str | os.PathLike | None = None) -> "Home":
        """Return the home given, else `PETITION_HOME`, else `./var`, as an absolute path."""
        return cls(Path(given or os.environ.get("PETITION_HOME") or "var").resolve())

    @property
    def landing(self) -> Path:
        return self.root / "landing"

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
        return self.root / "work"

    @property
    def warehouse(self) -> Path:
        return self.work / "work.duckdb"

    @property
    def dbt(self) -> Path:
        return self.work / "dbt"

    @property
    def candidate(self) -> Path:
        return self.work / "candidate"

    @property
    def lock(self) -> Path:
        return self.work / "writer.lock"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def pointer(self) -> Path:
        return self.releases / "current.json"

    @property
    def contracts(self) -> Path:
        return self.root / "contracts"

    @property
    def rules(self) -> Path:
        return self.root / "rules"

    @property
    def models(self) -> Path:
        return self.root / "models"
