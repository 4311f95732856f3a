"""Coming in: every delivery's receipt balances. Blocking: without it no figure can be proven."""

import great_expectations.expectations as gxe
import pandas as pd

from expectations.gate import Rule, Verdict, judge

COUNTS = ("read", "loaded", "quarantined", "duplicate")


def _rules() -> list[Rule]:
    def rule(name: str, kind, text: str, **arguments) -> Rule:
        return Rule(name, kind(meta={"rule": name}, **arguments), text)

    return [
        rule(
            "row_conservation", gxe.ExpectColumnValuesToBeInSet,
            "读入 = 装入 + 隔离 + 重复，不守恒的报送不能用", column="imbalance", value_set=[0],
        ),
        *(
            rule(
                f"{count}_not_negative", gxe.ExpectColumnValuesToBeBetween,
                "行数不能为负", column=count, min_value=0,
            )
            for count in COUNTS
        ),
        rule(
            "one_receipt_each", gxe.ExpectCompoundColumnsToBeUnique,
            "一次报送的一种台账只有一张收据", column_list=["sequence", "ledger"],
        ),
        rule(
            "stored_rows_match", gxe.ExpectColumnValuesToBeInSet,
            "湖中行数与收据不符", column="missing_rows", value_set=[0],
        ),
    ]  # fmt: skip


def judge_receipts(frame: pd.DataFrame) -> list[Verdict]:
    """Judge receipts: columns sequence, ledger, read, loaded, quarantined, duplicate, stored.

    An empty frame (nothing but refused files) passes: there is nothing to conserve.
    """
    if frame.empty:
        return []
    counted = frame.assign(
        imbalance=frame["read"] - frame["loaded"] - frame["quarantined"] - frame["duplicate"],
        missing_rows=frame["loaded"] - frame["stored"],
    )
    return judge(counted, _rules(), "receipts")
