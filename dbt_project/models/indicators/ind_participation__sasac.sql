-- 参评率（某市国资委口径）: whoever evaluated, of all chances, also those still open or without an end.
with subjects as (
    {{ evaluated_subjects('evaluated_flag', left_out=[]) }}
)

{{ indicator('participation', 'sasac') }}
