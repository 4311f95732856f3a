{#-
  Versions of a ledger's rows (see `told_ledger`), one office at a time, in both times.
  A row told again unchanged makes no version. In a snapshot ledger a row that the office's next
  telling of the same scope leaves out is withdrawn at that telling. A delivery that its office
  withdraws counts no more from the withdrawal on: what stood before it stands again, at that time.
  Result: the row as last told in each version, with
    valid_from_sequence (delivery from which it holds), valid_to_sequence (delivery from which it no
    longer holds; null while in force), version_no.
  `retold_only`: of rows that were told more than once, or in a delivery that was withdrawn; see
  `retold_and_once`.
-#}
{% macro ledger_versions(ledger, retold_only=false) %}
{%- set shape = told_ledger(ledger) -%}
{%- set relation = told_rows(ledger) if retold_only else staged(ledger) -%}
{%- set subject, kind = shape.subject, shape.kind -%}
{%- set identity, told, scope = ['office_code'] + shape.key, shape.told, shape.get('scope') -%}
{%- set in_order = 'over (partition by ' ~ identity | join(', ') ~ ' order by told_sequence' -%}
{%- set so_far = 'rows between unbounded preceding and current row' -%}
{% if retold_only -%}
-- by a short key first: of a history of millions few were told again
with told_again as (
    select row_key
    from (select {{ row_key(identity) }} as row_key from {{ relation }}) as keys
    group by row_key
    having count(*) > 1
    union all
    select {{ row_key(identity) }} as row_key
    from {{ relation }} as rows_told
    inner join {{ ref('int_withdrawn_deliveries') }} as withdrawals
        on rows_told.delivery_sequence = withdrawals.withdrawn_sequence
),

likely as (
    select * from {{ relation }} as rows_told
    where
        {{ row_key(identity) }} in (select told_again.row_key from told_again)
        {{ only_touched('rows_told.' ~ subject, kind, keyword='and') }}
),

-- two rows may share a key by chance: the identity itself decides
retold as (
    select
        {% for c in identity %}likely.{{ c }}{{ ',' if not loop.last }}
        {% endfor -%}
    from likely
    left join {{ ref('int_withdrawn_deliveries') }} as withdrawals
        on likely.delivery_sequence = withdrawals.withdrawn_sequence
    group by {% for c in identity %}likely.{{ c }}{{ ', ' if not loop.last }}{% endfor %}
    having count(*) > 1 or count(withdrawals.withdrawn_sequence) > 0
),

tellings as (
    {{ tellings(ledger, 'likely', 'rows_told') }}
    inner join retold
        on {{ same('rows_told', 'retold', identity) }}
),
{%- else -%}
with tellings as (
    {{ tellings(ledger, relation, 'rows_told') }}
    {{ only_touched('rows_told.' ~ subject, kind) }}
),
{%- endif %}

hashed as (
    select
        *,
        md5(concat_ws('|', {% for c in told %}coalesce(cast({{ c }} as string), '~'){{ ', ' if not loop.last }}{% endfor %})) as row_hash
    from tellings
    {{ worked_out_once() }}
),

{{ (standing_scopes(ledger, scope, identity) if scope else standing_rows(identity)) }}

neighbours as (
    select
        *,
        lead(told_sequence) {{ in_order }}) as next_telling_sequence,
        lag(row_hash) {{ in_order }}) as hash_before,
        lag(gone_sequence) {{ in_order }}) as gone_before
    from events
),

-- a telling that says the same again goes on with the version, unless what stood had gone meanwhile
starts as (
    select
        *,
        case
            when
                gone_sequence is not null
                and (next_telling_sequence is null or gone_sequence < next_telling_sequence)
                then gone_sequence
        end as withdrawn_sequence,
        case
            when hash_before = row_hash and (gone_before is null or gone_before >= told_sequence) then 0
            else 1
        end as is_start
    from neighbours
),

numbered as (
    select
        *,
        cast(sum(is_start) {{ in_order }} {{ so_far }}) as bigint) as version_no,
        max(case when is_start = 1 then told_sequence end) {{ in_order }} {{ so_far }}) as valid_from_sequence,
        lead(is_start) {{ in_order }}) as next_is_start
    from starts
),

final as (
    select
        office_code,
        {% for c in shape.key + told %}{{ c }},
        {% endfor -%}
        delivery_sequence,
        sheet_no,
        row_no,
        version_no,
        valid_from_sequence,
        coalesce(withdrawn_sequence, next_telling_sequence) as valid_to_sequence
    from numbered
    where coalesce(next_is_start, 1) = 1
)

select * from final
{% endmacro %}

{#- The rows of a ledger as told (`relation`), with what their unmapped names were answered to mean. -#}
{% macro tellings(ledger, relation, rows_name) %}
{%- set shape = told_ledger(ledger) -%}
select
    {% for c in ['office_code'] + shape.key + ['delivery_sequence', 'sheet_no', 'row_no'] -%}
    {{ rows_name }}.{{ c }},
    {% endfor -%}
    {% for c in shape.told -%}
    {% if c in shape.names -%}
    coalesce({{ c }}_answer.code, {{ rows_name }}.{{ c }}) as {{ c }}
    {%- else -%}
    {{ rows_name }}.{{ c }}
    {%- endif %}{{ ',' if not loop.last }}
    {% endfor %}
from {{ relation }} as {{ rows_name }}
{% for c, role in shape.names.items() -%}
left join {{ ref('int_name_answers') }} as {{ c }}_answer
    on
        {{ rows_name }}.{{ c }} = {{ c }}_answer.stand_in
        and {{ c }}_answer.role_code = '{{ role }}'
        and {{ rows_name }}.office_code = {{ c }}_answer.office_code
        {% if shape.dated -%}
        and (
            cast({{ rows_name }}.{{ shape.dated }} as date) between {{ c }}_answer.valid_from and {{ c }}_answer.valid_to
            or ({{ rows_name }}.{{ shape.dated }} is null and {{ c }}_answer.last_flag)
        )
        {%- else -%}
        and {{ c }}_answer.last_flag
        {%- endif %}
{% endfor -%}
{% endmacro %}

{#-
  The versions of an upsert or append ledger whose rows are mostly told once: such a row is its own
  one version, read where it was loaded; `ledger_versions` is for the others, in int_<ledger>_retold.
-#}
{% macro retold_and_once(ledger) %}
{%- set shape = told_ledger(ledger) -%}
{%- set identity = ['office_code'] + shape.key -%}
{%- set columns = identity + shape.told + ['delivery_sequence', 'sheet_no', 'row_no'] -%}
with retold as (
    select * from {{ ref('int_' ~ ledger ~ '_retold') }}
),

tellings as (
    {{ tellings(ledger, ref('stg_' ~ ledger), 'rows_told') }}
    {{ anti_join() }} retold
        on {{ same('rows_told', 'retold', identity) }}
),

final as (
    select
        {{ columns | join(',\n        ') }},
        cast(1 as bigint) as version_no,
        delivery_sequence as valid_from_sequence,
        cast(null as bigint) as valid_to_sequence
    from tellings
    union all
    select
        {{ columns | join(',\n        ') }},
        version_no,
        valid_from_sequence,
        valid_to_sequence
    from retold
)

select * from final
{% endmacro %}
