-- Registrations told as first in the nation that a linked one came before, and the other way (C18).
with found as (
    select
        petitions.register_org_code as org_code,
        cast(petitions.registered_at as date) as asked_date,
        petitions.registration_id as subject_id,
        case
            when petitions.first_flag_nation then '申报为全国初次，而同一事项此前已有登记'
            else '申报为全国重复，而没有认出此前的登记'
        end || '，请核对初重标志或者关联。' as text_zh
    from {{ ref('fct_petitions') }} as petitions
    inner join {{ ref('fct_matter_items') }} as items on petitions.registration_id = items.registration_id
    where petitions.first_flag_nation <> items.first_in_nation_flag
)

{{ asked('C18', 'petition_register') }}
