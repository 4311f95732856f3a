-- 包案化解率: of the cases that a leader is in charge of at a month end, those resolved, audited, not flowed back.
with subjects as (
    {{ led_case_share(resolved_net(), 'audited_date', leader='leader_level_code', also='backflow_date') }}
)

{{ indicator('leader_case_resolution') }}
