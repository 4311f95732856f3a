-- What each office tells of a registration now, of the months that are compared.
with told as (
    select * from {{ ref('int_office_registers') }}
),

final as (
    select
        *,
        {{ month_start('registered_at') }} as month_start_date
    from told
    where cast(registered_at as date) >= {{ checked_from() }}
)

select * from final
