{#- What indicators of matters share: their subjects, and what came back within so many days. -#}

{#-
  Matters, each once in every area where it was registered, in the month of its first registration there, and
  once at every organ. Such cells add over months, not over areas. `reach`: up to which area it is the first.
  `widest_only`: of cities and above alone, and of no organ, as what candidates would join is a small number.
-#}
{% macro matters_by_area(reach, widest_only=false) %}
with items as (
    {{ matter_items() }}
),

placed as (
    select
        items.*,
        'only:' || closure.ancestor_code as place_code,
        'none' as organ_code
    from items
    inner join {{ ref('dim_region_closure') }} as closure
        on items.register_region_code = closure.descendant_code and items.{{ reach }} >= closure.distance
    {% if widest_only -%}
    inner join {{ ref('dim_region') }} as regions
        on closure.ancestor_code = regions.region_code and regions.level_rank <= 2
    {%- else -%}
    union all
    select
        items.*,
        'none' as place_code,
        items.register_org_code as organ_code
    from items
    where items.first_item_in_organ_flag
    {%- endif %}
)

select
    registration_id as subject_id,
    cast(registered_at as date) as cohort_date,
    place_code as region_code,
    organ_code as org_code,
    cast(null as string) as excluded_because,
    true as numerator_flag,
    registered_at as evidence_at,
    cast(null as timestamp) as changes_at,
    {{ petition_cuts() }}
from placed
{% endmacro %}

{#- Registrations that are no copies, and whether they are repetitions within a scope. -#}
{% macro repeats_within(scope) %}
select
    registration_id as subject_id,
    cast(registered_at as date) as cohort_date,
    {{ of_register() }},
    case when copy_flag then 'copy' end as excluded_because,
    not first_in_{{ scope }}_flag as numerator_flag,
    registered_at as evidence_at,
    cast(null as timestamp) as changes_at,
    {{ petition_cuts() }}
from ({{ matter_items() }}) as items
{% endmacro %}

{#-
  Registrations answered or closed, in the month of that, once the window of days after it has passed.
  `met`: what the numerator counts; items.returned_flag says whether the matter came back within the window, at any
  level and by any channel; `back`: the column of the return that is asked about. `also`: what is joined to say it.
-#}
{% macro returns_within(days, met, only='true', also='', back='returned_at') %}
select
    items.registration_id as subject_id,
    cast(items.ended_at as date) as cohort_date,
    {{ of_responsible() }},
    case
        when items.copy_flag then 'copy'
        when cast(items.ended_at as date) > {{ as_of_date() }} then 'not_yet_begun'
        when items.window_date >= {{ as_of_date() }} then 'window_running'
    end as excluded_because,
    {{ met }} as numerator_flag,
    coalesce(items.{{ back }}, items.ended_at) as evidence_at,
    coalesce(
        {{ when_reached('items.ended_at') }}, {{ when_reached(add_days('items.window_date', 1)) }}
    ) as changes_at,
    {{ petition_cuts('items') }}
from (
    select
        ended.*,
        coalesce(cast(ended.{{ back }} as date) <= ended.window_date, false) as returned_flag
    from (
        select
            matter_items.*,
            {{ add_days('cast(matter_items.ended_at as date)', days) }} as window_date
        from ({{ matter_items() }}) as matter_items
        where matter_items.ended_at is not null
    ) as ended
) as items
{{ also }}
where {{ only }}
{% endmacro %}

{#- Matters, each at its first registration of all. -#}
{% macro whole_matters(met) %}
select
    registration_id as subject_id,
    cast(registered_at as date) as cohort_date,
    {{ of_register() }},
    case when not first_in_nation_flag or copy_flag then 'later_item' end as excluded_because,
    {{ met }} as numerator_flag,
    registered_at as evidence_at,
    cast(null as timestamp) as changes_at,
    {{ petition_cuts() }}
from ({{ matter_items() }}) as items
{% endmacro %}
