"""How published figures were revised: each month as first printed after it was over, and as told later.

Belongs here: reading it from the ledger of published figures, in which every figure stands as it was ever told. What the
revisions say together is in `publication/statistics/revisions.py`. Source: the revision triangles of official statistics
(a row a period, a column a vintage).
"""

import duckdb
import pandas as pd

from ingestion import published, register
from ingestion.errors import HouseError
from ingestion.home import Home

UNIT = ("indicator_code", "variant", "area_kind_code", "area_code")
# a month that was first told later than this was told with hindsight: there was no first print
FIRST_PRINT_DAYS = 62
AFTER_DAYS = 90
# months of the uncut figures; the last day of a month is over at its end
TOLD = """
    select *, last_day(cast(period || '-01' as date)) as last_date
    from read_parquet($files)
    where period_kind_code = 'month' and cut_code = 'all'
        and ($indicator is null or (indicator_code = $indicator and variant = $variant))
        and ($area is null or area_code = $area)
"""
PRINTS = f"""
    with told as ({TOLD}),
    vintages as (select distinct as_of from read_parquet($files)),
    months as (select distinct period, last_date from told),
    prints as (
        select period, last_date, min(as_of) as first_as_of
        from months inner join vintages on cast(as_of as date) >= last_date
        group by all
        having cast(min(as_of) as date) <= last_date + {FIRST_PRINT_DAYS}
    ),
    followed as (
        select period, first_as_of, max(as_of) as later_as_of
        from prints inner join vintages on as_of <= first_as_of + to_days($after)
        group by all
        having (select max(as_of) from vintages) >= first_as_of + to_days($after)
    ),
"""
REVISED = f"""
    {PRINTS}
    standing as (
        select told.*, 'first' as print_code from told
        inner join followed using (period) where as_of <= first_as_of
        union all
        select told.*, 'later' as print_code from told
        inner join followed using (period) where as_of <= later_as_of
    ),
    last_told as (
        select * from standing
        qualify row_number() over (
            partition by {", ".join(UNIT)}, period, print_code order by _sequence desc
        ) = 1
    )
    select {", ".join(UNIT)}, period,
        max(as_of) filter (print_code = 'first') as first_told_as_of,
        max(as_of) filter (print_code = 'later') as later_told_as_of,
        max(value) filter (print_code = 'first') as first_value,
        max(value) filter (print_code = 'later') as later_value,
        max(den) filter (print_code = 'first') as first_den,
        max(den) filter (print_code = 'later') as later_den,
        count(distinct definition_version) > 1 as redefined_flag
    from last_told
    group by all
    having count(distinct print_code) = 2
    order by {", ".join(UNIT)}, period
"""
TRIANGLE = f"""
    with told as ({TOLD})
    select {", ".join(UNIT)}, period, release_id, as_of, status_code,
        cast(num as double) as num, cast(den as double) as den, value, definition_version
    from told order by {", ".join(UNIT)}, period, _sequence
"""


def revised(
    home: Home, indicator: str | None = None, variant: str | None = None, area: str | None = None,
    after_days: int = AFTER_DAYS,
) -> pd.DataFrame:  # fmt: skip
    """Return a row a figure (UNIT and month) that was first printed within FIRST_PRINT_DAYS of the month's end and could
    be told again for `after_days` since: `first_value` and `later_value`, each as it stood then (a share, a mean, a
    count; null: held or hidden), the denominators, and whether its definition became another between them.

    Raises HouseError when nothing was published yet.
    """
    return _asked(home, REVISED, indicator, variant, area, after=after_days)


def triangle(home: Home, indicator: str, variant: str, area: str) -> pd.DataFrame:
    """Return every telling of an area's months, oldest first: release, instant of judging, status, numerator, denominator
    and value. A release that said nothing new of a month has no row of it.

    Raises HouseError when nothing was published yet, or nothing of this.
    """
    found = _asked(home, TRIANGLE, indicator, variant, area)
    if found.empty:
        raise HouseError(
            f"没有发布过指标 {indicator}（{variant}）在 {area} 的月度数字。"
            "请核对指标代码、口径和地区（petition explain --help）。"
        )
    return found


def _asked(home: Home, sql: str, indicator, variant, area, **more: object) -> pd.DataFrame:
    files = published.files(home, register.entries(home))
    if not files:
        raise HouseError("还没有发布过，没有可比的先后。请先运行 petition run。")
    asked = {"files": files, "indicator": indicator, "variant": variant, "area": area, **more}
    with duckdb.connect() as connection:
        return connection.execute(sql, asked).df()
