-- Every region with every region above it, itself included. Six levels at most, so the joins are
-- written out: deep recursion is not in the common dialect. `only:` a region stands for what is counted in
-- that area alone and adds up to none above it, as matters do (see macros/matters.sql).
with regions as (
    select
        region_code,
        parent_code
    from {{ ref('dim_region') }}
),

distance_0 as (
    select
        region_code as descendant_code,
        region_code as ancestor_code,
        0 as distance
    from regions
),
{% for n in range(1, 6) %}
distance_{{ n }} as (
    select
        below.descendant_code,
        regions.parent_code as ancestor_code,
        {{ n }} as distance
    from distance_{{ n - 1 }} as below
    inner join regions on below.ancestor_code = regions.region_code
    where regions.parent_code is not null
),
{% endfor %}
final as (
    {% for n in range(6) -%}
    select
        descendant_code,
        ancestor_code,
        distance
    from distance_{{ n }}
    union all
    {% endfor -%}
    select
        'only:' || region_code as descendant_code,
        region_code as ancestor_code,
        0 as distance
    from regions
)

select * from final
