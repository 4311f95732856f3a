-- Web petitions fall while calls and other channels rise by as much (C26): three whole months beside the three before.
-- Both differences have to be far beyond chance: z = (x1 - x2) / sqrt(x1 + x2) of two counts.
{%- set this_month = month_start(as_of_date()) %}
with dials as (
    select
        {{ this_month }} as this_month_date,
        {{ month_start(add_days(this_month, '-80')) }} as recent_from_date,
        {{ month_start(add_days(this_month, '-170')) }} as before_from_date
),

petitions as (
    select
        petitions.register_org_code as org_code,
        petitions.channel_code = 'web' as web_flag,
        cast(petitions.registered_at as date) >= dials.recent_from_date as recent_flag
    from {{ ref('fct_petitions') }} as petitions
    cross join dials
    where
        petitions.channel_code in ('web', 'call', 'fax', 'other')
        and cast(petitions.registered_at as date) >= dials.before_from_date
        and cast(petitions.registered_at as date) < dials.this_month_date
),

counts as (
    select
        org_code,
        sum(case when web_flag and recent_flag then 1 else 0 end) as web_count,
        sum(case when web_flag and not recent_flag then 1 else 0 end) as web_before_count,
        sum(case when not web_flag and recent_flag then 1 else 0 end) as other_count,
        sum(case when not web_flag and not recent_flag then 1 else 0 end) as other_before_count
    from petitions
    group by org_code
),

standardised as (
    select
        *,
        cast(web_count - web_before_count as double)
        / nullif(sqrt(cast(web_count + web_before_count as double)), 0) as web_z,
        cast(other_count - other_before_count as double)
        / nullif(sqrt(cast(other_count + other_before_count as double)), 0) as other_z
    from counts
),

found as (
    select
        org_code,
        {{ month_start(add_days(this_month, '-1')) }} as asked_date,
        'channels' as subject_id,
        web_count + web_before_count + other_count + other_before_count as counted,
        web_z,
        '近三个月网信 ' || cast(web_count as string) || ' 件，此前三个月 ' || cast(web_before_count as string)
        || ' 件；来电等其他渠道由 ' || cast(other_before_count as string) || ' 件增至 ' || cast(other_count as string)
        || ' 件，请说明是否改了受理渠道。' as text_zh
    from standardised
    where web_z <= -{{ threshold('shift_z') }} and other_z >= {{ threshold('shift_z') }}
)

{{ asked('C26', 'petition_register', n='counted', statistic='web_z') }}
