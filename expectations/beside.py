"""Going out: what is printed beside a figure, its ranks and its change against the year before.

Judged against the figures themselves, so that nothing beside a held or suppressed figure can tell it.
"""

import great_expectations.expectations as gxe
import pandas as pd

from expectations.candidate import rule
from expectations.gate import Verdict, judge

AREA = ["indicator_code", "variant", "period_kind_code", "period", "area_kind_code", "area_code"]
RANK = ["rank", "rank_label", "tied_count", "rank_low", "rank_high", "rank_wide_flag"]
RANK_FIGURES = ["n", "value", "value_low", "value_high", "printed_value"]
CHANGES = ["yoy_percent", "yoy_points"]
SUMS = ["this_num", "this_den", "base_num", "base_den", "this_value", "base_value"]
NONE = {"value_set": [0]}
UNITS = {"percent": "yoy_percent", "percentage_point": "yoy_points"}


def judge_beside(figures: pd.DataFrame, ranks: pd.DataFrame, yoy: pd.DataFrame) -> list[Verdict]:
    """Judge the ranks and changes of a candidate beside its published values."""
    printed = figures.loc[figures["cut_code"] == "all", [*AREA, "status_code", "small_base_flag"]]
    return _judge_ranks(_beside(ranks.assign(area_kind_code="region"), printed)) + _judge_yoy(
        _beside(yoy, printed)
    )


def _beside(frame: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its figure's status; a row without its figure counts as not printed."""
    joined = frame.merge(printed, on=AREA, how="left", suffixes=("", "_of_values"))
    small = joined["small_base_flag_of_values" if "small_base_flag" in frame else "small_base_flag"]
    return joined.assign(masked=joined["status_code"] != "published", small=small.eq(True))


def _count(flags: pd.Series) -> pd.Series:
    return flags.fillna(False).astype(int)


def _judge_ranks(frame: pd.DataFrame) -> list[Verdict]:
    in_set = gxe.ExpectColumnValuesToBeInSet
    key = [*AREA, "peer_group_code"]
    ranked = frame["rank"].notna()
    place = frame[["rank", "rank_low", "rank_high", "ranked_count"]].astype("float64")
    inside = (
        (place["rank_low"] >= 1)
        & (place["rank_low"] <= place["rank"])
        & (place["rank"] <= place["rank_high"])
        & (place["rank_high"] <= place["ranked_count"])
    )
    counted = frame[key].assign(
        leaks=_count(frame["masked"] & frame[RANK + RANK_FIGURES].notna().any(axis=1)),
        small=_count(ranked & frame["small"]),
        outside=_count(ranked & ~inside),
        unranked=_count(ranked != (frame["rank_status_code"] == "ranked")),
        halves=_count(ranked & frame[RANK].isna().any(axis=1)),
    )
    rules = [
        rule("one_rank_each", gxe.ExpectCompoundColumnsToBeUnique, "同一名次出现两次", column_list=key),
        rule("masked_has_no_rank", in_set, "未发布的数字带有名次或数字", column="leaks", **NONE),
        rule("small_base_has_no_rank", in_set, "基数小的数字带有名次", column="small", **NONE),
        rule("rank_within_peers", in_set, "名次不在其区间内，或区间不在 1 至 N 之间", column="outside", **NONE),
        rule("rank_says_so", in_set, "名次与排名状态不符", column="unranked", **NONE),
        rule("rank_is_whole", in_set, "名次缺少区间或并列数", column="halves", **NONE),
    ]  # fmt: skip
    return judge(counted, rules, "candidate_ranks")


def _judge_yoy(frame: pd.DataFrame) -> list[Verdict]:
    in_set = gxe.ExpectColumnValuesToBeInSet
    compared = frame["yoy_status_code"] == "compared"
    numbers = frame[CHANGES].notna()
    in_its_unit = pd.Series(False, index=frame.index)
    for unit, column in UNITS.items():
        in_its_unit |= (frame["unit"] == unit) & numbers[column]
    counted = frame[AREA].assign(
        leaks=_count(frame["masked"] & frame[CHANGES + SUMS].notna().any(axis=1)),
        mixed=_count(compared & ((numbers.sum(axis=1) != 1) | ~in_its_unit)),
        untold=_count(~compared & (frame[CHANGES + SUMS].notna().any(axis=1) | frame["reason_text"].isna())),
    )  # fmt: skip
    rules = [
        rule("one_change_each", gxe.ExpectCompoundColumnsToBeUnique, "同一同比出现两次", column_list=AREA),
        rule("masked_has_no_change", in_set, "未发布的数字带有同比", column="leaks", **NONE),
        rule("one_unit_of_change", in_set, "同比须恰有百分比、百分点之一，并与单位相符", column="mixed", **NONE),
        rule("no_change_says_why", in_set, "未作同比的带有数字，或没有写明原因", column="untold", **NONE),
    ]  # fmt: skip
    return judge(counted, rules, "candidate_yoy")
