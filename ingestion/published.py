"""The ledger of published figures: what the house itself has told, kept in the lake beside what it
was told.

No office can deliver it: it is no door contract, its schema stands here. An entry holds only the
figures that differ from what was last told, so that the ledger is the revision history of each.
Source: the revision triangles of official statistics keep every vintage that was ever printed.
"""

from datetime import datetime

import duckdb
import pyarrow as pa

from ingestion import clock, lake, register
from ingestion.home import Home
from ingestion.register import Entry
from ingestion.stored import Places

KIND, OFFICE, LEDGER = "published", "warehouse", "published_figures"
REMOVED = "removed"  # told earlier, and no longer part of what is published
KEY = (
    "indicator_code", "variant", "period_kind_code", "period", "area_kind_code", "area_code",
    "cut_code", "cut_value",
)  # fmt: skip
SAID = ("status_code", "num", "den", "value", "missing_count", "definition_version")
FIGURES = pa.schema(
    [
        *((name, pa.string()) for name in KEY),
        ("status_code", pa.string()),
        ("num", pa.decimal128(18, 4)),
        ("den", pa.decimal128(18, 4)),
        ("value", pa.float64()),
        ("missing_count", pa.int64()),
        ("definition_version", pa.string()),
    ]
)
SCHEMA = pa.schema(
    [
        ("_sequence", pa.int64()),
        ("_office_code", pa.string()),
        ("_sheet_no", pa.int32()),
        ("_row_no", pa.int32()),
        *FIGURES,
        ("release_id", pa.string()),
        ("as_of", pa.timestamp("us")),
    ]
)


def tell(
    home: Home,
    figures: pa.Table,
    release_id: str,
    as_of: datetime,
    periods: list[str] | None = None,
) -> Entry | None:
    """Commit the figures (FIGURES) that differ from what was last told; None when none does.

    `periods`: the figures are all of these, and those of other periods are as last told; None: all.

    Telling the same release again therefore commits nothing, and a run killed before it told is
    made good by telling again. Raises LakeError when a file of the ledger is not what the register says.
    """
    known = register.entries(home)
    rows = _differing(figures.select(FIGURES.names).cast(FIGURES), files(home, known), periods)
    if not len(rows):
        return None
    entry = Entry(_record(home, rows, release_id, as_of, known))
    lake.enter(home, [entry])
    return entry


def files(home: Home, known: list[Entry]) -> list[str]:
    """Return the ledger's files in the order of telling, each compared with the register's hash."""
    places = Places(home)
    told = [(e.sequence, t) for e in known if e.kind == KIND for t in e.ledgers]
    paths = [str(places.checked(sequence, record).path) for sequence, record in told]
    return [*dict.fromkeys(paths)]  # a segment holds many tellings


def _differing(figures: pa.Table, files: list[str], periods: list[str] | None) -> pa.Table:
    """Return the figures that are new or say otherwise, and those no longer there, ordered by key."""
    key = ", ".join(KEY)
    differs = " or ".join(f"figures.{c} is distinct from told.{c}" for c in SAID)
    gone = ", ".join(f"'{REMOVED}' as {c}" if c == "status_code" else f"null as {c}" for c in SAID)
    within = "" if periods is None else "where period in (select unnest($periods))"
    given = {"files": files} if files else {}
    given |= {} if periods is None else {"periods": periods}
    with duckdb.connect() as connection:
        connection.register("figures", figures)
        connection.register("nothing_told", SCHEMA.empty_table())
        source = "read_parquet($files)" if files else "nothing_told"
        return connection.execute(
            f"""
            with told as (
                select * from {source}
                {within}
                qualify row_number() over (partition by {key} order by _sequence desc) = 1
            )
            select figures.*
            from figures left join told using ({key})
            where told._sequence is null or {differs}
            union all by name
            select {", ".join(f"told.{c}" for c in KEY)}, {gone}
            from told anti join figures using ({key})
            where told.status_code <> '{REMOVED}'
            order by {key}
            """,
            given,
        ).to_arrow_table()


def _record(home: Home, rows: pa.Table, release_id: str, as_of: datetime, known: list) -> dict:
    sequence, size = len(known) + 1, len(rows)
    last = known[-1].recorded_at if known else datetime.min
    whole = {
        "_sequence": pa.repeat(pa.scalar(sequence), size),
        "_office_code": pa.repeat(pa.scalar(OFFICE), size),
        "_sheet_no": pa.repeat(pa.scalar(1), size),
        "_row_no": pa.array(range(1, size + 1)),
        **{name: rows[name] for name in FIGURES.names},
        "release_id": pa.repeat(pa.scalar(release_id), size),
        "as_of": pa.repeat(pa.scalar(as_of), size),
    }
    table = pa.table(whole).select(SCHEMA.names).cast(SCHEMA)
    path, digest = lake.write_parquet(home.lake / LEDGER, sequence, table)
    ledger = {
        "ledger": LEDGER, "contract_id": LEDGER, "contract_version": "1", "contract_sha256": None,
        "told": "append", "scopes": [], "path": str(path.relative_to(home.lake)), "sha256": digest,
        "first_date": None, "last_date": None,
        "read": size, "loaded": size, "quarantined": 0, "duplicate": 0, "unmapped": 0,
    }  # fmt: skip
    return {
        "kind": KIND, "sequence": sequence, "office_code": OFFICE, "release_id": release_id,
        "recorded_at": max(clock.now(), last).isoformat(),
        "file_sha256": digest, "file_bytes": path.stat().st_size,
        "outcome": "accepted", "historic": False, "ledgers": [ledger], "quarantine": None,
        "problem_count": 0, "problems": [],
    }  # fmt: skip
