-- 回单有效率: of the slips returned, those found effective.
with subjects as (
    {{
        done_by_now(
            'supervision_slips',
            begun='returned_date',
            done='verified_date',
            organ='recipient',
            met="effect_code = 'effective'"
        )
    }}
)

{{ indicator('slip_effectiveness') }}
