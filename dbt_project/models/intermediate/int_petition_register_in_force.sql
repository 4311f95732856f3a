-- The one row of each registration that counts, with its due date as first told by the same office.
-- A slice for the fact: see only_slice.
with chosen as (
    {{ by_precedence(
        versions_in_slice('petition_register'), ['registration_id'], 'register_org_code'
    ) }}
),

first_due as (
    select
        office_code,
        registration_id,
        due_at,
        row_number() over (
            partition by office_code, registration_id order by valid_from_sequence, version_no
        ) as setting_rank
    from {{ ref('int_petition_register_retold') }}
    where due_at is not null {{ only_slice('registration_id', 'registration', keyword='and') }}
),

final as (
    select
        chosen.*,
        coalesce(first_due.due_at, chosen.due_at) as first_due_at
    from chosen
    left join first_due
        on
            chosen.office_code = first_due.office_code
            and chosen.registration_id = first_due.registration_id
            and first_due.setting_rank = 1
)

select * from final
