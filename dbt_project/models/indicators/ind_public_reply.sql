-- 公开回复率: declared by the office, with no formula by which it could be reckoned. Declared only.
with subjects as (
    {{
        amounts_by_now(
            'declared_figures', happened='figure_date', organ='declaring', of='denominator_count',
            done='numerator_count', only="figure_code = 'public_reply'"
        )
    }}
)

{{ indicator('public_reply', num='done_count', den='of_count') }}
