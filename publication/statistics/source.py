"""Between the facts of a build and its findings: the small aggregates are tested, and come back as a source of dbt's.

Belongs here: reading the aggregates of a working file and writing what the tests say of them, nothing else.
"""

import duckdb

from publication.statistics import shares

SOURCE = "raw.check_shares"
RULES = "select check_code, minimum_n from raw.ref_checks where severity_code <> 'off'"


def write(connection: duckdb.DuckDBPyConnection) -> int:
    """Test the aggregates (marts.agg_checked_shares) by the rules of the checks, and write raw.check_shares; return how
    many offices could be tested, check by check.
    """
    counts = connection.execute("select * from marts.agg_checked_shares").df()
    found = shares.tested(counts, minimum_n(connection.execute(RULES).fetchall()))
    columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in shares.TYPES.items())
    connection.register("tested_shares", found)
    connection.execute(f"create or replace table {SOURCE} as select {columns} from tested_shares")
    connection.unregister("tested_shares")
    return len(found)


def minimum_n(rules: list[tuple[str, str]]) -> dict[str, int]:
    """Return of how many each check asks at least, from the rows of RULES."""
    return {code: int(number) for code, number in rules}
