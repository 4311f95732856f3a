"""Deterministic exports: the one place for their settings. Equal rows give equal bytes.

One thread, ordered by the full unique key, every Parquet setting named: neither the number of
threads nor the order in which rows were inserted shows in a file.
"""

import json
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from publication.tables import WHOLE, Table

if TYPE_CHECKING:  # `explain` writes its rows here, and must start without pandas
    import duckdb
    import pandas as pd

PARQUET = "format parquet, parquet_version v1, compression zstd, compression_level 3, row_group_size 122880"
FORMULA = r"[=+\-@\t\r]"  # what a spreadsheet may read as one, at the beginning of a text
HELD_ROWS = 100_000  # at once: each time that rows of a view are held, it is planned


@contextmanager
def one_thread(connection: "duckdb.DuckDBPyConnection"):
    """Compute with one thread meanwhile."""
    (threads,) = connection.execute("select current_setting('threads')").fetchone()
    connection.execute("set threads = 1")
    try:
        yield
    finally:
        connection.execute(f"set threads = {int(threads)}")


def export(connection: "duckdb.DuckDBPyConnection", table: Table, folder: Path) -> None:
    """Write a table as `<folder>/<part>.parquet`; a table without rows as `all.parquet`."""
    folder.mkdir(parents=True, exist_ok=True)
    with one_thread(connection):
        if _stands(connection, table):
            for part in parts_of(connection, table, table.relation):
                write_part(connection, table, part, folder, table.relation)
        else:
            for where in _slices(connection, table):
                _write_held(connection, table, where, folder)
        if not any(folder.iterdir()):
            write_part(connection, table, WHOLE, folder, table.relation)


def _stands(connection: "duckdb.DuckDBPyConnection", table: Table) -> bool:
    """Return whether parts are read best where they are: the one of a table, those of a large one that is no view."""
    if table.single:
        return True
    (kind,) = connection.execute(
        "select table_type from information_schema.tables where table_schema || '.' || table_name = ?",
        [table.relation],
    ).fetchone()
    if kind == "VIEW":
        return False
    (rows,) = connection.execute(f"select count(*) from {table.relation}").fetchone()
    return rows > HELD_ROWS


def _slices(connection, table: Table) -> list[str]:
    """SQL: the rows to hold at once. A table in folders is the largest: as many folders as are few rows."""
    if not table.folders:
        return ["true"]
    columns = ", ".join(table.folders)
    counted = connection.execute(
        f"select {columns}, count(*) from {table.relation} group by all order by all"
    ).fetchall()
    slices, held = [], HELD_ROWS
    for *values, rows in counted:
        pairs = zip(table.folders, values, strict=True)
        folder = "(" + " and ".join(f"{column} = '{value}'" for column, value in pairs) + ")"
        if held + rows > HELD_ROWS:
            slices.append([])
            held = 0
        slices[-1].append(folder)
        held += rows
    return [" or ".join(folders) for folders in slices]


def _write_held(connection, table: Table, where: str, folder: Path) -> None:
    """Write rows part by part, computed once and held in the order of their parts meanwhile: a small part costs
    more to find than to write.
    """
    connection.execute(
        f"create temp table exported as select * from {table.relation} where {where}"
        f" order by {table.part}, {table.order}"
    )
    try:
        parts = connection.execute(
            f"select {table.part} as part, min(rowid), max(rowid) from exported group by all order by part"
        ).fetchall()
        for part, first, last in parts:
            rows = f"select * from exported where rowid between {first} and {last}"
            _copy(connection, rows, folder / f"{part}.parquet")
    finally:
        connection.execute("drop table exported")


def _copy(connection: "duckdb.DuckDBPyConnection", rows: str, path: Path) -> int:
    """Write the rows of a query, in its order, as one file; return how many there are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    quoted = str(path).replace("'", "''")
    (count,) = connection.execute(f"copy ({rows}) to '{quoted}' ({PARQUET})").fetchone()
    return count


def parts_of(connection: "duckdb.DuckDBPyConnection", table: Table, relation: str) -> list[str]:
    """Return the parts into which the rows of a relation fall, in order."""
    found = connection.execute(
        f"select distinct {table.part} as part from {relation} order by part"
    )
    return [part for (part,) in found.fetchall()]


def write_part(connection, table: Table, part: str, folder: Path, relation: str) -> bool:
    """Write one part of a table out of a relation; False, and no file, when it has no rows.

    The part of a table that has no rows at all is written all the same: it says the columns.
    """
    path = folder / f"{part}.parquet"
    where = "true" if part == WHOLE else table.within(part)
    rows = f"select * from {relation} where {where} order by {table.order}"
    if _copy(connection, rows, path) or part == WHOLE:
        return True
    path.unlink()
    return False


def write_query(
    connection: "duckdb.DuckDBPyConnection", sql: str, path: Path, parameters: dict | None = None
) -> int:
    """Write the rows of a query, in its order, as a CSV like `write_csv`'s, without a frame between.
    Returns how many there are.
    """
    connection.execute(f"create or replace temp table asked as {sql}", parameters or {})
    described = connection.execute("describe asked").fetchall()
    cells = ", ".join(_cell(f'"{name}"', kind) for name, kind, *_ in described)
    body = body_of(path)
    quoted = str(body).replace("'", "''")
    try:
        with one_thread(connection):
            (rows,) = connection.execute(
                f"copy (select {cells} from asked) to '{quoted}' (format csv, header false)"
            ).fetchone()
        with path.open("wb") as target, body.open("rb") as source:
            target.write((",".join(name for name, *_ in described) + "\n").encode("utf-8-sig"))
            shutil.copyfileobj(source, target)
    finally:
        body.unlink(missing_ok=True)
    return rows


def body_of(path: Path) -> Path:
    """Return where a CSV's rows are written before its header is put on: a name that nobody uses."""
    return path.with_name(f".{path.name}.body")


def guarded(column: str) -> str:
    """SQL: a column of text that no spreadsheet takes for a formula."""
    return (
        f"case when regexp_matches({column}, '^{FORMULA}') then '''' || {column} else {column} end"
    )


def _cell(column: str, kind: str) -> str:
    """SQL: a column as a CSV says it: no text that a spreadsheet takes for a formula, nothing as null."""
    if kind == "VARCHAR":
        return f"nullif({guarded(column)}, '')"
    if kind == "BOOLEAN":
        return f"case when {column} then 'True' when not {column} then 'False' end"
    return f"cast({column} as double)" if kind.startswith("DECIMAL") else column


def write_csv(frame: "pd.DataFrame", path: Path) -> None:
    """Write a CSV that no spreadsheet takes for formulas."""
    for column in frame.select_dtypes(["object", "str"]):
        text = frame[column]
        risky = text.notna() & text.astype("str").str.match(FORMULA)
        frame[column] = text.mask(risky, "'" + text.astype("str"))
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def write_json(path: Path, content) -> None:
    """Write JSON whose bytes depend on its content only."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", "utf-8")
