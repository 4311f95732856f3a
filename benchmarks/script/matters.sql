-- Cells of the indicators of matters: registrations with their place among those of one number.

{% call cells('volume', 'distinct', ['channel_code', 'register_level_code', 'category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because, true as met, channel_code, register_level_code, category_code
    from f_items
{% endcall %}

{% call cells('volume_persons', 'project', ['channel_code', 'register_level_code'], of='persons') %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case when coalesce(person_count, 0) = 0 then 'person_count_not_told' else '' end as excluded_because,
        true as met, channel_code, register_level_code, person_count as persons
    from f_items
{% endcall %}

{% call cells('repeat_share', 'in_nation', ['channel_code', 'category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because,
        nth > 1 as met, channel_code, category_code
    from f_items
{% endcall %}

{% call cells('repeat_share', 'in_region', ['channel_code', 'category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because,
        nth_in_region > 1 as met, channel_code, category_code
    from f_items
{% endcall %}

{% call cells('repeat_share', 'in_organ', ['channel_code', 'category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because,
        nth_in_organ > 1 as met, channel_code, category_code
    from f_items
{% endcall %}

{% call cells('repeat_share', 'in_channel', ['channel_code', 'category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because,
        nth_in_channel > 1 as met, channel_code, category_code
    from f_items
{% endcall %}

{% call cells('first_demand', 'recomputed', ['channel_code', 'register_level_code', 'category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case when nth > 1 then 'later_item' else '' end as excluded_because,
        true as met, channel_code, register_level_code, category_code
    from f_items
    where purpose_code = 'demand'
{% endcall %}

{% call cells('repeat_matters', 'project', ['channel_code', 'category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case when nth > 1 then 'later_item' else '' end as excluded_because,
        item_count > 1 as met, channel_code, category_code
    from f_items
{% endcall %}

{% call cells('multi_channel_matters', 'project', ['category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case when nth > 1 then 'later_item' else '' end as excluded_because,
        channel_count > 1 as met, category_code
    from f_items
{% endcall %}

{% call cells('matter_backflow', 'project', ['channel_code', 'category_code']) %}
    select
        cast(ended_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 90 >= today() then 'window_running' else '' end as excluded_because,
        coalesce(cast(returned_at as date) <= cast(ended_at as date) + 90, false) as met, channel_code, category_code
    from f_items
    where ended_at is not null
{% endcall %}

{% call cells('matter_backflow', 'twice', ['channel_code', 'category_code']) %}
    select
        cast(ended_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 90 >= today() then 'window_running' else '' end as excluded_because,
        coalesce(cast(second_returned_at as date) <= cast(ended_at as date) + 90, false) as met, channel_code, category_code
    from f_items
    where ended_at is not null
{% endcall %}

{% call cells('matter_backflow', 'three_times', ['channel_code', 'category_code']) %}
    select
        cast(ended_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 90 >= today() then 'window_running' else '' end as excluded_because,
        coalesce(cast(third_returned_at as date) <= cast(ended_at as date) + 90, false) as met, channel_code, category_code
    from f_items
    where ended_at is not null
{% endcall %}

{% call cells('first_time_resolution', 'project', ['channel_code', 'category_code']) %}
    select
        cast(ended_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 90 >= today() then 'window_running' else '' end as excluded_because,
        not coalesce(cast(returned_at as date) <= cast(ended_at as date) + 90, false) as met, channel_code, category_code
    from f_items
    where ended_at is not null and nth = 1 and purpose_code = 'demand'
{% endcall %}

{% call cells('matter_backflow', 'within_180', ['channel_code', 'category_code']) %}
    select
        cast(ended_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 180 >= today() then 'window_running' else '' end as excluded_because,
        coalesce(cast(returned_at as date) <= cast(ended_at as date) + 180, false) as met, channel_code, category_code
    from f_items
    where ended_at is not null
{% endcall %}

{% call cells('first_time_resolution', 'within_180', ['channel_code', 'category_code']) %}
    select
        cast(ended_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 180 >= today() then 'window_running' else '' end as excluded_because,
        not coalesce(cast(returned_at as date) <= cast(ended_at as date) + 180, false) as met, channel_code, category_code
    from f_items
    where ended_at is not null and nth = 1 and purpose_code = 'demand'
{% endcall %}

{% call cells('first_time_resolution', 'tibet') %}
    select
        cast(ended_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when first_flag is null then 'flag_not_told' when not first_flag then 'repeat' when cast(ended_at as date) > today() then 'not_yet_begun' else '' end as excluded_because,
        not coalesce(cast(returned_at as date) <= today(), false) as met
    from f_items
    where ended_at is not null
{% endcall %}

-- of the ledgers that are read with the register and the backlog the world tells none: no agreement, no trace, no
-- visit, no instruction, and no case says its matter
{% call cells('cessation', 'project', ['channel_code', 'category_code']) %}
    select
        cast(ended_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 90 >= today() then 'window_running' else '' end as excluded_because,
        false as met, channel_code, category_code
    from f_items
    where ended_at is not null
{% endcall %}

{% call cells('source_trace', 'project', ['channel_code', 'category_code']) %}
    select
        cast(registered_at as date) as cohort_date, problem_region_code as region_code,
        register_org_code as org_code,
        case when nth > 1 then 'later_item' else '' end as excluded_because,
        false as met, channel_code, category_code
    from f_items
    where purpose_code = 'demand'
{% endcall %}

{% call cells('evaluations_complete', 'project', ['channel_code', 'category_code']) %}
    select
        cast(ended_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when matter_id is null then 'matter_not_told' else '' end as excluded_because,
        false as met, channel_code, category_code
    from f_items
    where ended_at is not null
{% endcall %}

{% call cells('mandatory_leader', 'project', ['category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because,
        false as met, category_code
    from f_items
    where nth = 1 and item_count > 1
{% endcall %}

insert into f_cells
select
    'matters', variant, month_start_date, region_code, coalesce(org_code, 'unknown'), 'all', 'all', '', count(*), count(*), count(*)
from f_matter_areas
cross join (select unnest(['project', 'if_confirmed']) as variant)
where wide or variant = 'project'
group by all;
