"""The floor, run and compared: `python -m benchmarks.floor HOME FILE AS_OF` runs `script/` into FILE.

Compared are the indicator cells and the number of facts: what the models made must be what the
script made, or the ratio says nothing.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader

from benchmarks.measure import cpu_seconds
from ingestion import register, rule_tables
from ingestion.home import Home
from ingestion.stored import told_files
from ingestion.warehouse import memory_limit

HERE = Path(__file__).parent
SCRIPT = HERE / "script"
PARTS = (
    "facts", "case_facts", "matter_facts", "registrations", "used_elsewhere", "evaluations", "cases", "matters",
)  # fmt: skip
SEEDS = HERE.parent / "dbt_project" / "seeds"
FACTS = ("petitions", "handling_events", "evaluations", "cases", "leader_assignments")


def run(home: Home, file: Path, as_of: datetime) -> None:
    """Make the floor's tables in a new file, from the home's lake."""
    config = {"memory_limit": memory_limit()}
    with duckdb.connect(str(file), config=config) as connection:
        _give(connection, home, as_of)
        for part in written():
            connection.execute(part)


def written() -> list[str]:
    """The script, part by part; the sums that every indicator ends in are written out from `cells.sql`."""
    read = Environment(loader=FileSystemLoader(SCRIPT))
    cells = read.get_template("cells.sql").module
    return [read.get_template(f"{part}.sql").render(cells=cells.cells) for part in PARTS]


def _give(connection, home: Home, as_of: datetime) -> None:
    """Give the script what it may take for granted: files by ledger, small reference tables."""
    files: dict[str, list[str]] = {}
    for entry in register.deliveries(home):
        for ledger, told in told_files(entry.record):
            files.setdefault(ledger, []).append(str(home.lake / told["path"]))
    for ledger, paths in files.items():
        connection.execute(f"set variable {ledger}_files = ?", [paths])
    connection.execute(
        "set variable calendar_exception_file = ?", [str(SEEDS / "ref_calendar_exception.csv")]
    )
    connection.execute("set variable as_of = ?", [as_of])
    connection.register("regions", rule_tables.load_table("regions", home.rules))
    for name in ("organisations", "deadline_rules"):
        connection.register(f"{name}_told", rule_tables.load_table(name, home.rules))
    connection.execute((SCRIPT / "given.sql").read_text("utf-8"))


def differences(floor: Path, built: Path) -> dict[str, int]:
    """Return how many rows differ between the floor's tables and the models', by table."""
    found, name = {}, built.stem  # the models' views know their catalog by the file's name
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{floor}' as floor (read_only); attach '{built}' as {name} (read_only)"
        )
        for fact in FACTS:
            mine = [r[0] for r in connection.execute(f"describe floor.f_{fact}").fetchall()]
            other = f"{name}.marts.fct_{fact}"
            where = " where in_force_flag" if fact == "leader_assignments" else ""
            found[fact] = _differing(connection, f"floor.f_{fact}", f"{other}{where}", mine)
        cells = [r[0] for r in connection.execute("describe floor.f_cells").fetchall()]
        found["cells"] = _differing(
            connection, "floor.f_cells", f"{name}.marts.agg_indicator_cells", cells
        )
    return found


def _differing(connection, one: str, other: str, columns: list[str]) -> int:
    """Count the rows that only one of two relations has; hashes of rows keep it small."""
    listed = ", ".join(f'"{c}"' for c in columns)
    (count,) = connection.execute(
        f"with a as (select hash(concat_ws('|', {_said(columns)})) as h from (select {listed} from {one})),"
        f" b as (select hash(concat_ws('|', {_said(columns)})) as h from (select {listed} from {other}))"
        " select (select count(*) from (select h from a except all select h from b))"
        " + (select count(*) from (select h from b except all select h from a))"
    ).fetchone()
    return count


def _said(columns: list[str]) -> str:
    return ", ".join(f"coalesce(cast(\"{c}\" as varchar), '~')" for c in columns)


if __name__ == "__main__":
    begun = cpu_seconds()
    run(Home(Path(sys.argv[1])), Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))
    print(json.dumps({"cpu_seconds": cpu_seconds() - begun}))
