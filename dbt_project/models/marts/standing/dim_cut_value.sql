-- What the values by which figures are cut are called. Numbers of batches are not listed: they are their own names.
{%- set labels = code_labels() %}
with coded as (
    {%- for cut, cut_name in cut_names().items() %}
    {%- set codes = {'unknown': '没有写明', 'unmapped': '认不出'} %}
    {%- do codes.update(labels.get(cut, {})) %}
    {%- if cut == 'leader_level_code' %}{% do codes.update({'none': '没有领导包案'}) %}{% endif %}
    {%- for code, label in codes.items() %}
    select
        '{{ cut }}' as cut_code,
        {{ text(cut_name) }} as cut_name,
        {{ text(code) }} as cut_value,
        {{ text(label) }} as cut_value_name
    union all
    {%- endfor %}
    {%- endfor %}
    select
        'register_level_code' as cut_code,
        {{ text(cut_names()['register_level_code']) }} as cut_name,
        level_code as cut_value,
        level_name as cut_value_name
    from {{ ref('ref_region_level') }}
    union all
    select
        'category_code' as cut_code,
        {{ text(cut_names()['category_code']) }} as cut_name,
        category_code as cut_value,
        category_name as cut_value_name
    from {{ ref('dim_category') }}
),

final as (
    select
        cast(cut_code as string) as cut_code,
        cast(cut_name as string) as cut_name,
        cast(cut_value as string) as cut_value,
        cast(cut_value_name as string) as cut_value_name
    from coded
)

select * from final
