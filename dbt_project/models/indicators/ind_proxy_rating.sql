-- 代办评单率: of the orders closed, those rated by whoever ordered.
with subjects as (
    {{
        done_by_now(
            'proxy_orders',
            begun='closed_date',
            done='rated_date',
            organ='agent',
            met="rater_code = 'self'"
        )
    }}
)

{{ indicator('proxy_rating') }}
