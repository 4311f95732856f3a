{#-
  Which registrations are one matter (domain: the same person and the same facts, 同人同事; or declared).
-#}

{#- By what a register row may be linked with others: the kind of mark and the column or expression of it. -#}
{% macro link_marks() %}
{{ return({
    'matter': 'matter_id', 'national': 'national_item_no', 'province': 'province_item_no',
    'city': 'city_item_no', 'county': 'county_item_no', 'joint': 'joint_item_no',
    'repeat': "register_org_code || '|' || repeat_of_item_no",
    'merged': "register_org_code || '|' || merged_into_item_no",
    'person': 'person_key', 'contact': 'contact_key'
}) }}
{% endmacro %}

{#- Decided links in force: of two items the decision told last counts, whoever told it and in whichever order. -#}
{% macro link_decisions() %}
select * from (
    select
        register_org_code || '|' || item_no as registration_id,
        other_register_org_code || '|' || other_item_no as other_registration_id,
        link_kind_code,
        decision_code,
        row_number() over (
            partition by
                least(register_org_code || '|' || item_no, other_register_org_code || '|' || other_item_no),
                greatest(register_org_code || '|' || item_no, other_register_org_code || '|' || other_item_no)
            order by known_from_at desc nulls last, delivery_sequence desc, sheet_no desc, row_no desc
        ) as told_rank
    from {{ ref('fct_item_links') }}
    where in_force_flag
) as ranked
where told_rank = 1
{% endmacro %}

{#-
  CTEs that end in `name`: the registrations that hold a link of some edges, each with the smallest id among
  all that it is linked with, over however many links. One pass takes the smallest label of those who hold
  the same link, and then that one's own label. What d links reach after a pass, 2 (d + 1) do after the next:
  8 passes settle a chain of 510; matters_settled warns of a longer one.
-#}
{% macro settled_labels(name, which) %}
{{ name }}_edges as (
    select distinct
        registration_id,
        link_id
    from edges
    where {{ which }}
),
{{ adapter.dispatch('passed_labels')(name, 8) }}
{% endmacro %}

{% macro duckdb__passed_labels(name, passes) %}
{{ name }}_0 as (
    select distinct
        registration_id,
        registration_id as label
    from {{ name }}_edges
),
{% for n in range(1, passes + 1) %}
{{ name }}_links_{{ n }} as (
    select
        edges_of.link_id,
        min(labels.label) as label
    from {{ name }}_edges as edges_of
    inner join {{ name }}_{{ n - 1 }} as labels on edges_of.registration_id = labels.registration_id
    group by edges_of.link_id
),

{{ name }}_near_{{ n }} as (
    select
        edges_of.registration_id,
        min(links.label) as label
    from {{ name }}_edges as edges_of
    inner join {{ name }}_links_{{ n }} as links on edges_of.link_id = links.link_id
    group by edges_of.registration_id
),

{{ name }}_{{ n }} as (
    select
        near.registration_id,
        further.label
    from {{ name }}_near_{{ n }} as near
    inner join {{ name }}_near_{{ n }} as further on near.label = further.registration_id
),
{% endfor %}
{{ name }} as (
    select * from {{ name }}_{{ passes }}
),
{% endmacro %}

{#-
  The same with windows, each pass reading the one before once: an engine that writes a CTE out at every
  reading would plan the joins anew with every pass. DuckDB's windows cost ten times its joins.
-#}
{% macro default__passed_labels(name, passes) %}
{{ name }}_0 as (
    select
        registration_id,
        link_id,
        registration_id as label
    from {{ name }}_edges
),
{% for n in range(1, passes + 1) %}
{{ name }}_links_{{ n }} as (
    select
        registration_id,
        link_id,
        min(label) over (partition by link_id) as label
    from {{ name }}_{{ n - 1 }}
),

{{ name }}_near_{{ n }} as (
    select
        registration_id,
        link_id,
        min(label) over (partition by registration_id) as label
    from {{ name }}_links_{{ n }}
),

-- each row twice: one says its registration's label, one asks for its label's own
{{ name }}_asked_{{ n }} as (
    select
        near.registration_id,
        near.link_id,
        sides.asks_flag,
        min(case when not sides.asks_flag then near.label end) over (
            partition by case when sides.asks_flag then near.label else near.registration_id end
        ) as label
    from {{ name }}_near_{{ n }} as near
    cross join (select true as asks_flag union all select false as asks_flag) as sides
),

{{ name }}_{{ n }} as (
    select
        registration_id,
        link_id,
        label
    from {{ name }}_asked_{{ n }}
    where asks_flag
),
{% endfor %}
{{ name }} as (
    select distinct
        registration_id,
        label
    from {{ name }}_{{ passes }}
),
{% endmacro %}

{#- The order of a matter's registrations: the earliest first. `within`: the columns of the scope. -#}
{% macro item_rank(within) -%}
row_number() over (partition by {{ within }} order by registered_at nulls last, registration_id nulls last)
{%- endmacro %}

{#- Which registration was the first of its matter within a scope. -#}
{% macro opening_of(within) -%}
first_value(same_registration_id) over (partition by {{ within }} order by registered_at nulls last, registration_id nulls last)
{%- endmacro %}

{#-
  The registrations that news of the ledger of decided links reached, for int_touched: both ends as told, as
  their organs were answered to be called, and as the last build called them.
-#}
{% macro reached_by_links() %}
{%- if 'item_links' in plain_ledgers() -%}
union
select ends.registration_id as subject_id
from (
    {%- for register, number in [('register_org_code', 'item_no'), ('other_register_org_code', 'other_item_no')] %}
    select
        subject_id,
        {{ register }} || '|' || {{ number }} as registration_id
    from {{ staged('item_links') }} as as_told
    union all
    select
        subject_id,
        {{ register }} || '|' || {{ number }} as registration_id
    from ({{ tellings('item_links', staged('item_links'), 'rows_told') }}) as as_answered
    {%- if goes_on() %}
    union all
    select
        subject_id,
        {{ register }} || '|' || {{ number }} as registration_id
    from {{ as_built('marts', 'fct_item_links') }} as as_last_built
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
) as ends
inner join ({{ reached_subjects('item_links', by_rule=true) }}) as reached on ends.subject_id = reached.subject_id
{%- endif %}
{% endmacro %}

{#-
  Registrations with their place in their matter, for indicators: the only one of a matter is first everywhere,
  is no copy, and has not returned.
-#}
{% macro matter_items() %}
select
    petitions.*,
    coalesce(items.copy_flag, false) as copy_flag,
    coalesce(items.first_in_nation_flag, true) as first_in_nation_flag,
    coalesce(items.first_in_region_flag, true) as first_in_region_flag,
    coalesce(items.first_in_organ_flag, true) as first_in_organ_flag,
    coalesce(items.first_in_channel_flag, true) as first_in_channel_flag,
    coalesce(items.first_item_in_organ_flag, true) as first_item_in_organ_flag,
    coalesce(items.first_distance, 9) as first_distance,
    coalesce(items.first_distance_if_confirmed, 9) as first_distance_if_confirmed,
    coalesce(items.candidate_flag, false) as candidate_flag,
    coalesce(items.registration_count, 1) as registration_count,
    coalesce(items.channel_count, 1) as channel_count,
    coalesce(petitions.opinion_served_at, petitions.closed_at) as ended_at,
    items.returned_at,
    items.second_returned_at,
    items.third_returned_at
from {{ ref('fct_petitions') }} as petitions
left join {{ ref('fct_matter_items') }} as items on petitions.registration_id = items.registration_id
{% endmacro %}
