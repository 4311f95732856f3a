-- 处理结果件数（帮扶到位）: outcomes of this kind that organs decided; a registration may have several kinds.
with subjects as (
    {{
        done_by_now(
            'matter_outcomes',
            begun='decided_date',
            done='decided_date',
            organ='deciding',
            only="outcome_code = 'relieved'"
        )
    }}
)

{{ indicator('outcome_items', 'relieved') }}
