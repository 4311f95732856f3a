"""Both engines' tables of one home, row by row: `python -m orchestration.compare_engines --home DIR`.

Belongs here: which tables are compared and what counts as a difference. DuckDB reads its own working
file and the Parquet that Spark wrote; a view on Spark is written out for it. Compared are the marts,
the findings and what is published. A row of one side has its like on the other when every column is
equal, a double within TOLERANCE of itself.
"""

import argparse
import shutil
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion import clock, warehouse
from ingestion.home import Home
from orchestration import project, spark, writer
from orchestration.exits import BAD_INPUT
from publication.candidate import code_hash

TOLERANCE = 1e-9  # relative; sums and roots of doubles differ by the order they are reckoned in
LAYERS = ("marts", "findings", "published")


@dataclass(frozen=True)
class Compared:
    """One table: its rows on DuckDB and on Spark, and how many have no like on the other side."""

    relation: str
    rows: int
    spark_rows: int
    differing: int


def relations(home: Home) -> list[str]:
    """Return every model that is compared, as schema.name. Of the findings and of what is published what stands at
    the end: what leads to the findings is in them, and what leads to the marts holds the figures made again alone
    where a build went on, and all of them where it started anew.
    """
    nodes = project.manifest(home).nodes.values()
    return sorted(
        f"{node.schema}.{node.name}"
        for node in nodes
        if node.resource_type.value == "model" and _is_compared(node)
    ) + ["intermediate.int_indicator_rows"]


def _is_compared(node) -> bool:
    layer = node.fqn[1]
    return layer in LAYERS and (layer == "marts" or not node.name.startswith("int_"))


def compare(home: Home) -> list[Compared]:
    """Compare every table of the home's two builds, which stand at the same dials.

    Both builds are read as they are. A column that only one side has makes every row differ.
    """
    scratch = home.spark / "compared"
    shutil.rmtree(scratch, ignore_errors=True)
    with warehouse.connect(home.warehouse, read_only=True) as connection:
        found = [
            _compare(connection, relation, spark.parquet_of(home, relation, scratch))
            for relation in relations(home)
        ]
    shutil.rmtree(scratch, ignore_errors=True)
    return found


def _compare(connection, relation: str, parquet: Path) -> Compared:
    source = f"read_parquet('{parquet}/*.parquet')"
    mine, theirs = (
        {row[0]: row[1] for row in connection.execute(f"describe from {name}").fetchall()}
        for name in (relation, source)
    )
    rows, spark_rows = (
        connection.execute(f"select count(*) from {name}").fetchone()[0]
        for name in (relation, source)
    )
    if mine.keys() != theirs.keys():
        return Compared(relation, rows, spark_rows, rows + spark_rows)
    doubles = [name for name, kind in mine.items() if kind == "DOUBLE"]
    exact = [name for name in mine if name not in doubles]
    (alike,) = connection.execute(_alike(relation, source, exact, doubles)).fetchone()
    return Compared(relation, rows, spark_rows, rows + spark_rows - 2 * alike)


def _alike(one: str, other: str, exact: list[str], doubles: list[str]) -> str:
    """Return the query that counts the pairs of like rows. Rows that agree in all but their doubles
    are paired in the order of these.
    """
    columns, values = (", ".join(f'"{name}"' for name in names) for names in (exact, doubles))
    order = f"order by {values}" if doubles else ""
    twin = f"row_number() over (partition by {columns} {order}) as twin"
    same = [f'one."{name}" is not distinct from other."{name}"' for name in [*exact, "twin"]]
    near = [
        f'(one."{name}" is not distinct from other."{name}" or abs(one."{name}" - other."{name}")'
        f' <= {TOLERANCE} * greatest(abs(one."{name}"), abs(other."{name}")))'
        for name in doubles
    ]
    return (
        f"with one as (select *, {twin} from {one}), other as (select *, {twin} from {other})"
        f" select count(*) from one inner join other on {' and '.join(same + near)}"
    )


def table(found: list[Compared]) -> str:
    """Return what was compared as a table of text."""
    head = f"{'表':<42}{'DuckDB 行':>12}{'Spark 行':>12}{'不同的行':>12}"
    lines = [f"{c.relation:<42}{c.rows:>12,}{c.spark_rows:>12,}{c.differing:>12,}" for c in found]
    return "\n".join([head, *lines])


def main() -> None:
    asked = argparse.ArgumentParser(
        prog="python -m orchestration.compare_engines",
        description="在 DuckDB 和 Spark 上各建一遍，逐表逐行比较；有不同的行时退出码为 1。",
    )
    asked.add_argument("--home", help="家目录；不写为 PETITION_HOME，再不然 ./var")
    asked.add_argument("--as-of", type=datetime.fromisoformat, help="统计时点；不写为昨日终了")
    given = asked.parse_args()
    home = Home.find(given.home)
    writer.hold(home, "比较两个引擎", print)
    build_both(home, given.as_of or clock.default_as_of(clock.now()))
    found = compare(home)
    print(table(found))
    differing = sum(c.differing for c in found)
    print(f"双精度数容差：相对 {TOLERANCE:g}；其余逐字相同。共 {differing} 行不同。")
    sys.exit(BAD_INPUT if differing else 0)


def build_both(home: Home, as_of: datetime) -> None:
    """Build the home at the same dials on both engines, each from its last build on where it may."""
    code = code_hash()  # once: both builds are of the same code
    known_to = warehouse.load(home, as_of, code=code)
    failed = project.failures(project.build(home, [], tests=False))
    if failed:
        raise project.BuildError("DuckDB 上以下节点没有通过：" + "；".join(failed))
    warehouse.mark_built(home.warehouse)
    spark.load(home, as_of, known_to, code=code)
    spark.build(home)


if __name__ == "__main__":
    main()
