-- depends_on: {{ ref('int_link_marks') }}
-- The keys of the subjects to make again, for what is read with them.
with touched as (
    select distinct subject_id from {{ ref('int_touched_subjects') }}
),

final as (
    {% if goes_on() -%}
    {{ keys_of('touched') }}
    {%- else -%}
    select subject_id as joined_key from touched
    where 1 = 0
    {%- endif %}
)

select * from final
