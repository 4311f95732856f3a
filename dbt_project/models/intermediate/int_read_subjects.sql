-- depends_on: {{ ref('int_link_marks') }}
-- The subjects whose rows are read to say anew what the touched ones say: themselves, and what shares a key with
-- them. Empty when the build starts anew: then everything is read.
{%- set keys = ref('int_read_keys') %}
with touched as (
    select distinct subject_id from {{ ref('int_touched_subjects') }}
),

final as (
    select subject_id from touched
    {% if goes_on() -%}
    union
    {{ holders_of(keys) }}
    {%- else -%}
    where 1 = 0
    {%- endif %}
)

select * from final
