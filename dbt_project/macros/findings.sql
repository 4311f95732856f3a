{#-
  The contract of a check over the CTE `found`, one row a thing to ask about: org_code, asked_date, subject_id,
  text_zh; ledger where it is not one alone; n and statistic where there are any. Accepted as told, kept, and asked about: nothing is mended. How much a
  finding weighs, and which figures it holds, is said of its check_code in rules/checks.csv. `of_registration`: the row
  says of which registration it asks (registration_id); such a check is one of checks_of_registrations().
-#}
{% macro asked(check_code, ledger=none, n='1', statistic='null', p_value='null', of_registration=false) %}
select
    '{{ check_code }}' as check_code,
    {% if ledger %}'{{ ledger }}' as ledger{% else %}ledger{% endif %},
    org_code,
    {{ month_start('asked_date') }} as month_start_date,
    subject_id,
    cast({{ n }} as bigint) as n,
    cast({{ statistic }} as double) as statistic,
    cast({{ p_value }} as double) as p_value,
    text_zh{{ ',\n    registration_id' if of_registration }}
from found
where org_code is not null and asked_date is not null
{% endmacro %}

{#- The columns of a finding, in their order. -#}
{% macro finding_columns() %}
{{ return(['check_code', 'ledger', 'org_code', 'month_start_date', 'subject_id', 'n', 'statistic', 'p_value', 'text_zh']) }}
{% endmacro %}

{#- The checks that ask of one registration, by its own facts and nothing else, not the day either. -#}
{% macro checks_of_registrations() %}
{{ return([
    'chk_backdated_event', 'chk_extension_posthoc', 'chk_hop_clock', 'chk_rated_without_entitlement',
    'chk_rating_turned', 'chk_region_not_in_force', 'chk_returned_twice',
]) }}
{% endmacro %}

{#- A check of registrations: asked of those that are made again, where a build goes on. -#}
{% macro found_again(check) %}
{%- set asked, events = ref(check), ref('int_handling_events_touched') -%}
{%- set facts = [ref('fct_petitions'), ref('fct_evaluations')] -%}
{%- set all_events = ref('fct_handling_events') -%}
{%- set in_force = ref('int_handling_events_in_force') -%}
{%- set touched = touched_subjects('registration', 'int_touched_subjects') -%}
{%- if not builds_on() -%}{{ return(asked) }}{%- endif -%}
{%- set stand_ins = {all_events | string: query_over('fct_handling_events', {
    in_force | string: '(select * from ' ~ events ~ ' where valid_to_sequence is null)'
})} -%}
{%- for fact in facts -%}
{%- do stand_ins.update({fact | string: '(select * from ' ~ fact ~ ' where registration_id in ' ~ touched ~ ')'}) -%}
{%- endfor -%}
{{ return(query_over(check, stand_ins)) }}
{% endmacro %}

{#-
  A check of shares (publication/statistics): an office whose share is higher than its peers' by more than chance and the
  ordinary difference between offices. `of` and `what` in the words of its text: of 120 of these, 30 were that; `beside`:
  what it is compared with, where not with its peers. What became of the cases afterwards stands beside every result.
-#}
{% macro asked_among_peers(check_code, ledger, of, what, beside='') %}
with found as (
    select
        org_code,
        month_start_date as asked_date,
        'shares' as subject_id,
        n as counted,
        statistic as standardised,
        p_value as tested_p_value,
        substr(cast(from_month_date as string), 1, 7) || '至' || substr(cast(month_start_date as string), 1, 7)
        || '{{ of }}' || cast(n as string) || '件，其中{{ what }}' || cast(asked_count as string) || '件（'
        || {{ percent_text('asked_count', 'n') }} || '）；'
        || {% if beside -%}
            '{{ beside }}'
        {%- else -%}
            '同级' || cast(peer_count as string) || '个机构合计为' || {{ percent_text('peer_asked_count', 'peer_n') }}
            || '，差别超出偶然和各单位平常的不同'
        {%- endif %}
        || '，请说明原因。其后又来的：所问的' || cast(asked_count as string) || '件中' || cast(asked_back_count as string)
        || '件，其余' || cast(rest_count as string) || '件中' || cast(rest_back_count as string) || '件。' as text_zh
    from {{ ref('mart_check_shares') }}
    where check_code = '{{ check_code }}' and asked_flag
)

{{ asked(check_code, ledger, n='counted', statistic='standardised', p_value='tested_p_value') }}
{% endmacro %}

{#- A share in whole per cent, cut off: words, not a figure. -#}
{% macro percent_text(part, whole) -%}
cast(cast(floor(
    100 * cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0)
) as bigint) as string) || '%'
{%- endmacro %}

{#- The first day of the first month that reconciliation and shares look at: nobody answers for older ones now. -#}
{% macro checked_from() -%}
{{ month_start(add_days(as_of_date(), '-' ~ threshold('checked_days'))) }}
{%- endmacro %}

{#- The first day on which a figure of the month of a day can no longer be corrected without being asked why. -#}
{% macro correction_ended(day) -%}
{{ add_days(month_start(add_days(month_start(day), '31')), threshold('correction_days')) }}
{%- endmacro %}

{#- The counts of plain ledgers that are told as more than what their contract says they are a part of. -#}
{% macro parts_above_wholes() %}
{%- set found = namespace(any=false) -%}
{%- for ledger, shape in plain_ledgers().items() -%}
{%- for part in shape.parts -%}
{{ 'union all' if found.any }}
select
    '{{ ledger }}' as ledger,
    {{ shape.owner }} as org_code,
    {{ shape.dated }} as asked_date,
    subject_id || '|{{ part.column }}' as subject_id,
    cast({{ part.column }} - ({{ part.whole }}) as double) as excess_count,
    '{{ part.label }} ' || cast({{ part.column }} as string) || '，多于{{ part.whole_label }} '
    || cast({{ part.whole }} as string) || '，请核对两数是否同一单位、同一范围。' as text_zh
from {{ ref('fct_' ~ ledger) }}
where in_force_flag and ({{ part.told }}) is not null and {{ part.column }} > {{ part.whole }}
{%- set found.any = true -%}
{%- endfor -%}
{%- endfor -%}
{%- if not found.any -%}
select
    cast(null as string) as ledger,
    cast(null as string) as org_code,
    cast(null as date) as asked_date,
    cast(null as string) as subject_id,
    cast(null as double) as excess_count,
    cast(null as string) as text_zh
where 1 = 0
{%- endif -%}
{% endmacro %}

{#- The petition office of the province in which a region lies: whom a check of a whole province asks. -#}
{% macro offices_of_provinces() %}
select
    closure.descendant_code as region_code,
    closure.ancestor_code as family_code,
    min(organisations.org_code) as org_code
from {{ ref('dim_region_closure') }} as closure
inner join {{ ref('dim_organisation') }} as organisations on closure.ancestor_code = organisations.region_code
where organisations.level_code = 'province' and organisations.is_petition_office
group by closure.descendant_code, closure.ancestor_code
{% endmacro %}
