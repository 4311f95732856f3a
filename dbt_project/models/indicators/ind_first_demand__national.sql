-- 国家级登记的求决类初次信访量: those alone that a national organ registered.
with subjects as (
    {{ first_demands(only="register_level_code = 'nation'") }}
)

{{ indicator('first_demand', 'national') }}
