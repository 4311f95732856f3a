-- The periods of which something printed can have changed since the last finished build. `figure`: a cell
-- or a hold is another; `change`: those, the same periods a year on, and the months that have ended
-- meanwhile; `cell`: the periods whose cells the two of them are made of.
{%- set then, now = 'cast(' ~ built_as_of() ~ ' as date)', as_of_date() %}
with holds as (
    select * from {{ ref('int_holds') }}
),

come as (
    select * from holds
    {% if goes_on() %}
    except
    select * from {{ ref('int_holds_before') }}
    {% endif %}
),

gone as (
    select * from {{ ref('int_holds_before') }}
    {% if goes_on() %}
    except
    select * from holds
    {% endif %}
),

turned_holds as (
    select month_start_date from come
    union
    select month_start_date from gone
),

figures as (
    select subject_id from {{ ref('int_touched_periods') }}
    union
    select {{ month_period('month_start_date') }} as subject_id from turned_holds
    union
    select {{ year_period('month_start_date') }} as subject_id from turned_holds
),

ended_months as (
    select distinct period as subject_id from {{ ref('int_compared_months') }}
    where
        {{ then }} <> {{ now }}
        and month_start_date >= {{ month_start(then) }}
        and month_start_date <= {{ now }}
),

changes as (
    select subject_id from figures
    union
    select {{ period_a_year_on('subject_id', 1) }} as subject_id from figures
    union
    select subject_id from ended_months
),

cells as (
    select subject_id from figures
    union
    select subject_id from changes
    where length(subject_id) = 7
    union
    select {{ period_a_year_on('subject_id', -1) }} as subject_id from changes
    where length(subject_id) = 7
),

final as (
    select
        'figure' as subject_kind_code,
        subject_id
    from figures
    union all
    select
        'change' as subject_kind_code,
        subject_id
    from changes
    union all
    select
        'cell' as subject_kind_code,
        subject_id
    from cells
)

select * from final
