-- What every check found, under one contract (macros/findings.sql).
with final as (
    {% for relation in [
        'int_found_of_registrations',
        'chk_assignment_incomplete', 'chk_at_target', 'chk_backflow_sequence', 'chk_batch_count', 'chk_case_in_two_batches',
        'chk_channel_shift', 'chk_claim_arithmetic', 'chk_closed_in_batches', 'chk_closed_at_month_end', 'chk_closed_not_served',
        'chk_deadline_heaping', 'chk_deadline_bunching',
        'chk_delivery_size', 'chk_document_served_early', 'chk_due_date_changed_late', 'chk_evaluation_reach',
        'chk_exclusion_share', 'chk_expected_return', 'chk_first_flag_scope', 'chk_flip_direction',
        'chk_group_bunching', 'chk_group_split', 'chk_include_flag_off', 'chk_leader_left_office',
        'chk_population_base', 'chk_proxy_evaluation', 'chk_quarantine_share', 'chk_rank_population', 'chk_reconciliation',
        'chk_refused_delivery', 'chk_region_attribution', 'chk_register_changed_late', 'chk_registration_lag',
        'chk_relief_pattern', 'chk_repeat_cycle', 'chk_replies_alike', 'chk_resolved_came_back', 'chk_review_right_not_told',
        'chk_same_day_satisfied', 'chk_serial_gap', 'chk_several_opinions', 'chk_small_n', 'chk_snapshot_restated', 'chk_stabilised_as_resolved',
        'chk_supported_not_executed', 'chk_third_backflow_not_escalated', 'chk_told_later_as_on_time',
        'chk_unit_of_count', 'chk_unmapped_unit', 'chk_zero_unit_conflict'
    ] -%}
    select
        {{ finding_columns() | join(',\n        ') }}
    from {{ ref(relation) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from final
