"""What the statistical checks are worth: in how many provinces where nothing is the matter somebody is asked, and how
often an office is asked that should be. `python -m benchmarks.findings [PROVINCES] [--write]`; make bench-findings.

Every province is a planted world of nine county offices, each with as many cases as a check asks of at least, counted by
the model's own SQL (`agg_checked_shares`) out of planted facts and tested as in a build. The numbers of cases that are
asked about are drawn; what a planted office did is said beside its power.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from ingestion.home import Home
from ingestion.rule_tables import rule_rows
from orchestration import project
from publication.statistics import shares

PROVINCES, OFFICES, LEVEL, SEED = 500, 9, 0.05, 20260401
DOCUMENT = project.ROOT / "docs" / "findings.md"
MARK = "<!-- measured -->"
# the share in every office, and in the planted one; by how much offices differ of themselves (standard deviation)
USUAL = {
    "C01": 0.10, "C06": 0.10, "C11": 0.10, "C13": 0.15, "C14": 0.10, "C15": 0.10, "D12": 0.05, "D13": 0.30,
}  # fmt: skip
PLANTED = {
    "C01": 0.35, "C06": 0.35, "C11": 0.35, "C13": 0.45, "C14": 0.35, "C15": 0.35, "D12": 0.30, "D13": 0.60,
}  # fmt: skip
WORLDS = {"clean": 0.0, "differing": 0.03}
FACTS = {
    "marts.fct_petitions": """
        select case_no as registration_id, org_code as register_org_code, cast(null as varchar) as responsible_org_code,
            timestamp '2026-03-10 09:00:00' as registered_at,
            case when "C01" then date '2026-03-02' else date '2026-03-10' end as petition_date,
            not "C06" as counted_flag, date '2026-03-27' as reply_due_date,
            cast(null as date) as effective_reply_due_date,
            case when "C11" then timestamp '2026-03-27 09:00:00' else timestamp '2026-03-20 09:00:00' end as replied_at,
            case when "C15" then timestamp '2026-03-10 17:00:00' else timestamp '2026-03-27 09:00:00' end as closed_at,
            'visit' as channel_code, case when "D13" then 4 else 5 end as person_count
        from cases""",
    "marts.fct_evaluations": """
        select case_no as registration_id, timestamp '2026-03-28 09:00:00' as evaluated_at, 1 as attempt_no,
            org_code as told_by_office_code, not "C14" as entitled_flag, 'satisfied' as rating_code,
            case when "C13" then 'proxy' else 'self' end as evaluator_type_code
        from cases""",
    "intermediate.int_handling_events_versions": """
        select case_no as registration_id, org_code as office_code, 'opinion_issued' as event_type_code,
            timestamp '2026-03-20 09:00:00' as event_at,
            office_no * 3 + case when "D12" then 2 else 1 end as valid_from_sequence
        from cases""",
    "intermediate.int_standing_deliveries": """
        select office_no * 3 + number as delivery_sequence, org_code as office_code, false as historic_flag,
            timestamp '2026-03-25 09:00:00' + interval (number * 3) day as recorded_at
        from offices, range(3) as numbers(number)""",
    "staging.stg_delivery_ledgers": """
        select office_no * 3 + number as delivery_sequence, 'handling_events' as ledger
        from offices, range(3) as numbers(number)""",
    "marts.dim_region": "select distinct family as region_code, 'province' as level_code from offices",
    "marts.dim_region_closure": """
        select distinct family as ancestor_code, org_code as descendant_code, 1 as distance from offices""",
    "marts.dim_organisation": """
        select org_code, org_code as region_code, 'county' as level_code, true as is_petition_office from offices""",
    "intermediate.int_calendar": """
        select cast(day as date) as calendar_date, row_number() over (order by day) as working_day_no
        from range(timestamp '2026-01-01', timestamp '2026-12-31', interval 1 day) as days(day)""",
    "intermediate.int_dials": "select timestamp '2026-03-31 23:59:59' as as_of",
    "ref.ref_publication_threshold": "select 'checked_days' as threshold_code, 400 as threshold_value",
}  # fmt: skip


def minimum_n() -> dict[str, int]:
    """Return of how many each statistical check asks at least, as shipped."""
    return {r["check_code"]: int(r["minimum_n"]) for r in rule_rows("checks", None) if r["check_code"] in USUAL}  # fmt: skip


def tested(sql: str, provinces: int, differing: float, planted: bool, seed: int) -> pd.DataFrame:
    """Return what the tests say of the offices of so many planted provinces."""
    random = np.random.default_rng(seed)
    least = minimum_n()
    offices = pd.DataFrame({"office_no": np.arange(provinces * OFFICES)})
    offices["family"] = "p" + (offices["office_no"] // OFFICES).astype(str)
    offices["org_code"] = offices["family"] + "-" + (offices["office_no"] % OFFICES).astype(str)
    cases = offices.loc[offices.index.repeat(max(least.values()))].reset_index(drop=True)
    cases["case_no"] = np.arange(len(cases))
    for check, usual in USUAL.items():
        share = np.clip(random.normal(usual, differing, len(offices)), 0.005, 0.995)
        if planted:
            share[::OFFICES] = PLANTED[check]
        cases[check] = random.random(len(cases)) < share[cases["office_no"]]
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as work")
        connection.register("offices", offices)
        connection.register("cases", cases)
        for name, rows in FACTS.items():
            connection.execute(f"create schema if not exists work.{name.split('.')[0]}")
            connection.execute(f"create table work.{name} as {rows}")
        counts = connection.execute(sql).df()
    assert (counts.groupby("check_code")["n"].min() == pd.Series(least)).all(), (
        "as many as are asked of at least"
    )
    return shares.tested(counts, least)


def measured(provinces: int = PROVINCES, seed: int = SEED) -> pd.DataFrame:
    """Return, by check: the share of provinces in which somebody is asked although nothing is the matter, where offices
    are alike and where they differ of themselves; and the share of planted offices that are asked.
    """
    with tempfile.TemporaryDirectory() as folder:
        sql = project.compiled(Home(Path(folder)), ["agg_checked_shares"])["agg_checked_shares"]
    found = {}
    for number, (name, differing) in enumerate(WORLDS.items()):
        clean = tested(sql, provinces, differing, False, seed + number)
        clean["family"] = clean["org_code"].str.split("-").str[0]
        somebody = clean.groupby(["check_code", "family"])["q_value"].min() <= LEVEL
        found[f"false_{name}"] = somebody.groupby(level="check_code").mean()
        sown = tested(sql, provinces, differing, True, seed + 10 + number)
        sown = sown[sown["org_code"].str.endswith("-0")]
        found[f"power_{name}"] = (sown["q_value"] <= LEVEL).groupby(sown["check_code"]).mean()
    return pd.DataFrame(found)


def table(found: pd.DataFrame, provinces: int, seconds: float) -> str:
    """Return the table as Markdown."""
    names = {r["check_code"]: r["name_zh"] for r in rule_rows("checks", None)}
    least = minimum_n()
    lines = [
        "| 核查 | 最小基数 | 平常份额 | 误问：相同 | 误问：差 3 点 | 种下的份额 | 问到：相同 | 问到：差 3 点 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for check, row in found.iterrows():
        cells = (
            f"{check} {names[check]}", least[check], f"{USUAL[check]:.0%}", f"{row.false_clean:.1%}",
            f"{row.false_differing:.1%}", f"{PLANTED[check]:.0%}", f"{row.power_clean:.0%}", f"{row.power_differing:.0%}",
        )  # fmt: skip
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines.append(
        f"\n每栏 {provinces} 个省，每省 {OFFICES} 个县级信访部门；共用 {seconds:.0f} 秒；随机种子 {SEED}。"
    )
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(
        prog="python -m benchmarks.findings", description="量统计核查的误问与问到。"
    )
    asked.add_argument("provinces", nargs="?", type=int, default=PROVINCES)
    asked.add_argument("--write", action="store_true", help="写入 docs/findings.md")
    given = asked.parse_args()
    began = time.monotonic()
    found = measured(given.provinces)
    text = table(found, given.provinces, time.monotonic() - began)
    print(text)
    if given.write:
        before, mark, _ = DOCUMENT.read_text("utf-8").partition(MARK)
        DOCUMENT.write_text(f"{before}{mark}\n\n{text}\n", "utf-8")
    sys.exit(int((found["false_clean"] > LEVEL).any()))


if __name__ == "__main__":
    main()
