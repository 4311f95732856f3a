"""The list of what a release holds. One place: exports, serve file, diff and verify read it.

`key` is the full unique key and the order of every export; `partition` is an SQL expression whose
values name the files under `internal/tables/<name>/`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """One exported table."""

    name: str
    relation: str
    key: tuple[str, ...]
    partition: str = "'all'"

    @property
    def order(self) -> str:
        """The order of every export: the full key, which leaves no ties."""
        return ", ".join(f'"{k}" nulls last' for k in self.key)


def _month(column: str) -> str:
    return f"coalesce(strftime({column}, '%Y-%m'), 'none')"


VALUE_KEY = (
    "indicator_code", "variant", "period_kind_code", "period", "area_kind_code", "area_code",
    "cut_code", "cut_value",
)  # fmt: skip
RANK_KEY = (
    "indicator_code", "variant", "period_kind_code", "period", "area_code", "peer_group_code",
)  # fmt: skip
YOY_KEY = (
    "indicator_code", "variant", "period_kind_code", "period", "area_kind_code", "area_code",
)  # fmt: skip

INTERNAL = (
    Table("dim_region", "marts.dim_region", ("region_code",)),
    Table("dim_region_closure", "marts.dim_region_closure", ("descendant_code", "ancestor_code")),
    Table("dim_organisation", "marts.dim_organisation", ("org_code",)),
    Table("dim_category", "marts.dim_category", ("category_code",)),
    Table("dim_indicator", "marts.dim_indicator", ("indicator_code", "variant")),
    Table("fct_petitions", "marts.fct_petitions", ("registration_id",), _month("registered_at")),
    Table("fct_handling_events", "marts.fct_handling_events", ("event_id",), _month("event_at")),
    Table("fct_evaluations", "marts.fct_evaluations", ("evaluation_id",), _month("deadline_at")),
    Table("fct_cases", "marts.fct_cases", ("case_id",), _month("issued_date")),
    Table(
        "fct_leader_assignments", "marts.fct_leader_assignments", ("assignment_id", "version_no"),
        _month("started_date"),
    ),
    Table(
        "indicator_rows", "intermediate.int_indicator_rows",
        ("indicator_code", "variant", "subject_id", "cohort_date"), _month("cohort_date"),
    ),
    Table("mart_indicator_values", "marts.mart_indicator_values", VALUE_KEY, "period"),
    Table(
        "mart_indicator_funnel", "marts.mart_indicator_funnel",
        ("indicator_code", "variant", "period_kind_code", "period", "region_code", "excluded_because"),
        "period",
    ),
    Table(
        "mart_subject_rows", "marts.mart_subject_rows",
        ("subject_id", "ledger", "delivery_sequence", "sheet_no", "row_no"),
    ),
    Table(
        "mart_receipts", "marts.mart_receipts", ("delivery_sequence", "ledger"), _month("recorded_at"),
    ),
    Table(
        "fct_findings", "findings.fct_findings",
        ("check_code", "org_code", "month_start_date", "ledger", "subject_id"),
        _month("month_start_date"),
    ),
    Table("mart_published_values", "published.mart_published_values", VALUE_KEY, "period"),
    Table(
        "mart_published_funnel", "published.mart_published_funnel",
        ("indicator_code", "variant", "period_kind_code", "period", "region_code", "excluded_because"),
        "period",
    ),
    Table("mart_published_ranks", "published.mart_published_ranks", RANK_KEY, "period"),
    Table("mart_published_yoy", "published.mart_published_yoy", YOY_KEY, "period"),
)  # fmt: skip

# What the public part is made of: masked relations only, and of small areas no cross cuts.
PUBLIC_VALUES = """
    select
        indicator_code, variant, period_kind_code, period, area_kind_code, area_code, area_name,
        cut_code, cut_value, status_code, reason_text, num, den, excluded_count, value, value_low,
        value_high, small_base_flag
    from published.mart_published_values
    where cut_code = 'all' or level_code in ('nation', 'province', 'prefecture')
    order by indicator_code, variant, period_kind_code, period, area_kind_code, area_code,
        cut_code, cut_value
"""
PUBLIC_FUNNEL = """
    select indicator_code, variant, period, region_code, excluded_because, reason_name, status_code,
        subject_count
    from published.mart_published_funnel
    order by indicator_code, variant, period_kind_code, period, region_code, excluded_because
"""
# Beside each value: its rank among its peers, and its change against the year before. Whole numbers
# that may be missing are written as text: a frame would make 3 into 3.0.
PUBLIC_RANKS = """
    select
        indicator_code, variant, period_kind_code, period, peer_group_code, group_area_code, area_code,
        area_name, rank_status_code, reason_text, cast(rank as varchar) as rank, rank_label,
        cast(tied_count as varchar) as tied_count, ranked_count, left_out_count, peers_label,
        cast(rank_low as varchar) as rank_low, cast(rank_high as varchar) as rank_high, rank_wide_flag, n,
        value, value_low, value_high, printed_value
    from published.mart_published_ranks
    where rank_status_code <> 'not_rankable'
    order by indicator_code, variant, period_kind_code, period, area_code, peer_group_code
"""
PUBLIC_YOY = """
    select
        indicator_code, variant, period_kind_code, period, base_period,
        cast(through_month as varchar) as through_month, area_kind_code, area_code, area_name,
        yoy_status_code, reason_text, unit, yoy_percent, yoy_points, this_num, this_den, base_num,
        base_den, this_value, base_value, comparable_flag, left_out_count, small_base_flag
    from published.mart_published_yoy
    order by indicator_code, variant, period_kind_code, period, area_kind_code, area_code
"""
PUBLIC_BESIDE = {"ranks.csv": PUBLIC_RANKS, "yoy.csv": PUBLIC_YOY}
