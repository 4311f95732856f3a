-- depends_on: {{ ref('int_link_marks') }}, {{ ref('int_name_answers') }}, {{ ref('stg_backlog_cases') }}
-- The keys by which what news reached belongs with others, as the last build had them and as they are told now.
-- Tables of their own, as the reached subjects are: an engine that writes a CTE out at every reading would plan the
-- look-up of each ledger once for every other.
with reached as (
    select distinct subject_id from {{ ref('int_reached_subjects') }}
),

final as (
    {% if goes_on() -%}
    {{ keys_of('reached') }}
    union
    {{ keys_told_of('reached') }}
    {%- else -%}
    select subject_id as joined_key from reached
    where 1 = 0
    {%- endif %}
)

select * from final
