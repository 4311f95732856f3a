-- Cells of the indicators of registrations, the variants named after where they are used.
{% call cells('timely_accept_office', 'guangdong', ['channel_code']) %}
    select
        cast(registered_at as date) + 15 as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when not coalesce(counted_flag, true) then 'not_counted'
            when not coalesce(first_flag, true) then 'repeat'
            when litigation_flag then 'litigation'
            when person_count not between 1 and 9999 then 'person_count'
            when cast(registered_at as date) + 15 > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(epoch(accepted_at) - epoch(registered_at) <= 15 * 86400, false) as met, channel_code
    from f_petitions
{% endcall %}

{% call cells('timely_accept_office', 'chongqing', ['channel_code']) %}
    select
        cast(registered_at as date) + 15 as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when not coalesce(counted_flag, true) then 'not_counted'
            when not coalesce(first_flag, true) then 'repeat'
            when person_count not between 1 and 9999 then 'person_count'
            when cast(registered_at as date) + 15 > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(epoch(accepted_at) - epoch(registered_at) <= 15 * 86400, false) as met, channel_code
    from f_petitions
{% endcall %}

{% call cells('timely_accept_unit', 'guangdong', ['channel_code']) %}
    select
        cast(registered_at as date) + 30 as cohort_date, receiving_region_code as region_code,
        receiving_org_code as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when not coalesce(counted_flag, true) then 'not_counted'
            when not coalesce(first_flag, true) then 'repeat'
            when litigation_flag then 'litigation'
            when person_count not between 1 and 9999 then 'person_count'
            when cast(registered_at as date) + 30 > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(epoch(accepted_at) - epoch(registered_at) <= 30 * 86400, false) as met, channel_code
    from f_petitions
    where unit_received_at is not null
{% endcall %}

{% call cells('on_time_reply', 'guangdong') %}
    select
        cast(coalesce(due_at, registered_at) as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when due_at is null then 'no_due_date'
            else ''
        end as excluded_because,
        coalesce(closed_at <= due_at and closed_at <= as_of(), false) as met
    from f_petitions
{% endcall %}

{% call cells('on_time_reply', 'sasac') %}
    select
        cast(closed_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when due_at is null then 'no_due_date'
            else ''
        end as excluded_because,
        coalesce(closed_at <= due_at, false) as met
    from f_petitions
    where cast(closed_at as date) <= today()
{% endcall %}

{% call cells('substantive_share', 'project') %}
    select
        cast(closed_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when cast(closed_at as date) > today() then 'not_yet_begun'
            when coalesce(closure_kind_code, 'unmapped') = 'unmapped' then 'closure_kind_not_told'
            else ''
        end as excluded_because,
        closure_kind_code in ('substantive', 'mediated', 'agreement') as met
    from f_petitions
    where closed_at is not null
{% endcall %}

{% call cells('closure', 'project', ['channel_code']) %}
    select
        cast(registered_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        '' as excluded_because,
        coalesce(closed_at <= as_of(), false) as met, channel_code
    from f_petitions
{% endcall %}

{% call cells('repeat_share', 'project', ['channel_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case
            when first_flag is null then 'flag_not_told'
            else ''
        end as excluded_because,
        coalesce(not first_flag, false) as met, channel_code
    from f_petitions
{% endcall %}

{% call cells('web_share', 'project') %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case
            when coalesce(channel_code, 'unmapped') = 'unmapped' then 'channel_not_told'
            else ''
        end as excluded_because,
        coalesce(channel_code = 'web', false) as met
    from f_petitions
{% endcall %}

{% call cells('volume', 'by_petition_date', ['channel_code', 'register_level_code']) %}
    select
        coalesce(petition_date, cast(registered_at as date)) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because, true as met, channel_code, register_level_code
    from f_petitions
{% endcall %}

{% call cells('collective_visits', 'project') %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because, true as met,
    from f_petitions
    where channel_code = 'visit' and person_count >= 5
{% endcall %}

{% call cells('collective_visits', 'over_five') %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because, true as met,
    from f_petitions
    where channel_code = 'visit' and person_count > 5
{% endcall %}

{% call cells('volume', 'by_problem_place') %}
    select
        cast(registered_at as date) as cohort_date, problem_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because, true as met,
    from f_petitions
{% endcall %}

{% call cells('on_time_reply', 'by_problem_place') %}
    select
        coalesce(reply_due_date, cast(registered_at as date)) as cohort_date, problem_region_code as region_code,
        accepting_org_code as org_code,
        case
            when regime_code = '2022' and statutory_path is null then 'path_unknown'
            when regime_code = '2022' and statutory_path <> 6 then 'not_path_6'
            when reply_due_date is null then 'no_due_date'
            when effective_reply_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(opinion_served_at as date) <= effective_reply_due_date, false) as met
    from f_petitions
    where accepted_at is not null
{% endcall %}

{% call cells('due_closure', 'chuzhou') %}
    select
        coalesce(closing_due_date, cast(registered_at as date)) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when closing_due_date is null then 'no_due_date'
            when closing_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(closed_at as date) <= closing_due_date, false) as met
    from f_petitions
    where unit_received_at is not null
{% endcall %}

{% call cells('due_closure', 'chuzhou_repeat_letters') %}
    select
        coalesce(closing_due_date, cast(registered_at as date)) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when closing_due_date is null then 'no_due_date'
            when closing_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(closed_at as date) <= closing_due_date, false) as met
    from f_petitions
    where channel_code = 'letter' and not first_flag
{% endcall %}

{% call cells('closure', 'chuzhou_first_letters') %}
    select
        cast(registered_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when first_flag is null then 'flag_not_told' else '' end as excluded_because,
        coalesce(closed_at <= as_of(), false) as met
    from f_petitions
    where channel_code = 'letter' and coalesce(first_flag, true)
{% endcall %}

{% call cells('web_share', 'guangdong') %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when coalesce(register_level_code, '') not in ('province', 'prefecture', 'county') then 'other_level'
            else ''
        end as excluded_because,
        coalesce(channel_code = 'web', false) as met
    from f_petitions
{% endcall %}

{% call cells('first_demand', 'project', ['channel_code', 'register_level_code', 'category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case when first_flag is null then 'flag_not_told' else '' end as excluded_because,
        true as met, channel_code, register_level_code, category_code
    from f_petitions
    where purpose_code = 'demand' and coalesce(first_flag, true)
{% endcall %}

{% call cells('first_receiver_closure', 'project', ['channel_code']) %}
    select
        cast(registered_at as date) as cohort_date, first_receiving_region_code as region_code,
        first_receiving_org_code as org_code,
        case when first_receiving_org_code is null then 'receipt_not_told' else '' end as excluded_because,
        coalesce(closed_at <= as_of() and first_receiving_org_code = receiving_org_code, false) as met, channel_code
    from f_petitions
{% endcall %}

{% call cells('handling_days', 'project', ['channel_code', 'category_code'], of='days') %}
    select
        cast(ended_at as date) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) < cast(registered_at as date) then 'ended_before_registered' else '' end as excluded_because,
        cast(ended_at as date) - cast(registered_at as date) as days, channel_code, category_code
    from (select *, coalesce(opinion_served_at, closed_at) as ended_at from f_petitions)
    where ended_at is not null
{% endcall %}

{% call cells('per_10k', 'project', ['channel_code'], of='items') %}
    select
        cast(registered_at as date) as cohort_date, problem_region_code as region_code,
        register_org_code as org_code,
        case when problem_region_code is null or problem_region_code like 'unmapped:%' then 'problem_region_not_told' else '' end as excluded_because,
        channel_code
    from f_petitions
{% endcall %}
