-- A declared rank that the others' declared figures do not bear (C21): one no lower stands behind it, or the units that
-- were ranked are not all that the register has. Compared are the offices of one level and kind under one parent.
with figures as (
    select
        *,
        {{ month_start('figure_date') }} as month_start_date,
        coalesce(100 * cast(numerator_count as double) / nullif(denominator_count, 0), rate_percent) as declared_percent
    from {{ ref('fct_declared_figures') }}
    where in_force_flag and rank_no is not null
),

organisations as (
    select
        organisations.*,
        coalesce(regions.parent_code, 'none') as parent_code
    from {{ ref('dim_organisation') }} as organisations
    inner join {{ ref('dim_region') }} as regions on organisations.region_code = regions.region_code
),

placed as (
    select
        figures.*,
        organisations.org_name,
        organisations.parent_code,
        organisations.level_code,
        organisations.is_petition_office
    from figures
    inner join organisations on figures.declaring_org_code = organisations.org_code
),

contradicted as (
    select
        placed.subject_id,
        placed.declaring_org_code as org_code,
        placed.figure_date as asked_date,
        placed.rank_no,
        cast(count(*) as bigint) as other_count,
        min(others.org_name) as other_name
    from placed
    inner join placed as others
        on
            placed.figure_code = others.figure_code
            and placed.month_start_date = others.month_start_date
            and placed.parent_code = others.parent_code
            and placed.level_code = others.level_code
            and placed.is_petition_office = others.is_petition_office
            and placed.rank_no < others.rank_no
            and placed.declared_percent <= others.declared_percent + 1e-9
    group by placed.subject_id, placed.declaring_org_code, placed.figure_date, placed.rank_no
),

peers as (
    select
        placed.subject_id,
        placed.declaring_org_code as org_code,
        placed.figure_date as asked_date,
        placed.ranked_count,
        cast(count(*) as bigint) as peer_count
    from placed
    inner join organisations as others
        on
            placed.parent_code = others.parent_code
            and placed.level_code = others.level_code
            and placed.is_petition_office = others.is_petition_office
            and (others.valid_from is null or placed.figure_date >= others.valid_from)
            and (others.valid_to is null or placed.figure_date < others.valid_to)
    where placed.ranked_count is not null
    group by placed.subject_id, placed.declaring_org_code, placed.figure_date, placed.ranked_count
),

found as (
    select
        org_code,
        asked_date,
        subject_id || '|rank_no' as subject_id,
        other_count as counted,
        '申报名次为第 ' || cast(rank_no as string) || '，而名次在后的同级单位中有 ' || cast(other_count as string)
        || ' 个的率不低于它（如' || other_name || '），相同的应当并列，请核对名次与率。' as text_zh
    from contradicted
    union all
    select
        org_code,
        asked_date,
        subject_id || '|ranked_count' as subject_id,
        peer_count as counted,
        '参加排名的单位为 ' || cast(ranked_count as string) || ' 个，名录中同级单位有 ' || cast(peer_count as string)
        || ' 个，请说明哪些单位没有参加、为什么。' as text_zh
    from peers
    where ranked_count <> peer_count
)

{{ asked('C21', 'declared_figures', n='counted') }}
