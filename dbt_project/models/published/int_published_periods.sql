-- The figures of which something printed can have changed since the last finished build, by definition and
-- period. `figure`: a cell or a hold is another; `change`: those, the same periods a year on, and the months that
-- have ended meanwhile; `cell`: the periods whose cells the two of them are made of.
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
    select
        indicator_code,
        variant,
        month_start_date
    from come
    union
    select
        indicator_code,
        variant,
        month_start_date
    from gone
),

figures as (
    select
        indicator_code,
        variant,
        period
    from {{ ref('int_touched_periods') }}
    union
    select
        indicator_code,
        variant,
        {{ month_period('month_start_date') }} as period
    from turned_holds
    union
    select
        indicator_code,
        variant,
        {{ year_period('month_start_date') }} as period
    from turned_holds
),

ended_months as (
    select distinct
        indicator_code,
        variant,
        period
    from {{ ref('int_compared_months') }}
    where
        {{ then }} <> {{ now }}
        and month_start_date >= {{ month_start(then) }}
        and month_start_date <= {{ now }}
),

changes as (
    select * from figures
    union
    select
        indicator_code,
        variant,
        {{ period_a_year_on('period', 1) }} as period
    from figures
    union
    select * from ended_months
),

cells as (
    select * from figures
    union
    select * from changes
    where length(period) = 7
    union
    select
        indicator_code,
        variant,
        {{ period_a_year_on('period', -1) }} as period
    from changes
    where length(period) = 7
),

final as (
    select
        'figure' as subject_kind_code,
        figures.*
    from figures
    union all
    select
        'change' as subject_kind_code,
        changes.*
    from changes
    union all
    select
        'cell' as subject_kind_code,
        cells.*
    from cells
)

select * from final
