"""The public part of a release: what of the masked tables anybody may have, as CSV, a file a year.

A year's file holds the figures of its months and of the year. It is made of the periods of one
published table alone, so a year of which no period was made again is the earlier release's file.
"""

from pathlib import Path

from publication import going_on
from publication.export import write_query
from publication.files import link_or_copy
from publication.tables import INTERNAL

# Masked relations only, and of small areas no cross cuts.
VALUES = """
    select
        indicator_code, variant, period_kind_code, period, area_kind_code, area_code, area_name,
        cut_code, cut_value, coalesce(cut_value_name, nullif(cut_value, 'all')) as cut_value_name,
        status_code, reason_text, num, den, excluded_count, value, value_low, value_high, small_base_flag
    from published.mart_published_values
    left join marts.dim_cut_value using (cut_code, cut_value)
    where {year} and (cut_code = 'all' or level_code in ('nation', 'province', 'prefecture'))
    order by indicator_code, variant, period_kind_code, period, area_kind_code, area_code,
        cut_code, cut_value
"""
FUNNEL = """
    select indicator_code, variant, period, region_code, excluded_because, reason_name, status_code,
        subject_count
    from published.mart_published_funnel
    where {year}
    order by indicator_code, variant, period_kind_code, period, region_code, excluded_because
"""
# Beside each value: its rank among its peers, and its change against the year before. Whole numbers
# that may be missing are written as text: a frame would make 3 into 3.0.
RANKS = """
    select
        indicator_code, variant, period_kind_code, period, peer_group_code, group_area_code, area_code,
        area_name, rank_status_code, reason_text, cast(rank as varchar) as rank, rank_label,
        cast(tied_count as varchar) as tied_count, ranked_count, left_out_count, peers_label,
        cast(rank_low as varchar) as rank_low, cast(rank_high as varchar) as rank_high, rank_wide_flag, n,
        value, value_low, value_high, printed_value
    from published.mart_published_ranks
    where {year} and rank_status_code <> 'not_rankable'
    order by indicator_code, variant, period_kind_code, period, area_code, peer_group_code
"""
YOY = """
    select
        indicator_code, variant, period_kind_code, period, base_period,
        cast(through_month as varchar) as through_month, area_kind_code, area_code, area_name,
        yoy_status_code, reason_text, unit, yoy_percent, yoy_points, this_num, this_den, base_num,
        base_den, this_value, base_value, comparable_flag, left_out_count, small_base_flag
    from published.mart_published_yoy
    where {year}
    order by indicator_code, variant, period_kind_code, period, area_kind_code, area_code
"""
DEFINITIONS = """
    select database_name, view_name, sql from duckdb_views()
    where schema_name = 'indicators' and starts_with(view_name, 'ind_')
    order by view_name
"""
PUBLIC = {
    "values": ("mart_published_values", VALUES),
    "funnel": ("mart_published_funnel", FUNNEL),
    "ranks": ("mart_published_ranks", RANKS),
    "yoy": ("mart_published_yoy", YOY),
}
TABLES = {table.name: table for table in INTERNAL}


def export(connection, folder: Path, before: going_on.Before | None) -> dict[str, str]:
    """Write `public/<name>/<year>.csv` of a release; return the pinned hashes of what is taken over.

    A table without a row in a year has no file of that year.
    """
    pinned = {}
    _write_definitions(connection, folder / "public" / "definitions")
    for name, (table, sql) in PUBLIC.items():
        target = folder / "public" / name
        target.mkdir(parents=True)
        years = _years(connection, table)
        if before is not None:
            again = {p[:4] for p in going_on.changed(connection, TABLES[table], before)}
            for year in sorted(years - again):
                file = f"public/{name}/{year}.csv"
                if file in before.files:
                    link_or_copy(before.folder / file, folder / file)
                    pinned[file] = before.files[file]
            years &= again
        for year in sorted(years):
            within = f"period >= '{year}' and period < '{int(year) + 1}'"
            write_query(connection, sql.format(year=within), target / f"{year}.csv")
    return pinned


def _write_definitions(connection, folder: Path) -> None:
    """Write the SQL that each indicator was made with, without the name of the file that it was made in."""
    folder.mkdir(parents=True)
    for catalog, name, sql in connection.execute(DEFINITIONS).fetchall():
        (folder / f"{name}.sql").write_text(sql.replace(f'"{catalog}".', "") + "\n", "utf-8")


def _years(connection, table: str) -> set[str]:
    found = connection.execute(f"select distinct substr(period, 1, 4) from published.{table}")
    return {year for (year,) in found.fetchall()}
