-- 再挂账率: of the matters delisted, those listed again by now.
with subjects as (
    {{
        done_by_now(
            'listed_supervision',
            begun='delisted_date',
            done='relisted_date',
            organ='responsible'
        )
    }}
)

{{ indicator('relisting') }}
