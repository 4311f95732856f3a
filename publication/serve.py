"""The analysts' DuckDB file of a release: a small file of views over the release's own tables.

A view names its files from the folder of releases on, `<release id>/internal/tables/…`, so two releases
open side by side never mix. Where that folder is, the session says, as `current.sql` and
`release.connect` do (`release.where`); without it DuckDB looks in its working folder and in
`file_search_path`. A release that is moved, or opened by someone else, is read where it then lies.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from ingestion.home import Home
from ingestion.warehouse import connect
from publication import comments
from publication.release import VARIABLE, where
from publication.tables import INTERNAL, Table, of_home

FOLDER = f"coalesce(getvariable('{VARIABLE}') || '/', '')"
IN_WAREHOUSE = re.compile(
    r"""(?:"[^"]+"|\w+)\.(?:marts|findings|published)\."""
)  # the catalog may be a release's id


def definitions(connection) -> dict[str, str]:
    """Return the query of each table that is said by others, as the working file's view has it."""
    found = {}
    for table in INTERNAL:
        if table.said:
            schema, name = table.relation.split(".")
            (sql,) = connection.execute(
                "select sql from duckdb_views() where schema_name = ? and view_name = ?",
                [schema, name],
            ).fetchone()
            found[table.name] = IN_WAREHOUSE.sub("", sql.split(" AS ", 1)[1].rstrip(";"))
    return found


def write(home: Home, folder: Path, release_id: str, said: dict[str, str]) -> None:
    """Write `internal/serve.duckdb` of a candidate; `said` as `definitions` returned it."""
    with TemporaryDirectory(prefix="petition-serve-") as scratch:
        (Path(scratch) / release_id).symlink_to(folder)  # a view is bound to its files when made
        with connect(folder / "internal" / "serve.duckdb") as connection:
            connection.execute(where(Path(scratch)))
            for table in sorted(of_home(home), key=lambda t: t.said):
                query = said[table.name] if table.said else _reading(folder, release_id, table)
                connection.execute(f'create view "{table.name}" as {query}')
            comments.comment(connection, home)


def said_of_tables(internal: Path) -> dict[str, list[tuple]]:
    """Return what the serve file in a folder says of each table: its view, its columns, its comments."""
    with connect(internal / "serve.duckdb", read_only=True) as connection:
        rows = connection.execute(
            """
            select view_name, '' as column_name, sql, comment from duckdb_views() where not internal
            union all
            select table_name, column_name, data_type, comment from duckdb_columns() where not internal
            order by all
            """
        ).fetchall()
    found: dict[str, list[tuple]] = {}
    for name, *said in rows:
        found.setdefault(name, []).append(tuple(said))
    return found


def _reading(folder: Path, release_id: str, table: Table) -> str:
    """SQL: the rows of exactly the files that the release has of a table."""
    place = folder / "internal" / "tables" / table.name
    names = ", ".join(
        _text(p.relative_to(place).as_posix()) for p in sorted(place.rglob("*.parquet"))
    )
    start = _text(f"{release_id}/internal/tables/{table.name}/")
    hive = "true, hive_types_autocast = false" if table.folders else "false"
    return (
        f"select * from read_parquet(list_transform([{names}], lambda x: {FOLDER} || {start} || x),"
        f" hive_partitioning = {hive})"
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
