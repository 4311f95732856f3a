-- First or repeat, category and place of the problem, told otherwise when the month of registration had long ended
-- (C04): each moves a figure that was read already. One row an office's month and column; loads of history are
-- left out.
with versions as (
    select
        office_code,
        registration_id,
        cast(registered_at as date) as registered_date,
        valid_from_sequence,
        first_flag,
        category_code,
        problem_region_code,
        lag(first_flag) over told_order as first_flag_before,
        lag(category_code) over told_order as category_code_before,
        lag(problem_region_code) over told_order as problem_region_code_before
    from {{ ref('int_petition_register_retold') }}
    window told_order as (partition by office_code, registration_id order by version_no)
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where not historic_flag
),

late as (
    select
        versions.*,
        {{ month_start('versions.registered_date') }} as month_start_date
    from versions
    inner join deliveries on versions.valid_from_sequence = deliveries.delivery_sequence
    where
        versions.registered_date >= {{ checked_from() }}
        and cast(deliveries.recorded_at as date) >= {{ correction_ended('versions.registered_date') }}
),

changed as (
    select
        *,
        '初重标志' as label,
        'first_flag' as subject_id
    from late
    where first_flag_before is not null and first_flag is distinct from first_flag_before
    union all
    select
        *,
        '内容分类' as label,
        'category_code' as subject_id
    from late
    where category_code_before is not null and category_code is distinct from category_code_before
    union all
    select
        *,
        '问题属地' as label,
        'problem_region_code' as subject_id
    from late
    where problem_region_code_before is not null and problem_region_code is distinct from problem_region_code_before
),

counted as (
    select
        office_code,
        month_start_date,
        subject_id,
        label,
        cast(count(distinct registration_id) as bigint) as changed_count
    from changed
    group by office_code, month_start_date, subject_id, label
),

found as (
    select
        office_code as org_code,
        month_start_date as asked_date,
        subject_id,
        changed_count,
        '当月登记的件中有 ' || cast(changed_count as string) || ' 件，在当月过后的补正期以外又改了' || label
        || '，请说明改的依据。' as text_zh
    from counted
)

{{ asked('C04', 'petition_register', n='changed_count', statistic='changed_count') }}
