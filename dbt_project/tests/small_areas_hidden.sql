{{ config(meta={'dagster': {'ref': {'name': 'mart_published_values'}}}) }}
-- Of an area below the city nothing on fewer than the threshold is printed.
select figures.*
from {{ tested('mart_published_values') }} as figures
left join {{ ref('ref_region_level') }} as levels on figures.level_code = levels.level_code
where
    figures.status_code = 'published' and coalesce(levels.level_rank, 9) >= 3
    and {{ figure_base('figures.kind_code', 'figures.num', 'figures.den') }} > 0
    and {{ figure_base('figures.kind_code', 'figures.num', 'figures.den') }} < {{ threshold('suppress_below') }}
