-- 责任书考核率: of the letters signed, those assessed by now.
with subjects as (
    {{ done_by_now('responsibility_letters', begun='signed_date', done='assessed_date', organ='signing') }}
)

{{ indicator('letter_assessment') }}
