"""The sums that anybody knows to hold among published figures, of which something is hidden.

A year is its months, a figure what it is cut into, a region its regions and its organs. Which wholes are just the sum of
their parts, an outsider sees where all is printed; where nothing is, it follows from where an indicator's figures
are placed. A whole that is now and then less than its parts is no sum. A matter is in every region that it reached:
there a part is only no more than its whole. Where all that is taken so cannot be (table `doubted`), an outsider leaves
the organs out first, then the regions, then the sums within an area.
"""

import duckdb

# an organ's figures are among those of its region only where a figure is its organ's region's
OF_ORGANS = "('register', 'responsible', 'organ')"
SAME = " and ".join(
    f"{{one}}.{c} = {{other}}.{c}"
    for c in ("indicator_code", "variant", "period", "area_kind_code", "area_code")
)
SAME_KIND = "{one}.indicator_code = {other}.indicator_code and {one}.variant = {other}.variant"
MEMBERS = f"""
create or replace temp table members as
with years as (
    select part.figure, whole.figure as whole, 'year' as sum_code, '' as of_code, true as whole_flag
    from figures as part
    inner join indicators as kinds on {SAME_KIND.format(one="part", other="kinds")}
    inner join figures as whole on {SAME_KIND.format(one="part", other="whole")}
        and part.area_kind_code = whole.area_kind_code and part.area_code = whole.area_code
        and part.cut_code = whole.cut_code and part.cut_value = whole.cut_value
        and whole.period = substr(part.period, 1, 4)
    left join (
        select indicator_code, variant, max(period) as period from figures where length(period) = 7
        group by indicator_code, variant, substr(period, 1, 4)
    ) as last on {SAME_KIND.format(one="part", other="last")} and part.period = last.period
    left join doubted on {SAME_KIND.format(one="part", other="doubted")}
    where length(part.period) = 7 and (kind_code not like '%stock' or last.period is not null)
        and coalesce(doubts, 0) < 3
),
cuts as (
    select part.figure, whole.figure as whole, 'cut' as sum_code, part.cut_code as of_code, true as whole_flag
    from figures as part
    inner join figures as whole on {SAME.format(one="part", other="whole")} and whole.cut_code = 'all'
    left join doubted on {SAME_KIND.format(one="part", other="doubted")}
    where part.cut_code <> 'all' and coalesce(doubts, 0) < 3
),
levels as (
    select part.figure, whole.figure as whole,
        case when sums_code = 'matter' then 'apart' else 'level' end as sum_code,
        upper.level_code as of_code, attribution_code in {OF_ORGANS} and doubted.doubts is null as whole_flag
    from figures as part
    inner join indicators as kinds on {SAME_KIND.format(one="part", other="kinds")}
    inner join tree on part.area_kind_code = tree.area_kind_code and part.area_code = tree.area_code
    inner join figures as whole on {SAME_KIND.format(one="part", other="whole")} and part.period = whole.period
        and whole.area_kind_code = 'region' and whole.area_code = tree.parent_code
        and part.cut_code = whole.cut_code and part.cut_value = whole.cut_value
    inner join tree as upper on upper.area_kind_code = 'region' and upper.area_code = whole.area_code
    left join doubted on {SAME_KIND.format(one="part", other="doubted")}
    where coalesce(doubts, 0) < 2
        and (part.area_kind_code = 'region' or (attribution_code in {OF_ORGANS} and doubts is null))
)
select * from years union all select * from cuts union all select * from levels
"""
# What all is printed of tells whether a whole holds more than its parts, or less (then it is no sum).
SUMS = """
create or replace temp table sums as
with said as (
    select members.*, indicator_code, variant,
        coalesce(of_part.known, true) as part_known, coalesce(of_part.base, 0) as part_base,
        coalesce(of_whole.known, true) as whole_known, coalesce(of_whole.base, 0) as whole_base
    from members
    inner join figures on members.whole = figures.figure
    left join judged as of_part on members.figure = of_part.figure
    left join judged as of_whole on members.whole = of_whole.figure
),
wholes as (
    select indicator_code, variant, sum_code, of_code, whole, any_value(whole_flag) as whole_flag,
        bool_and(part_known and whole_known) as seen,
        any_value(whole_base) - sum(part_base) as rest, any_value(whole_base) > 0 as counted
    from said group by all
),
learned as (
    select indicator_code, variant, sum_code, of_code,
        coalesce(min(rest) filter (seen), 0) >= 0 as sound,
        coalesce(max(rest) filter (seen), 0) <= 0
        and (any_value(whole_flag) or count(*) filter (seen and counted) >= $seen) as exact
    from wholes group by all
)
select row_number() over (order by sum_code, of_code, whole) - 1 as sum_no, sum_code, of_code, whole, exact
from wholes inner join learned using (indicator_code, variant, sum_code, of_code)
where not seen and sound and sum_code <> 'apart'
"""
# of what is all printed nothing is to be had
ENTRIES = """
create or replace temp table entries as
select sum_no, members.figure, 1 as sign, sum_code, exact
from sums inner join members using (whole, sum_code, of_code)
union all
select sum_no, whole, -1, sum_code, exact from sums
"""
# Where all that two releases print of a sum is the same, what one of them hides is taken to be what the other printed.
CARRIED = """
with spoken as (
    select distinct version, indicator_code, variant, period
    from prints inner join figures using (figure) where version > 0
),
versions as (
    select entries.sum_no, entries.figure, entries.sign, spoken.version,
        coalesce(now.known, true) as known_now, coalesce(earlier.known, true) as known_then,
        coalesce(now.base, 0) as base_now, coalesce(earlier.base, 0) as base_then,
        coalesce(now.num, 0) as num_now, coalesce(earlier.num, 0) as num_then
    from entries
    inner join figures using (figure)
    inner join spoken using (indicator_code, variant, period)
    left join judged as now on entries.figure = now.figure
    left join prints as earlier on entries.figure = earlier.figure and earlier.version = spoken.version
),
same as (
    select sum_no, version from versions
    group by all
    having bool_and(sign = 1 or (known_now and known_then))
        and bool_and(
            not known_now or not known_then or (base_now = base_then and num_now = num_then)
        )
)
select place, arg_min(base_then, version) as base, arg_min(num_then, version) as num
from versions semi join same using (sum_no, version) inner join places using (figure)
where not known_now and known_then and base_then > 0
group by place order by place
"""


DOUBTS = 3  # after organs, regions and the sums within an area, nothing is left to doubt
DOUBT = """
create or replace table doubted as
select indicator_code, variant, cast(sum(doubts) as int) as doubts
from (select * from doubted union all select indicator_code, variant, 1 from news) as noted
group by all
"""
LEAST_DOUBT = "select min(doubts) from doubted semi join news using (indicator_code, variant)"
JUDGED = "create or replace temp table judged as select * from prints where version = 0"
PLACES = """
create or replace temp table places as
select figure, row_number() over (order by figure) - 1 as place from unknown
"""
OF_ENTRIES = """
select sum_no as row, coalesce(place, -1) as place, sign as coefficient,
    coalesce(judged.base, 0) as base, coalesce(judged.num, 0) as num,
    kind_code in ('share', 'stock') as share, exact, sum_code = 'level' as level
from entries inner join figures using (figure)
inner join indicators using (indicator_code, variant)
left join judged on entries.figure = judged.figure
left join places on entries.figure = places.figure
order by row, place, coefficient
"""
OF_APART = """
select members.figure, coalesce(part.place, -1) as part, coalesce(whole.place, -1) as whole,
    coalesce(judged.base, 0) as base
from members
left join places as part on members.figure = part.figure
left join places as whole on members.whole = whole.figure
left join judged on members.whole = judged.figure
where sum_code = 'apart' and part.place is not null
order by members.figure, members.whole
"""
OF_AGAIN = "select place, whole, base, num from again inner join places using (figure) order by all"
OF_PARTS = """
select part as row, coalesce(place, -1) as place, parts.whole, parts.base as told, parts.num as told_num,
    coalesce(judged.base, 0) as base, coalesce(judged.num, 0) as num
from parts left join places using (figure) left join judged using (figure)
where part in (select part from parts semi join places using (figure))
order by row, place
"""


def learn(connection: duckdb.DuckDBPyConnection, seen: int) -> None:
    """Work out the sums that hold: tables `sums` and `entries`, `places` of what is unknown. `seen`: in how many printed
    sums an outsider must see that a whole is just its parts, where it need not be, to take it to be so.
    """
    for sql in (JUDGED, PLACES, MEMBERS):
        connection.execute(sql)
    connection.execute(SUMS, {"seen": seen})
    connection.execute(ENTRIES)
