"""The published models' own SQL, run on tables that a test plants: worlds whose truth is known.

Compiled once by dbt; each world is a fresh database in memory, so that a test can build hundreds.
"""

from pathlib import Path

import duckdb
import pandas as pd

from ingestion.home import Home
from orchestration import project
from tests.conftest import ROOT

SEEDS = ROOT / "dbt_project" / "seeds"
SCHEMAS = ("raw", "ref", "marts", "intermediate", "findings", "published")


MONTHS = ("int_figure_months", "int_compared_months")
PUBLISHED = ("path:dbt_project/models/published", *MONTHS)


def compiled(folder: Path, select: tuple[str, ...] = PUBLISHED) -> dict[str, str]:
    """Return the SQL of some models: by default the published layer and what it alone reads."""
    return project.compiled(Home(folder), select)


class World:
    """A database in memory: planted tables, and models built on them."""

    def __init__(self, sql: dict[str, str], planted: dict[str, pd.DataFrame]) -> None:
        self.sql = sql
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as work")
        self.connection.execute("set threads = 1")
        for schema in SCHEMAS:
            self.connection.execute(f"create schema work.{schema}")
        for seed in ("ref_publication_threshold", "ref_region_level"):
            path = str(SEEDS / f"{seed}.csv")
            decimal = (
                ", types = {'threshold_value': 'decimal(18,6)'}" if "threshold" in seed else ""
            )
            self.connection.execute(
                f"create table work.ref.{seed} as select * from read_csv('{path}'{decimal})"
            )
        self.connection.execute(
            "create table work.marts.dim_series_break"
            " (region_code varchar, from_date date, until_date date, kind_code varchar, text_zh varchar)"
        )
        self.connection.execute(
            "create table work.marts.dim_definition_break (indicator_code varchar, variant varchar,"
            " from_date date, until_date date, kind_code varchar, text_zh varchar)"
        )
        self.connection.execute(
            "create table work.marts.dim_indicator"
            " (indicator_code varchar, variant varchar, direction_code varchar, declared_only_flag boolean)"
        )
        for name, frame in planted.items():
            self.plant(name, frame)

    def plant(self, name: str, frame: pd.DataFrame) -> None:
        """Put a frame in place of `schema.table`; dates by name, numbers of figures as decimals."""
        self.connection.register("frame", frame)
        exact = {c: "decimal(18,4)" for c in ("num", "den", "n") if c in frame}
        exact |= {
            c: "date" for c in frame if c.endswith("_date") or c in ("valid_to", "valid_from")
        }
        exact |= {c: "varchar" for c in ("reason_text", "parent_code", "text_zh") if c in frame}
        casts = ", ".join(f"cast({c} as {t}) as {c}" for c, t in exact.items())
        replace = f" replace ({casts})" if casts else ""
        self.connection.execute(
            f"create or replace table work.{name} as select *{replace} from frame"
        )
        self.connection.unregister("frame")

    def build(self, *models: str) -> None:
        """Build models, in the order that dbt would."""
        for name, text in self.sql.items():
            if name in models:
                schema = "intermediate" if name in MONTHS else "published"
                self.connection.execute(f"create or replace table work.{schema}.{name} as {text}")

    def rows(self, name: str, where: str = "true") -> pd.DataFrame:
        """Return rows of a published model."""
        return self.connection.execute(f"select * from work.published.{name} where {where}").df()

    def failures(self, test: str) -> int:
        """Return how many rows a dbt test finds."""
        return len(self.connection.execute(self.sql[test]).fetchall())


def tree(parents: dict[str, tuple[str | None, str]]) -> dict[str, pd.DataFrame]:
    """Return dim_region and its closure for `code: (parent, level)`, parents first."""
    levels = pd.read_csv(SEEDS / "ref_region_level.csv").set_index("level_code")["level_rank"]
    above: dict[str, list[str]] = {}
    for code, (parent, _) in parents.items():
        above[code] = [code, *(above[parent] if parent else [])]
    regions = pd.DataFrame([
        {"region_code": code, "region_name": code, "parent_code": parent, "level_code": level,
         "level_rank": int(levels[level]), "valid_from": None, "valid_to": None}
        for code, (parent, level) in parents.items()
    ])  # fmt: skip
    closure = pd.DataFrame(
        [
            {"descendant_code": code, "ancestor_code": upper, "distance": distance}
            for code, uppers in above.items()
            for distance, upper in enumerate(uppers)
        ]
    )
    return {"marts.dim_region": regions, "marts.dim_region_closure": closure}
