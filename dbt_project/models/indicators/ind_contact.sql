-- 联系率: declared by the office, with no formula by which it could be reckoned. Declared only.
with subjects as (
    {{
        amounts_by_now(
            'declared_figures', happened='figure_date', organ='declaring', of='denominator_count',
            done='numerator_count', only="figure_code = 'contact'"
        )
    }}
)

{{ indicator('contact', num='done_count', den='of_count') }}
