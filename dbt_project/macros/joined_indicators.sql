{#- What indicators that read ledgers together share: see joined.sql for what makes their rows made again. -#}

{#-
  First demands that stayed resolved: the matter did not come back within the window, and no review or
  re-examination within it revoked or changed what was answered.
-#}
{% macro resolved_at_once(days) %}
{%- set changed -%}
left join (
    select distinct petitions.registration_id
    from {{ ref('fct_petitions') }} as petitions
    inner join {{ ref('fct_review_cases') }} as reviews on petitions.matter_id = reviews.matter_id
    where
        reviews.in_force_flag and reviews.opinion_code in ('revoked', 'changed', 'redo')
        and reviews.opinion_date >= cast(coalesce(petitions.opinion_served_at, petitions.closed_at) as date)
        and reviews.opinion_date
        <= {{ add_days('cast(coalesce(petitions.opinion_served_at, petitions.closed_at) as date)', days) }}
) as changed on items.registration_id = changed.registration_id
{%- endset -%}
{{ returns_within(
    days, 'not items.returned_flag and changed.registration_id is null',
    "items.first_in_nation_flag and items.purpose_code = 'demand'", changed
) }}
{% endmacro %}

{#-
  The first day on which a ledger's rows of each registration were. `day`: their column; `only`: a condition.
-#}
{% macro first_day_of_registration(ledger, day, only='true') %}
select
    {{ registration_id() }} as registration_id,
    min({{ day }}) as first_date
from {{ ref('fct_' ~ ledger) }}
where in_force_flag and item_no is not null and {{ only }}
group by {{ registration_id() }}
{% endmacro %}
