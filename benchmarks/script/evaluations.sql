-- Cells of the indicators of evaluations.

{% call cells('participation', 'project') %}
    select
        coalesce(cast(deadline_at as date), cast(registered_at as date)) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            else ''
        end as excluded_because,
        self_evaluated_flag as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
{% endcall %}

{% call cells('satisfaction', 'project') %}
    select
        coalesce(cast(deadline_at as date), cast(registered_at as date)) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            when self_evaluated_flag then ''
            when evaluated_at is not null and coalesce(evaluator_type_code, 'self') <> 'self' then 'evaluated_by_proxy'
            else 'not_evaluated'
        end as excluded_because,
        coalesce(rating_code = 'satisfied', false) as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
{% endcall %}

{% call cells('satisfaction', 'with_basic') %}
    select
        coalesce(cast(deadline_at as date), cast(registered_at as date)) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            when self_evaluated_flag then ''
            when evaluated_at is not null and coalesce(evaluator_type_code, 'self') <> 'self' then 'evaluated_by_proxy'
            else 'not_evaluated'
        end as excluded_because,
        coalesce(rating_code in ('satisfied', 'basically_satisfied'), false) as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
{% endcall %}

{% call cells('participation_office', 'project') %}
    select
        coalesce(cast(deadline_at as date), cast(registered_at as date)) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            else ''
        end as excluded_because,
        self_evaluated_flag as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'office' and attempt_no = 1
{% endcall %}

{% call cells('satisfaction_office', 'project') %}
    select
        coalesce(cast(deadline_at as date), cast(registered_at as date)) as cohort_date, register_region_code as region_code,
        register_org_code as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            when self_evaluated_flag then ''
            when evaluated_at is not null and coalesce(evaluator_type_code, 'self') <> 'self' then 'evaluated_by_proxy'
            else 'not_evaluated'
        end as excluded_because,
        coalesce(rating_code = 'satisfied', false) as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'office' and attempt_no = 1
{% endcall %}

{% call cells('participation', 'guangdong') %}
    select
        case when rated then cast(evaluated_at as date) else coalesce(cast(deadline_at as date), cast(registered_at as date)) end as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when not rated and deadline_at is null then 'no_deadline'
            when not rated and cast(deadline_at as date) > today() then 'window_open'
            else ''
        end as excluded_because,
        rated as met
    from (
        select *, coalesce(evaluated_at <= as_of() and rating_code <> 'unmapped', false) as rated from f_evaluations
    )
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
{% endcall %}

{% call cells('participation', 'sasac') %}
    select
        case when rated then cast(evaluated_at as date) else coalesce(cast(deadline_at as date), cast(registered_at as date)) end as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when not entitled_flag then 'not_entitled'
            else ''
        end as excluded_because,
        rated as met
    from (
        select *, coalesce(evaluated_at <= as_of() and rating_code <> 'unmapped', false) as rated from f_evaluations
    )
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
{% endcall %}

{% call cells('satisfaction', 'guangdong') %}
    select
        case when rated then cast(evaluated_at as date) else coalesce(cast(deadline_at as date), cast(registered_at as date)) end as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when not rated and deadline_at is null then 'no_deadline'
            when not rated and cast(deadline_at as date) > today() then 'window_open'
            when not rated then 'not_evaluated'
            else ''
        end as excluded_because,
        rated and coalesce(rating_code in ('satisfied', 'basically_satisfied'), false) as met
    from (
        select *, coalesce(evaluated_at <= as_of() and rating_code <> 'unmapped', false) as rated from f_evaluations
    )
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
{% endcall %}

{% call cells('satisfaction', 'of_entitled') %}
    select
        coalesce(cast(deadline_at as date), cast(registered_at as date)) as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            else ''
        end as excluded_because,
        coalesce(self_evaluated_flag and rating_code = 'satisfied', false) as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
{% endcall %}

{% call cells('satisfaction', 'dachuan') %}
    select
        case when rated then cast(evaluated_at as date) else coalesce(cast(deadline_at as date), cast(registered_at as date)) end as cohort_date, responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when not rated and deadline_at is null then 'no_deadline'
            when not rated and cast(deadline_at as date) > today() then 'window_open'
            when not rated then 'not_evaluated'
            else ''
        end as excluded_because,
        rated and coalesce(rating_code = 'satisfied', false) as met
    from (
        select *, coalesce(evaluated_at <= as_of() and rating_code <> 'unmapped', false) as rated from f_evaluations
    )
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
{% endcall %}
