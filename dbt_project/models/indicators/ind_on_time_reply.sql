-- 按期答复率: opinion served by the due date, or by the date extended before the first due date (art. 34).
with subjects as (
    {{ replied_by_due('accepting_region_code as region_code') }}
)

{{ indicator('on_time_reply') }}
