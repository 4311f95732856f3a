"""The public files of releases as an outsider reads them, put side by side in a database in memory.

`figures` names a figure once for all releases. `prints` is what each release says of it (`version` 0 the one that is
judged, higher ones older): its base, on which it stands, and its numerator. A held month is known: it adds nothing to
any total. Of hidden figures `again` is what is printed of them elsewhere, `rates` a percentage of them; `parts` are sums
of some months of a year that a comparison prints.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

KEY = "indicator_code, variant, period, area_kind_code, area_code, cut_code, cut_value"
TREE = ("area_kind_code", "area_code", "parent_code", "level_code")
DEFINED = ("indicator_code", "variant", "kind_code", "attribution_code", "sums_code")
OF_AREA = ("indicator_code", "variant", "period", "area_kind_code", "area_code")
TEXTS = {
    "values": (*OF_AREA, "cut_code", "cut_value", "status_code"),
    "funnel": ("indicator_code", "variant", "period", "region_code", "excluded_because"),
    "ranks": ("indicator_code", "variant", "period", "area_code"),
    "yoy": (*OF_AREA, "base_period", "through_month", "comparable_flag"),
}
NUMBERS = {
    "values": ("num", "den", "value", "value_low"),
    "funnel": ("subject_count",),
    "ranks": ("n", "value", "value_low", "printed_value"),
    "yoy": (
        "yoy_percent", "yoy_points", "this_num", "this_den", "base_num", "base_den", "this_value", "base_value",
    ),
}  # fmt: skip
TABLES = tuple(NUMBERS)
STARTED = f"""
    create table figures (figure bigint, {KEY.replace(",", " varchar,")} varchar);
    create table prints (
        version int, figure bigint, hidden boolean, known boolean, base double, num double
    );
    create table again (figure bigint, whole boolean, base double, num double);
    create table rates (figure bigint, rate double, half double, rate_low double);
    create table parts (part bigint, figure bigint, whole boolean, base double, num double);
    create table doubted (indicator_code varchar, variant varchar, doubts int);
"""
NEW_FIGURES = f"""
    insert into figures
    select (select count(*) from figures) + row_number() over (order by {KEY}) - 1, {KEY}
    from (select {KEY} from read_values) as said anti join figures using ({KEY})
"""
BASE = "case when kind_code in ('count', 'per_capita') then {num} else {den} end"
NUM = "case when kind_code in ('share', 'stock') then {num} end"
PRINTS = f"""
    insert into prints
    select $version, figure, status_code = 'suppressed',
        {BASE} is not null or (status_code = 'held' and length(period) = 7 and kind_code <> 'per_capita'),
        coalesce({BASE}, 0), coalesce({NUM}, 0)
    from read_values inner join figures using ({KEY})
    inner join indicators using (indicator_code, variant)
""".format(num="num", den="den")
UNKNOWN = """
    create or replace temp table unknown as
    select figures.*, hidden, kind_code, coalesce(sums_code, '') as sums_code
    from prints inner join figures using (figure)
    inner join indicators using (indicator_code, variant)
    where version = 0 and not known
"""
OF_UNKNOWN = """
    inner join unknown as u on t.indicator_code = u.indicator_code and t.variant = u.variant
        and t.{period} = u.period and u.area_kind_code = {kind} and u.area_code = t.{area} and u.cut_code = 'all'
"""
IN_FUNNEL = OF_UNKNOWN.format(kind="'region'", area="region_code", period="period")
IN_RANKS = OF_UNKNOWN.format(kind="'region'", area="area_code", period="period")
THIS = OF_UNKNOWN.format(kind="t.area_kind_code", area="area_code", period="period")
BEFORE = OF_UNKNOWN.format(kind="t.area_kind_code", area="area_code", period="base_period")
# the whole of a figure: of a year that adds up, a comparison may print some months alone
WHOLE = "(length(t.{period}) = 7 or kind_code like '%stock')"
SIDE = f"""
    insert into again select figure, comparable_flag = 'true', {BASE}, {NUM}
    from read_yoy as t {{joined}} where {{den}} is not null and {WHOLE}
"""
PARTS = f"""
    insert into parts
    select said.part, months.figure, said.comparable_flag = 'true', {BASE}, {NUM}
    from (select *, (select count(*) from parts) + row_number() over () as part from read_yoy) as said
    inner join indicators using (indicator_code, variant)
    inner join figures as months on months.indicator_code = said.indicator_code
        and months.variant = said.variant and months.area_kind_code = said.area_kind_code
        and months.area_code = said.area_code and months.cut_code = 'all'
        and substr(months.period, 1, 5) = {{period}} || '-'
        and try_cast(substr(months.period, 6) as int) <= try_cast(through_month as int)
    where {{den}} is not null and length(said.period) = 4 and kind_code not like '%stock'
        and exists (select 1 from figures as this where this.indicator_code = said.indicator_code
            and this.variant = said.variant and this.period = said.period || substr(months.period, 5))
"""
FILLED = {
    "values": [
        f"""insert into rates select figure, value, 5e-7, value_low from read_values as t
        inner join unknown using ({KEY}) where value is not null and num is null""",
    ],
    "funnel": [
        f"""insert into again select figure, true, subject_count, null from read_funnel as t {IN_FUNNEL}
        where t.excluded_because is null and subject_count is not null
            and kind_code not like 'mean%' and sums_code <> 'amount'""",
    ],
    "ranks": [
        f"insert into again select figure, true, n, null from read_ranks as t {IN_RANKS} where n is not null",
        f"""insert into rates select figure, value, 5e-7, value_low from read_ranks as t {IN_RANKS}
        where value is not null""",
        f"""insert into rates select figure, printed_value, $printed_step / 2, null
        from read_ranks as t {IN_RANKS} where printed_value is not null""",
    ],
    "yoy": [
        SIDE.format(joined=THIS, num="this_num", den="this_den", period="period"),
        SIDE.format(joined=BEFORE, num="base_num", den="base_den", period="base_period"),
        PARTS.format(num="this_num", den="this_den", period="said.period"),
        PARTS.format(num="base_num", den="base_den", period="said.base_period"),
        f"""insert into again
        select figure, comparable_flag = 'true', round(this_num / (1 + yoy_percent / 100), 2), null
        from read_yoy as t {BEFORE}
        where base_den is null and yoy_percent is not null and kind_code = 'count'""",
        *(
            f"insert into rates select figure, {rate}, 1e-6, null from read_yoy as t {joined}"
            f" where {rate} is not null and kind_code in ('share', 'stock')"
            for joined, rate in (
                (THIS, "this_value"), (BEFORE, "base_value"), (BEFORE, "this_value - yoy_points / 100"),
            )
        ),
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Public:
    """The public part of a release, and the hashes of its files."""

    folder: Path
    hashes: dict[str, str]
    code: str | None = None

    @classmethod
    def of(cls, folder: Path) -> "Public":
        """Read the manifest of a public part."""
        said = json.loads((folder / "manifest.json").read_text("utf-8"))
        hashes = {name.removeprefix("public/"): pinned for name, pinned in said["files"].items()}
        return cls(folder, hashes, said.get("code_sha256"))

    def years(self) -> set[str]:
        """Return the years of which it has figures."""
        return {path.stem for path in (self.folder / "values").glob("*.csv")}

    def files(self, table: str, years: Iterable[str]) -> list[str]:
        """Return the files of a table that it has of some years."""
        paths = [self.folder / table / f"{year}.csv" for year in sorted(years)]
        return [str(path) for path in paths if path.is_file()]


def started(public: Public, tree: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """Return a database with the definitions of a release and who is whose child (TREE), without figures."""
    connection = duckdb.connect()
    connection.execute(STARTED)
    said = json.loads((public.folder / "indicators.json").read_text("utf-8"))
    rows = [[r.get(c) if isinstance(r.get(c), str) else None for c in DEFINED] for r in said]
    for name, frame in (
        ("tree", tree[list(TREE)].astype("string")),
        ("indicators", pd.DataFrame(rows, columns=list(DEFINED)).astype("string")),
    ):
        connection.register("given", frame)
        connection.execute(f"create table {name} as select * from given")
        connection.unregister("given")
    return connection


def ask(connection: duckdb.DuckDBPyConnection, asked: pd.DataFrame | None) -> None:
    """Choose the indicators that are read: the columns indicator_code and variant; None for all."""
    if asked is None:
        connection.execute("create table asked as select indicator_code, variant from indicators")
        return
    connection.register("given", asked.astype("string"))
    connection.execute("create table asked as select distinct indicator_code, variant from given")
    connection.unregister("given")


def read(
    connection: duckdb.DuckDBPyConnection,
    public: Public,
    version: int,
    years: Iterable[str],
    printed_step: float,
) -> None:
    """Read what a release says of some years; beside the figures only of version 0, the one that is judged."""
    if not _read_table(connection, "values", public.files("values", years)):
        return
    connection.execute(NEW_FIGURES)
    connection.execute(PRINTS, {"version": version})
    if version:
        return
    connection.execute(UNKNOWN)
    reach = {"yoy": {*years, *(str(int(year) + 1) for year in years)}}
    for table, statements in FILLED.items():
        files = public.files(table, reach.get(table, years))
        if table == "values" or _read_table(connection, table, files):
            for sql in statements:
                connection.execute(sql, {"printed_step": printed_step} if "$" in sql else None)


def _read_table(connection: duckdb.DuckDBPyConnection, table: str, files: list[str]) -> bool:
    """Read a table's files, of the indicators that are asked about; False when there is none."""
    if not files:
        return False
    numbers = [f"cast({column} as double) as {column}" for column in NUMBERS[table]]
    connection.execute(
        f"create or replace temp table read_{table} as select {', '.join([*TEXTS[table], *numbers])} from read_csv("
        f"{files}, header = true, all_varchar = true) semi join asked using (indicator_code, variant)"
    )
    return True
