-- depends_on: {{ ref('int_link_marks') }}
-- The subjects of facts and indicators to make again: those that news reached, and those whose instant has come: an
-- indicator row says itself from which instant it would say something else (changes_at), kept by the last build. Those
-- are made again in that indicator alone, which they name.
-- Linked: what shares a key with what was reached, for indicators that read ledgers together (macros/joined.sql).
{%- set keys, now = ref('int_reached_keys'), as_of() %}
with reached as (
    select * from {{ ref('int_reached_subjects') }}
),

due as (
    {% if goes_on() -%}
    select distinct
        subject_id,
        indicator_code,
        variant
    from {{ as_built('intermediate', 'int_next_changes') }}
    where changes_at <= {{ now }}
    {%- else -%}
    select
        subject_id,
        cast(null as string) as indicator_code,
        cast(null as string) as variant
    from reached
    where 1 = 0
    {%- endif %}
),

linked as (
    {% if goes_on() -%}
    {{ holders_of(keys) }}
    {%- else -%}
    select joined_key as subject_id from {{ keys }}
    where 1 = 0
    {%- endif %}
),

final as (
    select
        subject_kind_code,
        subject_id,
        cast(null as string) as indicator_code,
        cast(null as string) as variant
    from reached
    union all
    select
        'due' as subject_kind_code,
        subject_id,
        indicator_code,
        variant
    from due
    union all
    select
        'linked' as subject_kind_code,
        subject_id,
        cast(null as string) as indicator_code,
        cast(null as string) as variant
    from linked
)

select * from final
