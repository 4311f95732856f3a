"""Running a suite on a frame: an ephemeral context, a whole-frame batch, one verdict a rule."""

import os
from dataclasses import dataclass

import pandas as pd

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


class GateError(RuntimeError):
    """A rule could not be evaluated: that is a fault of the gate, not of the data."""


@dataclass(frozen=True)
class Rule:
    """One expectation with its name and what a failure means, in Chinese."""

    name: str
    expectation: object
    text_zh: str


@dataclass(frozen=True)
class Verdict:
    """What a rule said of a frame. Counts only; no value leaves the frame."""

    name: str
    passed: bool
    unexpected_count: int
    text_zh: str


def judge(frame: pd.DataFrame, rules: list[Rule], name: str) -> list[Verdict]:
    """Validate a frame once against all rules. Raises GateError when a rule crashed."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = (
        context.data_sources.add_pandas(name)
        .add_dataframe_asset(name)
        .add_batch_definition_whole_dataframe(name)
        .get_batch({"dataframe": frame})
    )
    suite = gx.ExpectationSuite(name=name, expectations=[r.expectation for r in rules])
    outcome = batch.validate(suite, result_format="BASIC")
    by_name = {r.name: r for r in rules}
    verdicts = []
    for result in outcome.results:
        rule = by_name[result.expectation_config.meta["rule"]]
        crashed = result.exception_info or {}
        infos = crashed.values() if "raised_exception" not in crashed else [crashed]
        if any(isinstance(i, dict) and i.get("raised_exception") for i in infos):
            raise GateError(f"闸门规则 {rule.name} 未能执行，请检查列名和类型。")
        count = int((result.result or {}).get("unexpected_count") or 0)
        verdicts.append(Verdict(rule.name, bool(result.success), count, rule.text_zh))
    return verdicts
