{{ config(meta={'dagster': {'ref': {'name': 'dim_deadline_rule'}}}) }}
-- For everyone, one rule of a clock is in force on a day: two that overlap would be chosen between by accident.
select
    earlier.rule_code,
    later.rule_code as overlapping_rule_code
from {{ ref('dim_deadline_rule') }} as earlier
inner join {{ ref('dim_deadline_rule') }} as later
    on
        earlier.clock_code = later.clock_code
        and coalesce(earlier.procedure_code, '') = coalesce(later.procedure_code, '')
        and coalesce(earlier.level_code, '') = coalesce(later.level_code, '')
        and earlier.rule_code < later.rule_code
        and earlier.valid_from <= later.valid_to
        and later.valid_from <= earlier.valid_to
where
    (earlier.special_rank = 0 and later.special_rank = 0)
    or (earlier.clock_code = 'tier_forward' and later.clock_code = 'tier_forward')
