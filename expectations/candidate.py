"""Going out: the candidate release's figures, and what is printed beside them.

A failure here is structural: no release.
"""

import great_expectations.expectations as gxe
import pandas as pd

from expectations.gate import Rule, Verdict, judge

STATUSES = ["published", "held", "suppressed"]
KINDS = ["share", "count", "mean", "per_capita", "stock", "mean_stock"]


def rule(name: str, kind, text: str, **arguments) -> Rule:
    """Return an expectation under its name, with what a failure means."""
    return Rule(name, kind(meta={"rule": name}, **arguments), text)


def _rules(key: list[str]) -> list[Rule]:
    within = {"row_condition": 'status_code=="published"', "condition_parser": "pandas"}
    in_set = gxe.ExpectColumnValuesToBeInSet
    none = {"value_set": [0]}
    return [
        rule("some_figures", gxe.ExpectTableRowCountToBeBetween, "一个数字也没有", min_value=1),
        rule("one_figure_each", gxe.ExpectCompoundColumnsToBeUnique, "同一数字出现两次", column_list=key),
        rule("known_status", in_set, "发布状态不认识", column="status_code", value_set=STATUSES),
        rule("known_kind", in_set, "指标种类不认识", column="kind_code", value_set=KINDS),
        rule("masked_is_null", in_set, "暂缓或隐去的数字没有清空", column="leaks", **none),
        rule("n_present", gxe.ExpectColumnValuesToNotBeNull, "发布的数字缺分母", column="den", **within),
        rule("num_within_den", in_set, "分子大于分母", column="num_over_den", **none),
        rule("rate_in_range", in_set, "率不在 0 与 1 或其区间之内，不是率的为负或有区间", column="rate_outside", **none),
        rule("held_says_why", in_set, "暂缓的数字没有写明原因", column="silent_holds", **none),
    ]  # fmt: skip


def judge_candidate(frame: pd.DataFrame, key: list[str]) -> list[Verdict]:
    """Judge the published values of a candidate; `key` is their full unique key."""
    masked = frame["status_code"] != "published"
    told = ~masked & frame["value"].notna()
    rate = frame["kind_code"].isin(["share", "stock"]) & told
    outside = ~frame["value"].between(0, 1) | ~frame["value"].between(
        frame["value_low"] - 1e-6, frame["value_high"] + 1e-6
    )
    no_rate = (
        told
        & ~rate
        & ((frame["value"] < 0) | frame[["value_low", "value_high"]].notna().any(axis=1))
    )
    figures = ["num", "den", "excluded_count", "value", "value_low", "value_high"]
    counted = frame[[*key, "status_code", "kind_code"]].assign(
        den=pd.to_numeric(frame["den"]),
        leaks=(masked & frame[figures].notna().any(axis=1)).astype(int),
        num_over_den=(rate & (frame["num"].astype(float) > frame["den"].astype(float))).astype(int),
        rate_outside=((rate & outside) | no_rate).astype(int),
        silent_holds=(masked & frame["reason_text"].isna()).astype(int),
    )
    return judge(counted, _rules(key), "candidate")
