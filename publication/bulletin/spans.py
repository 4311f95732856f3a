"""Of what span the figures of an issue are, and those of spans that a release has no row of: a quarter, and a year up to the
issue's last month.

Belongs here: adding up printed months. A sum is printed only if each of its months is; rates are divided from sums, a
stock is that of its last month. A release's own row of a year may reach beyond the issue's end, so it is read of a whole
year alone.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from publication.calendar import Entry

MONTH, QUARTER, YEAR = "month", "quarter", "year"
SUMMED = """
    with told as (
        select * from mart_published_values
        where {areas} and period_kind_code = 'month' and period between $first and $last
    ),
    latest as (select indicator_code, variant, min(period) as first, max(period) as last from told group by all),
    counted as (
        select told.*, case when kind_code like '%stock' then latest.last else latest.first end as counted_first,
            latest.last as counted_last
        from told
        inner join latest using (indicator_code, variant)
        where kind_code not like '%stock' or told.period = latest.last
    ),
    summed as (
        select indicator_code, variant, kind_code, area_code, max(area_name) as area_name, max(level_code) as level_code,
            max(missing_count) as missing_count, min(counted_first) as counted_first, max(counted_last) as counted_last,
            bool_or(status_code = 'held') as held_flag, bool_or(status_code = 'suppressed') as hidden_flag,
            max(case when status_code = 'held' then reason_text end) as hold_text, sum(num) as num,
            case when kind_code = 'per_capita' then max(den) else sum(den) end as den,
            case when count(excluded_count) = count(*) then sum(excluded_count) end as excluded_count
        from counted group by indicator_code, variant, kind_code, area_code
    )
    select
        indicator_code, variant, kind_code, $kind as period_kind_code, $name as period, area_code, area_name, level_code,
        case when held_flag then 'held' when hidden_flag then 'suppressed' else 'published' end as status_code,
        case
            when held_flag then coalesce(hold_text, '其中有月份暂缓。')
            when hidden_flag then '其中有月份因基数过小隐去，合计也不公布。'
            when missing_count > 0 then '缺' || missing_count
        end as reason_text,
        missing_count, case when not (held_flag or hidden_flag) then num end as num,
        case when not (held_flag or hidden_flag) then den end as den,
        case when not (held_flag or hidden_flag) then excluded_count end as excluded_count,
        case when held_flag or hidden_flag then null when kind_code = 'count' then cast(num as double)
            else round(case when kind_code = 'per_capita' then 10000 else 1 end * cast(num as double)
                / nullif(cast(den as double), 0), 6) end as value,
        null as value_low, null as value_high, false as small_base_flag, counted_first, counted_last
    from summed
    order by indicator_code, variant, area_code
"""


@dataclass(frozen=True)
class Span:
    """A span of months: its name as figures name it, its kind, its first and last month."""

    name: str
    kind: str
    first: str
    last: str


def main(entry: Entry) -> Span:
    """Return the span that an issue is mainly of: its quarter or year, else its last month, which may not be over."""
    year, last = f"{entry.last_date:%Y}", f"{entry.last_date:%Y-%m}"
    if entry.period == year:
        return Span(year, YEAR, f"{year}-01", last)
    if entry.period.startswith(f"{year}-Q"):
        return Span(entry.period, QUARTER, f"{entry.first_date:%Y-%m}", last)
    return Span(last, MONTH, last, last)


def to_date(entry: Entry) -> Span | None:
    """Return the year up to an issue's last month; None of an annual one."""
    year = f"{entry.last_date:%Y}"
    if entry.period == year:
        return None
    return Span(year, YEAR, f"{year}-01", f"{entry.last_date:%Y-%m}")


def is_over(entry: Entry) -> bool:
    """Return whether an issue's last month is over on its last day."""
    return (entry.last_date + timedelta(days=1)).day == 1


def days(first: str, last: str) -> tuple[date, date]:
    """Return the first day of some months and the first day after them."""
    end = date.fromisoformat(f"{last}-01")
    return date.fromisoformat(f"{first}-01"), (end + timedelta(days=31)).replace(day=1)
