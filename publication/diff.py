"""What changed between two releases: every published figure that is new, gone, or says otherwise."""

from pathlib import Path

import duckdb
import pandas as pd

from publication.tables import VALUE_KEY

COLUMNS = ("status_code", "num", "den", "value", "missing_count")


def changes(new: Path, old: Path | None) -> pd.DataFrame:
    """Return one row per figure that differs, ordered by key; empty against no earlier release.

    `change_code`: added, removed, status (published, held, suppressed differ), restated.
    """
    key = ", ".join(VALUE_KEY)
    before = ", ".join(f"old.{c} as old_{c}, new.{c} as new_{c}" for c in COLUMNS)
    differs = " or ".join(f"old.{c} is distinct from new.{c}" for c in COLUMNS)
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    for name, folder in (("new", new), ("old", old)):
        connection.execute(f"create view {name} as {_values(folder or new, empty=folder is None)}")
    return connection.execute(
        f"""
        select
            {key},
            case
                when old.status_code is null then 'added'
                when new.status_code is null then 'removed'
                when old.status_code <> new.status_code then 'status'
                else 'restated'
            end as change_code,
            {before}
        from old
        full join new using ({key})
        where ({differs}) and {"true" if old else "false"}
        order by {key}
        """
    ).df()


def _values(folder: Path, empty: bool) -> str:
    pattern = str(folder / "internal" / "tables" / "mart_published_values" / "*.parquet")
    quoted = pattern.replace("'", "''")
    return f"select * from read_parquet('{quoted}')" + (" where false" if empty else "")
