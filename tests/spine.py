"""A small home that is told things step by step and built after each: for tests of the spine.

Deliveries go through the door as csv files; builds run dbt in process, as a run does, without
Dagster; releases are built and published by the same functions. The clock is set, never read.
"""

import copy
import csv
import io
import shutil
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion import landing, warehouse
from ingestion.home import Home
from ingestion.linkage import VARIABLE
from orchestration import plain_ledgers, project, rebuild
from publication import candidate, release
from tests.door_files import write_key
from tests.release_homes import copy_of

REGIONS = """region_code,region_name,level_code,parent_code,valid_from,valid_to
980000000000,示例省,province,000000000000,2000-01-01,
980100000000,甲市,prefecture,980000000000,2000-01-01,
980101000000,甲一县,county,980100000000,2000-01-01,
980102000000,甲二区,county,980100000000,2000-01-01,
"""
ORGANISATIONS = """org_code,org_name,region_code,level_code,is_petition_office,valid_from,valid_to
980000-xf,示例省信访局,980000000000,province,true,2000-01-01,
980100-xf,甲市信访局,980100000000,prefecture,true,2000-01-01,
980101-xf,甲一县信访局,980101000000,county,true,2000-01-01,
980102-xf,甲二区信访局,980102000000,county,true,2000-01-01,
980101-zj,甲一县住房和城乡建设局,980101000000,county,false,2000-01-01,
980102-zj,甲二区住房和城乡建设局,980102000000,county,false,2000-01-01,
"""
PROVINCE, CITY, COUNTY, DISTRICT = "980000-xf", "980100-xf", "980101-xf", "980102-xf"
UNIT, OTHER_UNIT = "甲一县住房和城乡建设局", "甲二区住房和城乡建设局"
# what a build that goes on keeps for itself: not part of what it says
SCRATCH = {
    "int_touched", "int_reached_subjects", "int_reached_keys", "int_touched_subjects", "int_read_keys",
    "int_read_subjects", "int_indicator_delta", "int_cell_changes", "int_told_registers", "int_built_dials",
    "int_petition_register_in_force", "int_petition_deadlines", "int_petition_milestones",
    "int_petition_answers",
    "int_petition_register_told", "int_handling_events_told", "int_evaluations_told", "int_petitions_now",
    "int_evaluations_now", "int_handling_events_touched", "int_petition_register_touched", "int_evaluations_touched",
    "int_petitions_before", "int_evaluations_before", "int_cases_before", "int_leader_assignments_before",
    "int_touched_periods", "int_holds_before", "int_published_periods", "int_published_cells",
    "int_published_figures", "int_disclosure", "int_rank_candidates", "int_rank_pairs", "int_peer_counts",
    "int_yoy_sums", "int_yoy_figures", "int_compared_parts", "int_person_pairs", "int_link_edges", "int_link_holds",
    "int_matter_items_before", "int_expected_returns_before",
} | {f"int_{contract.ledger}_before" for contract in plain_ledgers.contracts()}  # fmt: skip
SCHEMAS = ("intermediate", "marts", "findings", "published")


def item(
    number: str, at: str, category: str = "城乡建设", unit: str = UNIT, **more: object
) -> dict:
    """Return a register row, of the county unless told otherwise."""
    row = {
        "信访件编号": number, "登记机构": COUNTY, "登记时间": f"{at} 10:00:00", "信访形式": "来信",
        "内容分类": category, "责任单位": unit, "限办截止时间": None, "办结时间": None,
    }  # fmt: skip
    return row | more


class Spine:
    """A home, its clock, and the ways to tell it things and to look at it."""

    def __init__(
        self,
        root: Path,
        start: datetime = datetime(2026, 1, 5, 9, 0),
        key: bool = False,
        marts_only: bool = False,
    ):
        """`key`: names are told under a network key, whose file lies beside the home. `marts_only`: builds end before
        the findings and what is published, for tests of what is below them.
        """
        self.home, self.now, self.marts_only = Home(root), start, marts_only
        root.parent.mkdir(parents=True, exist_ok=True)
        self.key = write_key(root.parent / "network.key") if key else None
        self.home.rules.mkdir(parents=True)
        (self.home.rules / "regions.csv").write_text(REGIONS, "utf-8")
        (self.home.rules / "organisations.csv").write_text(ORGANISATIONS, "utf-8")
        self.files = 0

    def copied(self, root: Path) -> "Spine":
        """Return a copy that goes its own way; what was linked in this home is linked in its copy."""
        other = copy.copy(self)
        other.home = copy_of(self.home, root)
        return other

    @contextmanager
    def clock(self):
        """Set the house's clock to the world's time, and name the world's key file."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PETITION_CLOCK", self.now.isoformat())
            if self.key:
                patch.setenv(VARIABLE, str(self.key))
            yield

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def tell(self, office: str, rows: list[dict], folder: str = "") -> landing.Taken:
        """Deliver a csv of one ledger; return what became of it. `folder`: below the office's own."""
        target = io.StringIO(newline="")
        names = [*rows[0]]
        csv.writer(target).writerows([names, *([r.get(n) for n in names] for r in rows)])
        return self.tell_bytes(office, target.getvalue().encode("utf-8-sig"), folder)

    def tell_nothing(self, office: str, headers: list[str], month: str = "") -> landing.Taken:
        """Deliver a nil return: a file with headers and no rows, for a month (2026年3月) or none."""
        lines = [",".join(headers), f"{month}零报"]
        return self.tell_bytes(office, "\n".join(lines).encode("utf-8-sig"))

    def tell_bytes(self, office: str, content: bytes, folder: str = "") -> landing.Taken:
        """Deliver a file as it is."""
        self.files += 1
        place = self.home.landing / office / folder
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{self.files:04d}.csv"
        path.write_bytes(content)
        self.wait(hours=1)
        with self.clock():  # files refused under other rules are looked at again
            found = landing.take_all(self.home, settle_seconds=0)
        return next(taken for taken in found if taken.arrival.path == path)

    def build(
        self, as_of: datetime | None = None, file: Path | None = None, known_to: int | None = None
    ) -> Path:
        """Build at as_of (default: the day before) and known_to (default: all that was told).

        Goes on from the last build where it may.
        """
        as_of = as_of or self.as_of()
        with self.clock():
            warehouse.load(self.home, as_of, known_to, file, code=candidate.code_hash())
            self._run_dbt(file)
        return file or self.home.warehouse

    def as_of(self) -> datetime:
        """Return the end of the day before."""
        return self.now.replace(hour=0, minute=0, second=0) - timedelta(seconds=1)

    def _run_dbt(self, file: Path | None) -> None:
        built = ["tag:marts"] if self.marts_only else []
        failed = project.failures(project.build(self.home, built, file, tests=False))
        assert not failed, "\n".join(failed)
        warehouse.mark_built(file or self.home.warehouse)

    def publish(self, as_of: datetime | None = None) -> release.Release:
        """Build and publish a release."""
        before = release.current(self.home)
        self.build(as_of)
        bridge = rebuild.bridge(self.home, before, self.home.bridge)
        folder = before.folder if before else None
        built = candidate.build_candidate(
            self.home, self.home.warehouse, self.home.candidate, folder, bridge
        )
        with self.clock():
            return release.publish(self.home, built)

    def fresh(
        self, scratch: Path, as_of: datetime | None = None, known_to: int | None = None
    ) -> Path:
        """Build everything from the lake in a fresh file of the same name elsewhere."""
        folder = scratch / "fresh"
        shutil.rmtree(folder, ignore_errors=True)
        return self.build(as_of, folder / self.home.warehouse.name, known_to)

    def keep(self, scratch: Path) -> Path:
        """Return a copy of the working file as it now is."""
        scratch.mkdir(parents=True)
        return Path(shutil.copy(self.home.warehouse, scratch))

    def ask(self, sql: str, *values: object, file: Path | None = None) -> list[tuple]:
        """Return the rows of a query on the working file, or on another."""
        with duckdb.connect(str(file or self.home.warehouse), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()


def differences(one: Path, other: Path) -> list[str]:
    """Name every table of two working files that does not hold the same rows."""
    found = []
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = connection.execute(
            "select distinct table_schema, table_name from information_schema.tables"
            " where table_type = 'BASE TABLE' and list_contains(?, table_schema) order by all",
            [list(SCHEMAS)],
        ).fetchall()
        for schema, table in tables:
            if table in SCRATCH:
                continue
            for here, there in (("one", "other"), ("other", "one")):
                (count,) = connection.execute(
                    f"select count(*) from (select * from {here}.{schema}.{table}"
                    f" except all select * from {there}.{schema}.{table})"
                ).fetchone()
                if count:
                    found.append(f"{schema}.{table}: {count} rows only in {here}")
    assert len(tables) > 40
    return found
