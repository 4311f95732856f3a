-- 救助有资格材料率: of the payments, those for which material is on file.
with subjects as (
    {{
        done_by_now(
            'relief_payments',
            begun='paid_date',
            done='paid_date',
            organ='paying',
            met='eligibility_flag'
        )
    }}
)

{{ indicator('relief_eligibility') }}
