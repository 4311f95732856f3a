-- 息诉率: registrations answered or closed of which an agreement was signed and which did not come back in 90 days.
{%- set agreed %}
left join (
    {{ first_day_of_registration('documents', 'issued_date', "doc_type_code = 'agreement' and sign_code = 'signed'") }}
) as agreed on items.registration_id = agreed.registration_id
{%- endset %}
with subjects as (
    {{
        returns_within(
            90, 'not items.returned_flag and coalesce(agreed.first_date <= items.window_date, false)', also=agreed
        )
    }}
)

{{ indicator('cessation') }}
