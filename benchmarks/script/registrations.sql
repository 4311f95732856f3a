-- Cells of the indicators of registrations, each one by itself.

{% call cells('timely_accept_office', 'project', ['channel_code', 'register_level_code']) %}
    select
        coalesce(office_due_date, cast(registered_at as date)) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when filed_at is not null then 'filed'
            when not handling_told_flag then 'handling_not_told'
            when office_due_date is null then 'no_due_date'
            when office_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(forwarded_at as date) <= office_due_date, false) as met, channel_code, register_level_code
    from f_petitions
{% endcall %}

{% call cells('timely_accept_office', 'tiered', ['channel_code']) %}
    select
        coalesce(last_day.next_working_date, cast(registered_at as date)) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when filed_at is not null then 'filed'
            when not handling_told_flag then 'handling_not_told'
            when last_day.next_working_date is null then 'no_due_date'
            when last_day.next_working_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(forwarded_at as date) <= last_day.next_working_date, false) as met, channel_code
    from f_petitions
    left join deadline_rules as tier
        on tier.clock_code = 'tier_forward' and tier.level_code = register_level_code
        and cast(registered_at as date) between tier.valid_from and tier.valid_to
    left join calendar as last_day on last_day.calendar_date = cast(registered_at as date) + tier.day_count
{% endcall %}

{% call cells('timely_accept_unit', 'project', ['channel_code']) %}
    select
        coalesce(unit_due_date, cast(registered_at as date)) as cohort_date, receiving_region_code as region_code,
        receiving_org_code as org_code,
        case
            when objection_consented_at is not null and coalesce(cast(unit_objected_at as date) <= objection_due_date, true) then 'objection_consented'
            when unit_due_date is null then 'no_due_date'
            when unit_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(unit_noticed_at as date) <= unit_due_date, false) as met, channel_code
    from f_petitions
    where unit_received_at is not null
{% endcall %}

{% call cells('objection_on_time', 'project', ['channel_code']) %}
    select
        cast(objected_at as date) as cohort_date, objecting.region_code, objecting_org_code as org_code,
        case
            when cast(objected_at as date) > today() then 'not_yet_begun'
            when objected_receipt_at is null then 'receipt_not_told'
            when last_day.calendar_date is null then 'no_due_date'
            else ''
        end as excluded_because,
        coalesce(cast(objected_at as date) <= last_day.calendar_date, false) as met, channel_code
    from f_petitions
    left join deadline_rules as rule
        on rule.clock_code = 'objection' and cast(registered_at as date) between rule.valid_from and rule.valid_to
    left join calendar as first_day on cast(objected_receipt_at as date) = first_day.calendar_date
    left join calendar as last_day
        on last_day.is_working_day and last_day.working_day_no = first_day.working_day_no + rule.day_count
    left join organisations as objecting on objecting_org_code = objecting.org_code
    where objected_at is not null
{% endcall %}

{% call cells('on_time_reply', 'project', ['channel_code']) %}
    select
        coalesce(reply_due_date, cast(registered_at as date)) as cohort_date, accepting_region_code as region_code,
        accepting_org_code as org_code,
        case
            when regime_code = '2022' and statutory_path is null then 'path_unknown'
            when regime_code = '2022' and statutory_path <> 6 then 'not_path_6'
            when reply_due_date is null then 'no_due_date'
            when effective_reply_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(opinion_served_at as date) <= effective_reply_due_date, false) as met, channel_code
    from f_petitions
    where accepted_at is not null
{% endcall %}

{% call cells('on_time_reply', 'without_extension') %}
    select
        coalesce(reply_due_date, cast(registered_at as date)) as cohort_date, accepting_region_code as region_code,
        accepting_org_code as org_code,
        case
            when regime_code = '2022' and statutory_path is null then 'path_unknown'
            when regime_code = '2022' and statutory_path <> 6 then 'not_path_6'
            when reply_due_date is null then 'no_due_date'
            when reply_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(opinion_served_at as date) <= reply_due_date, false) as met
    from f_petitions
    where accepted_at is not null
{% endcall %}

{% call cells('due_closure', 'project', ['channel_code']) %}
    select
        coalesce(closing_due_date, cast(registered_at as date)) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when closing_due_date is null then 'no_due_date'
            when closing_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(closed_at <= as_of(), false) as met, channel_code
    from f_petitions
{% endcall %}

{% call cells('volume', 'project', ['channel_code', 'register_level_code', 'category_code']) %}
    select
        cast(registered_at as date) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        '' as excluded_because, true as met, channel_code, register_level_code, category_code
    from f_petitions
{% endcall %}
