"""The same lake and the same models on Spark: its session, its raw tables, its build.

Belongs here: all that knows PySpark. The counterpart of `ingestion.warehouse` and of `project.build`
for the target `spark` of dbt_project/profiles.yml, from which the session's settings are read too.
Spark's tables, catalog and scratch lie under `work/spark` and can be made again from the lake.
Run by the environment of requirements-spark.lock: `python -m orchestration.spark --home DIR`.

A process has one session and so works on one home. Spark's tables are taken as they are when a build
goes on; it goes on under the same rule as DuckDB's (`warehouse.Dials`).
"""

import argparse
import logging
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import jinja2
import yaml

from ingestion import clock, warehouse
from ingestion.contract import load_contracts
from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.rule_tables import TABLES, load_table
from orchestration import plain_ledgers, project, writer
from publication.candidate import code_hash
from publication.statistics import shares, source

TARGET = "spark"
SCHEMAS = (
    "raw", "ref", "staging", "intermediate", "marts", "indicators", "findings", "published",
)  # fmt: skip
DIALS = "known_to bigint, as_of timestamp, rules_hash string, code_hash string"
BUILT = "built_known_to bigint, built_as_of timestamp"


def session(home: Home):
    """Return the process's Spark session, started with the profile's settings on the home's folder.

    Raises HouseError when the process already has a session on another home.
    """
    from pyspark.sql import SparkSession

    home.spark.mkdir(parents=True, exist_ok=True)
    wanted = _settings(home)
    builder = SparkSession.builder
    for name, value in wanted.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    place = "spark.sql.warehouse.dir"
    if Path(found.conf.get(place).removeprefix("file:")) != Path(wanted[place]):
        raise HouseError("这个进程的 Spark 会话已用于另一个家目录，请另起一个进程。")
    found.sparkContext.setLogLevel("ERROR")
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # repeats whole queries
    return found


def _settings(home: Home) -> dict[str, str]:
    """Return the session's settings: those of the profile's output `spark`, for this home."""
    profile = yaml.safe_load((project.ROOT / "dbt_project" / "profiles.yml").read_text("utf-8"))
    given = profile["petition"]["outputs"][TARGET]["server_side_parameters"]
    known = os.environ | {"PETITION_SPARK": str(home.spark)}
    return {
        name: jinja2.Template(value).render(env_var=lambda n, default=None: known.get(n, default))
        for name, value in given.items()
    }


def load(home: Home, as_of: datetime, known_to: int | None = None, code: str = "") -> int:
    """Bring Spark's raw tables up to the lake, load reference data, set the dials.

    Returns `known_to`. As `warehouse.load`: made anew when the last build was not finished, a dial
    goes back, or code or rules changed.
    """
    spark = session(home)
    turned = warehouse.turn(home, as_of, known_to, code)
    built = _last_build(spark)
    if built is None or not built.leads_to(turned):
        built = None
        _start_anew(spark)
    tables = warehouse.raw_tables(home)
    for name, columns in tables.items():
        spark.sql(f"create table if not exists raw.{name} ({_ddl(columns)}) using parquet")
    entries = warehouse.told_between(home, built.known_to if built else 0, turned.known_to)
    _append(spark, home, tables, entries)
    for name in TABLES:
        table = load_table(name, home.rules)
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        _replace(spark, f"ref_{name}", rows, [(c, "string") for c in table.column_names])
    _set_dials(spark, turned, built)
    return turned.known_to


def _last_build(spark) -> warehouse.Dials | None:
    """Return the dials of the last finished build, None when there is none."""
    if not spark.catalog.tableExists("raw.build_state"):
        return None
    row = spark.table("raw.build_state").first()
    return warehouse.Dials(*row) if row else None


def _start_anew(spark) -> None:
    """Drop every schema of the models, and what a killed build left of it on a local disk."""
    for schema in SCHEMAS:
        spark.sql(f"drop schema if exists {schema} cascade")
        place = Path(spark.conf.get("spark.sql.warehouse.dir").removeprefix("file:"))
        shutil.rmtree(place / f"{schema}.db", ignore_errors=True)
    spark.sql("create schema raw")


def _append(spark, home: Home, tables: dict, entries: list) -> None:
    """Append what some deliveries told; a segment's other deliveries stay out.

    A column that a file does not have (its contract was older) is null for its rows.
    """
    for table, found in warehouse.delivery_rows(entries).items():
        _frame(spark, found, tables[table]).write.insertInto(f"raw.{table}")
    for table, files in warehouse.files_of_rows(home, entries).items():
        sequences = sorted({s for found in files.values() for s in found})
        told = spark.createDataFrame([(s,) for s in sequences], "_sequence bigint")
        stored = spark.read.schema(_ddl(tables[table])).parquet(*files)
        stored.join(told, "_sequence", "left_semi").write.insertInto(f"raw.{table}")


def _set_dials(spark, turned: warehouse.Dials, built: warehouse.Dials | None) -> None:
    """Set the dials and say from which build the models go on; until `mark_built`, from none."""
    now = [turned.known_to, turned.as_of.isoformat(), turned.rules_hash, turned.code_hash]
    then = [built.known_to, built.as_of.isoformat()] if built else [None, None]
    _replace(spark, "run_context", [now + then], _pairs(f"{DIALS}, {BUILT}"))
    spark.sql("drop table if exists raw.build_before")
    spark.sql("drop table if exists raw.build_state")
    if built:
        names = ", ".join(name for name, _ in _pairs(BUILT))
        spark.sql(
            f"create table raw.build_before using parquet as select {names} from raw.run_context"
        )


def mark_built(home: Home) -> None:
    """Say that every model was built at the dials that are set."""
    names = ", ".join(name for name, _ in _pairs(DIALS))
    session(home).sql(
        f"create table raw.build_state using parquet as select {names} from raw.run_context"
    )


def _replace(spark, name: str, rows: Iterable, columns: list[tuple[str, str]]) -> None:
    _frame(spark, rows, columns).write.mode("overwrite").saveAsTable(f"raw.{name}")


def _frame(spark, rows: Iterable, columns: list[tuple[str, str]]):
    """Return rows as a frame; instants and days come as ISO text."""
    told = [(name, "string" if kind in ("timestamp", "date") else kind) for name, kind in columns]
    frame = spark.createDataFrame([tuple(row) for row in rows], _ddl(told))
    return frame.selectExpr(*(f"cast(`{name}` as {kind}) as `{name}`" for name, kind in columns))


def _pairs(ddl: str) -> list[tuple[str, str]]:
    return [tuple(column.split()) for column in ddl.split(", ")]


def _ddl(columns: list[tuple[str, str]]) -> str:
    """Return columns as Spark's DDL; a timestamp is wall time without a zone."""
    kinds = {"timestamp": "timestamp_ntz"}
    return ", ".join(f"`{name}` {kinds.get(kind, kind)}" for name, kind in columns)


def build(home: Home, select: list[str] | None = None) -> None:
    """Build the models on the raw tables as loaded, all of them unless some are selected.

    Raises BuildError naming the nodes that failed.
    """
    spark = session(home)
    going_on = spark.catalog.tableExists("raw.build_before")
    ledgers = {c.ledger for c in load_contracts(home.contracts)}
    told = {name for name in ledgers if spark.table(f"raw.raw_{name}").take(1)}
    for table, columns in plain_ledgers.untold_tables(home, told).items():
        spark.sql(f"create schema if not exists {table.split('.')[0]}")
        spark.sql(f"create table if not exists {table} ({_ddl(columns)}) using parquet")
    news = warehouse.News(frozenset(told), going_on)
    built = project.build(
        home, select or [], tests=False, target=TARGET, of_engine=news,
        tested=lambda _: _judge_shares(spark),
    )  # fmt: skip
    failed = project.failures(built)
    if failed:
        raise project.BuildError("Spark 上以下节点没有通过：" + "；".join(failed))
    if not select:
        mark_built(home)


def _judge_shares(spark) -> None:
    """As `publication.statistics.source.write`, on the session's tables."""
    aggregates = [_pandas(spark, sql) for sql in source.AGGREGATES]
    rules = [tuple(row) for row in spark.sql(source.RULES).collect()]
    found = source.tested(aggregates, rules, spark.sql(source.AS_OF).collect()[0][0])
    kinds = [(n, "string" if k == "varchar" else k) for n, k in shares.TYPES.items()]
    told = found.astype({n: str for n, k in kinds if k in ("string", "date")})
    _replace(spark, "check_shares", told.itertuples(index=False), kinds)


def _pandas(spark, sql: str):
    import pandas as pd

    asked = spark.sql(sql)
    return pd.DataFrame([tuple(row) for row in asked.collect()], columns=asked.columns)


def parquet_of(home: Home, relation: str, scratch: Path) -> Path:
    """Return the folder of a relation's Parquet; for a view, and for a table of no rows that has none, the rows are
    written to `scratch`.
    """
    spark = session(home)
    schema, name = relation.split(".")
    stored = home.spark / "tables" / f"{schema}.db" / name
    is_view = spark.catalog.getTable(relation).tableType == "VIEW"
    if not is_view and any(stored.glob("*.parquet")):
        return stored
    spark.table(relation).write.parquet(str(scratch / relation))
    return scratch / relation


def main() -> None:
    asked = argparse.ArgumentParser(
        prog="python -m orchestration.spark", description="在 Spark 上建同一套模型。"
    )
    asked.add_argument("--home", help="家目录；不写为 PETITION_HOME，再不然 ./var")
    asked.add_argument("--as-of", type=datetime.fromisoformat, help="统计时点；不写为昨日终了")
    given = asked.parse_args()
    home = Home.find(given.home)
    as_of = given.as_of or clock.default_as_of(clock.now())
    writer.hold(home, "在 Spark 上建模", print)
    known_to = load(home, as_of, code=code_hash())
    build(home)
    print(f"计入到第 {known_to} 次报送，统计时点 {as_of}，表在 {home.spark / 'tables'}")


if __name__ == "__main__":
    main()
