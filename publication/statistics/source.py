"""Between the facts of a build and its findings: the small aggregates are tested, and come back as a source of dbt's.

Belongs here: reading the aggregates of a working file and writing what the tests say of them, nothing else.
"""

from datetime import datetime

import duckdb
import pandas as pd

from publication.statistics import bunching, heaping, shares

SOURCE = "raw.check_shares"
RULES = "select check_code, minimum_n from raw.ref_checks where severity_code <> 'off'"
COUNTS = "select * from marts.agg_checked_shares"
DAYS = "select * from marts.agg_deadline_days"
GAPS = "select * from marts.agg_target_gaps"
AGGREGATES = (COUNTS, DAYS, GAPS)
AS_OF = "select as_of from intermediate.int_dials"


def write(connection: duckdb.DuckDBPyConnection) -> int:
    """Test the aggregates by the rules of the checks, and write raw.check_shares; return how many offices could be
    tested, check by check.
    """
    aggregates = [connection.execute(sql).df() for sql in AGGREGATES]
    (as_of,) = connection.execute(AS_OF).fetchone()
    found = tested(aggregates, connection.execute(RULES).fetchall(), as_of)
    columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in shares.TYPES.items())
    connection.register("tested_shares", found)
    connection.execute(f"create or replace table {SOURCE} as select {columns} from tested_shares")
    connection.unregister("tested_shares")
    return len(found)


def tested(
    aggregates: list[pd.DataFrame], rules: list[tuple[str, str]], as_of: datetime
) -> pd.DataFrame:
    """Return what the tests say of the rows of AGGREGATES, by the rows of RULES."""
    counts, days, gaps = aggregates
    least, moment = {code: int(number) for code, number in rules}, pd.Timestamp(as_of)
    found = [
        shares.tested(counts, least), bunching.tested(days, least, moment), heaping.tested(gaps, least, moment)
    ]  # fmt: skip
    return pd.concat([rows for rows in found if not rows.empty] or found[:1], ignore_index=True)
