"""What a release may take over from the one before: the parts that its build cannot have changed.

Belongs here: whether a working file goes on from just the build that the release before was made of,
and which parts of each table that build can have changed. A part taken over is the earlier file, by a
hard link, with its pinned hash; it is not read. `tests/test_going_on.py` holds that a release made so
is the release that a fresh file gives, to the byte.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publication.export import one_thread, parts_of, write_part
from publication.files import link_or_copy
from publication.tables import WHOLE, Table

TOUCHED = "(select subject_id from intermediate.int_touched_subjects)"
OF_KIND = "(select subject_id from intermediate.{} where subject_kind_code = '{}')"
# those whose instant came are not among them: of these only indicator rows say something else
REGISTRATIONS = OF_KIND.format("int_touched_subjects", "registration")
BATCHES = OF_KIND.format("int_touched", "batch")
ASSIGNMENTS = OF_KIND.format("int_touched", "assignment_of_office")
BUILT = "(select built_known_to from raw.run_context)"
NEWS = f"""(
    select delivery_sequence from staging.stg_deliveries where delivery_sequence > {BUILT}
    union select withdrawn_sequence from intermediate.int_withdrawn_deliveries
    where effective_sequence > {BUILT}
)"""
# Of each table that is made again by subjects: the rows that this build can have changed, as they were
# and as they are, with the columns that say the part. Supersets do no harm.
REACHED = {
    "fct_petitions": f"""
        select registered_at from intermediate.int_petitions_before
        where registration_id in {REGISTRATIONS}
        union all select registered_at from marts.fct_petitions
        where registration_id in {REGISTRATIONS}""",
    "fct_evaluations": f"""
        select deadline_at from intermediate.int_evaluations_before
        where registration_id in {REGISTRATIONS}
        union all select deadline_at from marts.fct_evaluations
        where registration_id in {REGISTRATIONS}""",
    "fct_cases": f"""
        select issued_date from intermediate.int_cases_before
        union all select issued_date from marts.fct_cases
        where case_id in {TOUCHED} or batch_no in {BATCHES}""",
    "fct_leader_assignments": f"""
        select started_date from intermediate.int_leader_assignments_before
        union all select started_date from marts.fct_leader_assignments
        where assignment_id in {ASSIGNMENTS}""",
    # An event changes when its key is told again, its delivery is withdrawn, or a name in it is answered
    # (see _reached). Each of its rows, then or now, is one of its tellings: new, or kept as told again.
    "fct_handling_events": f"""
        select event_at from staging.stg_handling_events where delivery_sequence in {NEWS}
        union all select event_at from intermediate.int_handling_events_retold
        where registration_id in {REGISTRATIONS}""",
    "mart_receipts": f"""
        select recorded_at from marts.mart_receipts where delivery_sequence > {BUILT}""",
}
# tables whose files are periods, and the periods that were made again
PERIODS_REACHED = {
    **dict.fromkeys(
        ("mart_indicator_values", "mart_indicator_funnel"), "intermediate.int_touched_periods"
    ),
    **dict.fromkeys(
        ("mart_published_values", "mart_published_funnel", "mart_published_ranks"),
        "published.int_published_periods where subject_kind_code = 'figure'",
    ),
    "mart_published_yoy": "published.int_published_periods where subject_kind_code = 'change'",
}
REACHED |= {name: f"select period from {made}" for name, made in PERIODS_REACHED.items()}
OF_PLAIN = "select subject_id from intermediate.int_touched where subject_kind_code = '{}'"
ANSWERED = f"select 1 from staging.stg_name_mappings where delivery_sequence in {NEWS} limit 1"
EVENTS_OF_TOLD = f"""
    union all select event_at from marts.fct_handling_events
    where registration_id in {REGISTRATIONS}"""
ROWS, DELTA = "intermediate.int_indicator_rows", "intermediate.int_indicator_delta"
# one row each, which a test of the models holds (rows_one_each)
ROW_KEY = ("indicator_code", "variant", "subject_id", "cohort_date", "region_code")


@dataclass(frozen=True)
class Before:
    """The release before, whose unchanged parts are taken over."""

    folder: Path
    files: dict[str, str]

    def parts(self, table: Table) -> list[str]:
        """Return the parts of a table that it has."""
        start = f"internal/tables/{table.name}/"
        return [n[len(start) : -len(".parquet")] for n in self.files if n.startswith(start)]

    def path(self, table: Table, part: str) -> Path:
        return self.folder / name_of(table, part)


def name_of(table: Table, part: str) -> str:
    """Return the name of a part's file in a release."""
    return f"internal/tables/{table.name}/{part}.parquet"


def goes_on(connection, before: Path, manifest: dict, present: dict) -> Before | None:
    """Return the release before when the working file was built on the very build that made it.

    `present`: code and engine as they now are. None whenever that is not certain: another build came
    between, a dial, the code, the engine or the rules are others, or a file of it is gone.
    """
    built = connection.execute(
        "select built_known_to, built_as_of, rules_hash, code_hash from raw.run_context"
    ).fetchone()
    made = (
        manifest["known_to"],
        datetime.fromisoformat(manifest["as_of"]),
        manifest["rules_sha256"],
        manifest["code_sha256"],
    )
    same = built == made and all(manifest.get(k) == v for k, v in present.items())
    if not same or not all((before / name).is_file() for name in manifest["files"]):
        return None
    return Before(before, manifest["files"])


def export_changed(connection, table: Table, folder: Path, before: Before) -> list[str]:
    """Write the parts of a table that can have changed, link the others; return the parts linked."""
    folder.mkdir(parents=True, exist_ok=True)
    again, linked = changed(connection, table, before), []
    for part in before.parts(table):
        if part not in again:
            target = folder / f"{part}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(before.path(table, part), target)
            linked.append(part)
    with one_thread(connection):
        stocks = set(_moved_stocks(connection, table)) if table.folders else set()
        made = [
            _write(connection, table, part, folder, before, part in stocks)
            for part in sorted(again)
        ]
        if not linked and not any(made):
            write_part(connection, table, WHOLE, folder, table.relation)
    return linked


def changed(connection, table: Table, before: Before) -> set[str]:
    """Return the parts of a table that this build can have changed."""
    if table.folders:
        found = set(_changed_rows(connection, table))
    elif reached := _reached(connection, table):
        found = set(parts_of(connection, table, f"({reached})"))
    else:
        found = _differing(connection, table, before)
    # the one file of a table without rows gives way to its first part
    return found | {WHOLE} if found else found


def _reached(connection, table: Table) -> str | None:
    """SQL: the rows that this build can have changed; None of a table that does not say which."""
    if table.ledger:
        return OF_PLAIN.format(table.ledger)
    answered = table.name == "fct_handling_events" and connection.execute(ANSWERED).fetchone()
    return (
        REACHED[table.name] + (EVENTS_OF_TOLD if answered else "")
        if table.name in REACHED
        else None
    )


def _changed_rows(connection, table: Table) -> list[str]:
    """Return the parts of indicator rows that changed, and those of stocks whose instant moved."""
    return parts_of(connection, table, DELTA) + _moved_stocks(connection, table)


def _moved_stocks(connection, table: Table) -> list[str]:
    """The last row of a stock moves with as_of, within its month, though nothing reaches its subject."""
    moved = """
        select defined.indicator_code, defined.variant, cast(instants.at as date) as cohort_date
        from marts.dim_indicator as defined
        cross join (
            select unnest([built_as_of, as_of]) as at from raw.run_context where built_as_of <> as_of
        ) as instants
        where defined.kind_code like '%stock'"""
    return parts_of(connection, table, f"({moved})")


def _write(connection, table: Table, part: str, folder: Path, before: Before, moved: bool) -> bool:
    if part == WHOLE and (table.month or table.file):
        return False
    relation = table.relation
    if table.folders and not moved:
        relation = _rows_of(connection, table, part, before)
    return write_part(connection, table, part, folder, relation)


def _rows_of(connection, table: Table, part: str, before: Before) -> str:
    """SQL: a part of indicator rows, the earlier file's but for those that changed, and what they are now."""
    columns = _columns(connection, ROWS)
    now = f"select {columns} from {DELTA} where contribution_sign = 1"
    path = before.path(table, part)
    if not path.exists():
        return f"({now})"
    quoted = str(path).replace("'", "''")
    same = " and ".join(f"earlier.{c} is not distinct from gone.{c}" for c in ROW_KEY)
    kept = (
        f"select {columns} from read_parquet('{quoted}', hive_partitioning = false) as earlier"
        f" anti join (select * from {DELTA} where contribution_sign = -1) as gone on {same}"
    )
    return f"({kept} union all {now})"


def _differing(connection, table: Table, before: Before) -> set[str]:
    """Compare a table that is made whole each time with the files before, part by part.

    By the count, the sum and the exclusive or of two hashes of each row: 128 bits of its content.
    """
    files = ", ".join(
        "'" + str(before.path(table, p)).replace("'", "''") + "'" for p in before.parts(table)
    )
    if not files:
        return set(parts_of(connection, table, table.relation)) or {WHOLE}
    content = _content(connection, table)
    now, then = (
        set(connection.execute(content.format(relation=relation)).fetchall())
        for relation in (table.relation, f"read_parquet([{files}], hive_partitioning = false)")
    )
    return {part for part, *_ in now ^ then}


def _content(connection, table: Table) -> str:
    """SQL: the content of each part of a relation. Doubles as text: 0 and -0 are not the same bytes."""
    described = connection.execute(f"describe {table.relation}").fetchall()
    columns = ", ".join(
        f'cast("{name}" as varchar)' if kind == "DOUBLE" else f'"{name}"'
        for name, kind, *_ in described
    )
    return f"""
        select {table.part} as part, count(*), sum(hash({columns})), bit_xor(hash(1, {columns}))
        from {{relation}} as rows_of group by all"""


def _columns(connection, relation: str) -> str:
    """SQL: the columns of a relation, as the catalog has them: to describe a view is to plan it."""
    schema, name = relation.split(".")
    found = connection.execute(
        "select column_name from duckdb_columns() where schema_name = ? and table_name = ?"
        " order by column_index",
        [schema, name],
    )
    return ", ".join(f'"{column}"' for (column,) in found.fetchall())
