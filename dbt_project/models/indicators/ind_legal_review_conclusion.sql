-- 法制审核审结率: of the matters submitted, those reviewed by now.
with subjects as (
    {{ done_by_now('legal_reviews', begun='submitted_date', done='concluded_date', organ='reviewing') }}
)

{{ indicator('legal_review_conclusion') }}
