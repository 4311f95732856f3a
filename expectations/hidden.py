"""Going out: what is hidden must stay hidden. Judged on the findings of the attack, in which no figure's value is."""

import great_expectations.expectations as gxe
import pandas as pd

from expectations.candidate import rule
from expectations.gate import Verdict, judge

REMEDY = (
    "由公开的数字可以推出隐去的数字。请多隐去一个同级或上级的数字（阈值 hidden_width 是区间至少多宽），"
    "或暂缓该指标该期，再运行；上一版照常可读"
)


def judge_hidden(narrow: pd.DataFrame) -> list[Verdict]:
    """Judge what the attack found: a row a hidden figure that can be had too closely, `out_flag` where earlier releases
    give it away by themselves and this one adds nothing.
    """
    counted = pd.DataFrame({"adds": (~narrow["out_flag"].astype(bool)).astype(int)})
    rules = [
        rule("hidden_stays_hidden", gxe.ExpectColumnValuesToBeInSet, REMEDY, column="adds", value_set=[0]),
    ]  # fmt: skip
    return judge(counted, rules, "candidate_hidden")
