"""Writes a world of any size into a home's lake, as its offices would have told it month by month.

The rows come from `world.sql`; they are committed by the lake's own `commit`, in the contracts'
columns, so what is measured reads what it would read of real deliveries. The door is not passed:
its speed has a measure of its own.
"""

import csv
import hashlib
import os
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion import lake, register, rule_tables
from ingestion.contract import Contract, load_contracts
from ingestion.door import FileResult
from ingestion.home import Home
from ingestion.lake import QUARANTINE_SCHEMA, ledger_schema
from ingestion.settling import LedgerRows, Receipt

HERE = Path(__file__).parent
LEDGERS = (
    "petition_register",
    "handling_events",
    "evaluations",
    "backlog_batches",
    "backlog_cases",
    "leader_assignments",
)
EVENTS_PER_PETITION = 5.39  # in force and told again, measured on the generated worlds
LAST_DAY, DAYS = date(2025, 12, 31), 731
AS_OF = "2025-12-31T23:59:59"
NIGHT_EVENTS = 20_000  # of a night that is told apart
PREFECTURES, COUNTIES = 8, 12
ORGANISATION = "org_code,org_name,region_code,level_code,is_petition_office,valid_from,valid_to"
COUNTY = "county_no,region_code,office,upper_office,teller,unit_1,unit_2,unit_3"
STANDS_SINCE = "2015-01-01"  # a county merged meanwhile is found in each of its registrations (D08)
SELF_TELLING = 1  # of a prefecture's counties, those that tell for themselves


def generate(
    home: Home,
    events: int,
    seed: int = 20260401,
    prefectures: int = PREFECTURES,
    days: int = DAYS,
    nights: int = 0,
    counties: int = COUNTIES,
) -> dict[str, int]:
    """Fill an empty home with about `events` handling events of `days` days, of the first prefectures that have so many
    counties.

    The last `nights` days are kept apart, each to be told by `tell_night`. Returns the rows told by
    ledger.
    """
    found = write_rules(home, prefectures, counties)
    scratch = home.root / "world.duckdb"
    with duckdb.connect(str(scratch)) as connection:
        connection.execute("set threads = 2; set preserve_insertion_order = false")
        connection.execute("set memory_limit = '6GB'")
        connection.register("counties", found)
        _set(connection, seed, round(events / EVENTS_PER_PETITION), days, nights)
        connection.execute((HERE / "world.sql").read_text("utf-8"))
        _keep_nights(connection, home)
        told = _tell(connection, home)
    scratch.unlink()
    return told


def write_rules(home: Home, prefecture_count: int, county_count: int = COUNTIES) -> pa.Table:
    """Write the home's organisations and return the counties with who registers and who tells."""
    regions = rule_tables.load_table("regions", home.rules).to_pylist()
    found, organisations = [], []
    prefectures = [r["region_code"] for r in regions if r["level_code"] == "prefecture"]
    below: dict[str, list[str]] = {p: [] for p in prefectures}
    for region in regions:
        stands = not region["valid_to"] and region["valid_from"] <= STANDS_SINCE
        if region["level_code"] == "county" and region["parent_code"] in below and stands:
            below[region["parent_code"]].append(region["region_code"])
    chosen = [p for p in prefectures if len(below[p]) >= county_count][:prefecture_count]
    for prefecture in chosen:
        upper = f"{prefecture[:6]}-xf"
        organisations.append((upper, prefecture, "prefecture", "true"))
        for number, county in enumerate(below[prefecture][:county_count]):
            office = f"{county[:6]}-xf"
            units = [f"{county[:6]}-{unit}" for unit in ("zj", "rs", "zr")]
            organisations.append((office, county, "county", "true"))
            organisations += [(unit, county, "county", "false") for unit in units]
            teller = office if number < SELF_TELLING else upper
            row = [len(found) + 1, county, office, upper, teller, *units]
            found.append(row)
    home.rules.mkdir(parents=True, exist_ok=True)
    with (home.rules / "organisations.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(ORGANISATION.split(","))
        writer.writerows(
            (c, f"机构{c}", r, level, office, "2000-01-01", "")
            for c, r, level, office in organisations
        )
    return pa.table({n: [row[i] for row in found] for i, n in enumerate(COUNTY.split(","))})


def _set(connection, seed: int, petitions: int, days: int, nights: int) -> None:
    categories = [
        r[0]
        for r in connection.execute(
            "select category_code from read_csv(?) order by 1", [str(_reference("categories"))]
        ).fetchall()
    ]
    values = {
        "seed": seed, "petitions": petitions, "days": days, "nights": nights,
        "night_events": NIGHT_EVENTS, "first_day": LAST_DAY - timedelta(days - 1), "last_day": LAST_DAY,
        "channels": ["letter", "visit", "web", "call"], "categories": categories,
    }  # fmt: skip
    for name, value in values.items():
        connection.execute(f"set variable {name} = ?", [value])


def _reference(name: str) -> Path:
    return rule_tables.SHIPPED / f"{name}.csv"


def _keep_nights(connection, home: Home) -> None:
    """Move what the last days tell out of the tables, into a file per ledger and day."""
    (home.root / "nights").mkdir(parents=True, exist_ok=True)
    for ledger in LEDGERS:
        late = f"from told_{ledger} where told_date >= first_night()"
        for (day,) in connection.execute(f"select distinct told_date {late}").fetchall():
            connection.execute(
                f"copy (select * {late} and told_date = date '{day}') to '{_night(home, day, ledger)}'"
            )
        connection.execute(f"delete {late}")


def _night(home: Home, day: date, ledger: str) -> Path:
    return home.root / "nights" / f"{day}-{ledger}.parquet"


def _tell(connection, home: Home) -> dict[str, int]:
    """Commit every office's rows, month by month, the offices in the order of their codes."""
    contracts = {c.ledger: c for c in load_contracts()}
    told = dict.fromkeys(LEDGERS, 0)
    for ledger in LEDGERS:  # a sorted table gives each delivery's rows without a scan of the rest
        connection.execute(
            f"create or replace table told_{ledger} as select * from told_{ledger} order by told_date, teller,"
            f" {', '.join(contracts[ledger].key)}"
        )
    parts = " union ".join(f"select told_date, teller from told_{ledger}" for ledger in LEDGERS)
    known = register.deliveries(home)
    for month, teller in connection.execute(f"{parts} order by 1, 2").fetchall():
        tables = {
            ledger: _rows(connection, contracts[ledger], f"told_{ledger}", month, teller)
            for ledger in LEDGERS
        }
        tables = {ledger: table for ledger, table in tables.items() if len(table)}
        known.append(deliver(home, teller, month + timedelta(days=35), tables, contracts, known))
        for ledger, table in tables.items():
            told[ledger] += len(table)
    return told


def tell_night(home: Home, day: date) -> dict[str, int]:
    """Commit what every office tells of one of the days kept apart. Returns the rows by ledger."""
    contracts = {c.ledger: c for c in load_contracts()}
    files = {ledger: _night(home, day, ledger) for ledger in LEDGERS}
    files = {ledger: path for ledger, path in files.items() if path.exists()}
    told, known = dict.fromkeys(files, 0), register.entries(home)
    with duckdb.connect() as connection:
        parts = " union ".join(f"select teller from '{path}'" for path in files.values())
        for (teller,) in connection.execute(f"{parts} order by 1").fetchall():
            tables = {
                ledger: _rows(connection, contracts[ledger], f"'{path}'", day, teller)
                for ledger, path in files.items()
            }
            tables = {ledger: table for ledger, table in tables.items() if len(table)}
            known.append(deliver(home, teller, day + timedelta(days=1), tables, contracts, known))
            for ledger, table in tables.items():
                told[ledger] += len(table)
    return told


def _rows(connection, contract: Contract, relation: str, told: date, teller: str) -> pa.Table:
    """Return the rows of a ledger that an office tells on a date, in the contract's columns."""
    there = {r[0] for r in connection.execute(f"describe from {relation}").fetchall()}
    columns = ", ".join(f'"{f.name}"' for f in contract.stored if f.name in there)
    return _in_columns(
        connection.execute(
            f"select {columns} from {relation} where told_date = ? and teller = ?",
            [told, teller],
        ).to_arrow_table(),
        contract,
    )


def _in_columns(table: pa.Table, contract: Contract) -> pa.Table:
    """Return a table in the lake's columns but for those that the commit adds; others are null."""
    size, columns = len(table), {}
    for field in ledger_schema(contract):
        if field.name in ("_sequence", "_office_code"):
            continue
        if field.name == "_row_no":
            columns[field.name] = pa.array(range(2, size + 2), pa.int32())
        elif field.name in ("_sheet_no", "_relation_code"):
            columns[field.name] = pa.repeat(
                pa.scalar(1 if field.name == "_sheet_no" else "own", field.type), size
            )
        elif field.name in table.column_names:
            columns[field.name] = table[field.name].cast(field.type)
        else:
            columns[field.name] = pa.nulls(size, field.type)
    return pa.table(columns)


def deliver(
    home: Home, office: str, day: date, tables: dict[str, pa.Table], contracts, known
) -> register.Entry:
    """Commit one delivery of an office, told on `day`: ledger -> rows in the contract's columns."""
    ledgers = [
        LedgerRows(
            contracts[ledger], table, QUARANTINE_SCHEMA.empty_table(),
            Receipt(read=len(table), loaded=len(table)), [], [], None,
        )
        for ledger, table in tables.items()
    ]  # fmt: skip
    digest = hashlib.sha256(f"{office} {day} {len(known)}".encode()).hexdigest()
    os.environ["PETITION_CLOCK"] = f"{day}T09:00:00"
    return lake.commit(home, office, FileResult(Path("generated"), digest, 0, ledgers), known)
