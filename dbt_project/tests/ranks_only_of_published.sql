{{ config(meta={'dagster': {'ref': {'name': 'mart_published_ranks'}}}) }}
-- A rank stands only beside a printed figure on a base that is not small, within its interval and its peers.
select ranks.*
from {{ tested('mart_published_ranks') }} as ranks
left join {{ ref('mart_published_values') }} as figures
    on
        ranks.indicator_code = figures.indicator_code
        and ranks.variant = figures.variant
        and ranks.period = figures.period
        and ranks.area_code = figures.area_code
        and figures.area_kind_code = 'region'
        and figures.cut_code = 'all'
where
    (
        coalesce(figures.status_code, 'none') <> 'published'
        and coalesce(ranks.rank, ranks.n, ranks.value, ranks.printed_value) is not null
    )
    or (ranks.rank is not null and (figures.small_base_flag or figures.value is distinct from ranks.value))
    or ranks.rank < 1
    or ranks.rank_low < 1
    or ranks.rank_low > ranks.rank
    or ranks.rank > ranks.rank_high
    or ranks.rank_high > ranks.ranked_count
    or ranks.rank + ranks.tied_count - 1 > ranks.ranked_count
