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
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from ingestion.home import Home
from ingestion.rule_tables import rule_rows
from orchestration import project
from publication.statistics import bunching, heaping, shares

PROVINCES, OFFICES, LEVEL, SEED = 500, 9, 0.05, 20260401
DOCUMENT = project.ROOT / "docs" / "findings.md"
MARK = "<!-- measured -->"
# the share in every office, and in the planted one; by how much offices differ of themselves (standard deviation)
USUAL = {
    "C01": 0.10, "C06": 0.10, "C11": 0.10, "C13": 0.15, "C14": 0.10, "C15": 0.10, "D12": 0.05, "D13": 0.30, "D14": 0.50,
    "D16": 0.05, "D17": 0.10, "D19": 0.10,
}  # fmt: skip
PLANTED = {
    "C01": 0.35, "C06": 0.35, "C11": 0.35, "C13": 0.45, "C14": 0.35, "C15": 0.35, "D12": 0.30, "D13": 0.60, "D14": 1.00,
    "D16": 0.30, "D17": 0.35, "D19": 0.35,
}  # fmt: skip
CASES = ("registrations", "replies", "ratings", "closings", "cases")
VIEWS = {"int_reply_texts": "intermediate", **{f"int_checked_{of}": "marts" for of in CASES}}
MODELS = (*VIEWS, "agg_checked_shares", "agg_deadline_days", "agg_target_gaps")
WORLDS = {"clean": 0.0, "differing": 0.03}
FACTS = {
    "marts.fct_petitions": """
        select case_no as registration_id, org_code as register_org_code, cast(null as varchar) as responsible_org_code,
            registered_date + interval 9 hour as registered_at,
            cast(registered_date - case when "C01" then 8 else 0 end as date) as petition_date,
            not "C06" as counted_flag, date '2026-03-27' as reply_due_date,
            cast(null as date) as effective_reply_due_date,
            case when "C11" then timestamp '2026-03-27 09:00:00' else timestamp '2026-03-20 09:00:00' end as replied_at,
            closed_date + interval 17 hour as closed_at,
            'visit' as channel_code, case when "D13" then 4 else 5 end as person_count
        from (select *, case when "C15" then closed_date else date '2026-03-10' end as registered_date
            from (select *, case when "D17" then date '2026-03-30' else date '2026-03-20' end as closed_date from cases))""",
    "marts.fct_evaluations": """
        select case_no as registration_id, timestamp '2026-03-28 09:00:00' as evaluated_at, 1 as attempt_no,
            'unit' as target_code, org_code as told_by_office_code, not "C14" as entitled_flag, 'satisfied' as rating_code,
            timestamp '2026-03-10 09:00:00' as registered_at,
            case when "C13" then 'proxy' else 'self' end as evaluator_type_code
        from cases""",
    "marts.int_reply_flips": """
        select case_no as registration_id, org_code, date '2026-03-27' as reply_due_date,
            not "D12" as in_time_then_flag, not "D12" as told_then_flag, true as told_now_flag,
            true as in_time_now_flag
        from cases""",
    "marts.fct_matter_items": "select case_no as registration_id, cast(null as timestamp) as returned_at from cases",
    "marts.dim_region": "select distinct family as region_code, 'province' as level_code from offices",
    "marts.dim_region_closure": """
        select distinct family as ancestor_code, org_code as descendant_code, 1 as distance from offices""",
    "marts.dim_organisation": """
        select org_code, org_code as region_code, 'county' as level_code, true as is_petition_office from offices""",
    "intermediate.int_handling_events_in_force": """
        select case_no * 10 + of_text as registration_id, org_code as office_code, org_code as from_org_code,
            'direct_reply' as event_type_code,
            timestamp '2026-03-20 09:00:00' as event_at, case_no as reply_text_key
        from cases inner join range(5) as more(of_text) on of_text = 0 or "D19"
        """,
    "intermediate.int_gathered_ratings": """
        select cast(null as bigint) as registration_id, 'unit' as target_code, 1 as attempt_no where 1 = 0""",
    "intermediate.int_calendar": """
        select cast(day as date) as calendar_date, row_number() over (order by day) as working_day_no
        from range(timestamp '2026-01-01', timestamp '2026-12-31', interval 1 day) as days(day)""",
    "intermediate.int_dials": "select timestamp '2026-03-31 23:59:59' as as_of",
    "ref.ref_publication_threshold": """
        select * from (values ('checked_days', 400), ('batch_closings', 5), ('alike_replies', 5),
            ('rated_within_minutes', 5)) as told(threshold_code, threshold_value)""",
}  # fmt: skip

# what was closed in a minute is told of minutes: one case in each, five in those that are asked about
IN_MINUTES = """
    select petitions.* replace (
        case_no * 10 + of_minute as registration_id, timestamp '2026-03-20 08:00:01' + to_minutes(number) as closed_at
    )
    from work.marts.fct_petitions as petitions
    inner join cases on petitions.registration_id = cases.case_no and cases.number < {least}
    inner join range(5) as more(of_minute) on of_minute = 0 or cases."D16"
"""

# what was turned is what D12 asks about too: it is told of other cases
TURNED = """
    select case_no as registration_id, org_code, date '2026-03-27' as reply_due_date,
        not "D14" as in_time_then_flag, true as told_then_flag, true as told_now_flag, "D14" as in_time_now_flag
    from cases where number < {least}"""


# of each province so many steps, told from sixty days before their due day to sixty after, ever fewer; in planted ones
# so many of what comes in the days after the due day is told as done just before it
STEPS, FALL_DAYS, LATE_DAYS, MOVED = 1_600, 80, 10, 0.5
STEPPED = {
    "marts.fct_petitions": """
        select step_no as registration_id, family as register_region_code, timestamp '2026-03-01' as registered_at,
            cast(null as timestamp) as forwarded_at, cast(null as date) as office_due_date,
            cast(null as timestamp) as unit_noticed_at, cast(null as date) as unit_due_date,
            date '2026-03-10' + cast(day_no as integer) as replied_at, date '2026-03-10' as reply_due_date,
            cast(null as date) as effective_reply_due_date
        from steps""",
    "marts.fct_matter_items": "select step_no as registration_id, cast(null as timestamp) as returned_at from steps",
    "marts.dim_region_closure": "select distinct family as ancestor_code, family as descendant_code from steps",
    "marts.dim_organisation": """
        select distinct family || '-0' as org_code, family as region_code, 'province' as level_code,
            true as is_petition_office
        from steps""",
    "intermediate.int_dials": FACTS["intermediate.int_dials"],
    "ref.ref_publication_threshold": FACTS["ref.ref_publication_threshold"],
}  # fmt: skip

# of each province so many months of offices about a target of 90, the denser the higher up to there; in planted ones so
# many of those that are a step short of it are told as on it
MONTHS, TARGET, DENSER, HEAPED = 480, 90.0, 0.05, 0.7
MONTHLY = {
    "raw.ref_targets": """
        select 'rate' as indicator_code, 'project' as variant, '' as region_code, 'at_least' as side_code,
            '90' as target_value, '2026-01-01' as valid_from, '' as valid_to""",
    "marts.mart_indicator_values": """
        select 'rate' as indicator_code, 'project' as variant, 'share' as kind_code, 'month' as period_kind_code,
            '2026-03' as period, 'org' as area_kind_code, family || '-c' as area_code, 'all' as cut_code, 400 as den,
            value
        from months""",
    "marts.dim_organisation": """
        select distinct family || more.kind as org_code, family as region_code, more.level_code,
            true as is_petition_office
        from months cross join (values ('-0', 'province'), ('-c', 'county')) as more(kind, level_code)""",
    "marts.dim_region_closure": "select distinct family as ancestor_code, family as descendant_code from months",
    "intermediate.int_dials": FACTS["intermediate.int_dials"],
    "ref.ref_publication_threshold": """
        select * from (values ('checked_days', 400), ('target_minimum_n', 200)) as told(threshold_code, threshold_value)""",
}  # fmt: skip


def minimum_n() -> dict[str, int]:
    """Return of how many each statistical check asks at least, as shipped."""
    asked = {*USUAL, bunching.CHECK, heaping.CHECK}
    return {r["check_code"]: int(r["minimum_n"]) for r in rule_rows("checks", None) if r["check_code"] in asked}  # fmt: skip


def tested(
    models: dict[str, str], provinces: int, differing: float, planted: bool, seed: int
) -> pd.DataFrame:
    """Return what the tests say of the offices of so many planted provinces."""
    random = np.random.default_rng(seed)
    least = {check: n for check, n in minimum_n().items() if check in USUAL}
    offices = pd.DataFrame({"office_no": np.arange(provinces * OFFICES)})
    offices["family"] = "p" + (offices["office_no"] // OFFICES).astype(str)
    offices["org_code"] = offices["family"] + "-" + (offices["office_no"] % OFFICES).astype(str)
    cases = offices.loc[offices.index.repeat(max(least.values()))].reset_index(drop=True)
    cases["case_no"] = np.arange(len(cases))
    cases["number"] = cases.groupby("office_no").cumcount()
    for check, usual in USUAL.items():
        share = np.clip(random.normal(usual, differing, len(offices)), 0.005, 0.995)
        if planted:
            share[::OFFICES] = PLANTED[check]
        cases[check] = random.random(len(cases)) < share[cases["office_no"]]
    with _planted(FACTS, offices=offices, cases=cases) as connection:
        for view, schema in VIEWS.items():
            connection.execute(f"create view work.{schema}.{view} as {models[view]}")
        counts = connection.execute(models["agg_checked_shares"]).df()
        again = {"D14": ("int_reply_flips", TURNED), "D16": ("fct_petitions", IN_MINUTES)}
        for check, (table, rows) in again.items():
            connection.execute(
                f"create or replace table work.marts.{table} as {rows.format(least=least[check])}"
            )
            only = (
                connection.execute(models["agg_checked_shares"]).df().query("check_code == @check")
            )
            counts = pd.concat([counts[counts["check_code"] != check], only], ignore_index=True)
    assert (counts.groupby("check_code")["n"].min() == pd.Series(least)).all(), (
        "as many as are asked of at least"
    )
    return shares.tested(counts, least)


@contextmanager
def _planted(facts: dict[str, str], **frames: pd.DataFrame):
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as work")
        for name, frame in frames.items():
            connection.register(name, frame)
        for name, rows in facts.items():
            connection.execute(f"create schema if not exists work.{name.split('.')[0]}")
            connection.execute(f"create table work.{name} as {rows}")
        yield connection


def stepped(sql: str, provinces: int, differing: float, planted: bool, seed: int) -> pd.DataFrame:
    """Return what the test at the deadline says of so many planted provinces; where they differ, their days do."""
    random = np.random.default_rng(seed)
    days = np.arange(-bunching.FARTHEST, bunching.FARTHEST + 1)
    steps = []
    for province in range(provinces):
        often = np.exp(-(days + bunching.FARTHEST) / FALL_DAYS) * random.lognormal(
            0, 5 * differing, len(days)
        )
        day = random.choice(days, STEPS, p=often / often.sum())
        if planted:
            moved = (day >= 1) & (day <= LATE_DAYS) & (random.random(STEPS) < MOVED)
            day = np.where(moved, -(day % bunching.WIDTH), day)
        steps.append(pd.DataFrame({"family": f"p{province}", "day_no": day}))
    steps = pd.concat(steps, ignore_index=True)
    steps["step_no"] = np.arange(len(steps))
    with _planted(STEPPED, steps=steps) as connection:
        counts = connection.execute(sql).df()
    return bunching.tested(counts, minimum_n(), pd.Timestamp("2026-03-31"))


def aimed(sql: str, provinces: int, differing: float, planted: bool, seed: int) -> pd.DataFrame:
    """Return what the test at a target says of so many planted provinces; where they differ, their values do."""
    random = np.random.default_rng(seed)
    steps = np.arange(-heaping.FARTHEST, heaping.FARTHEST)
    months = []
    for province in range(provinces):
        often = np.exp(DENSER * steps) * random.lognormal(0, 5 * differing, len(steps))
        step = random.choice(steps, MONTHS, p=often / often.sum())
        if planted:
            step = np.where((step == -1) & (random.random(MONTHS) < HEAPED), 0, step)
        value = (TARGET + (step + random.random(MONTHS)) / 2) / 100
        months.append(pd.DataFrame({"family": f"p{province}", "value": value}))
    with _planted(MONTHLY, months=pd.concat(months, ignore_index=True)) as connection:
        counts = connection.execute(sql).df()
    return heaping.tested(counts, minimum_n(), pd.Timestamp("2026-03-31"))


def measured(provinces: int = PROVINCES, seed: int = SEED) -> pd.DataFrame:
    """Return, by check: the share of provinces in which somebody is asked although nothing is the matter, where offices
    are alike and where they differ of themselves; and the share of planted offices that are asked.
    """
    with tempfile.TemporaryDirectory() as folder:
        models = project.compiled(Home(Path(folder)), MODELS)
    found = {}
    for number, (name, differing) in enumerate(WORLDS.items()):
        clean = pd.concat(_both(models, provinces, differing, False, seed + number))
        clean["family"] = clean["org_code"].str.split("-").str[0]
        somebody = clean.groupby(["check_code", "family"])["q_value"].min() <= LEVEL
        found[f"false_{name}"] = somebody.groupby(level="check_code").mean()
        sown = pd.concat(_both(models, provinces, differing, True, seed + 10 + number))
        sown = sown[sown["org_code"].str.endswith("-0")]
        found[f"power_{name}"] = (sown["q_value"] <= LEVEL).groupby(sown["check_code"]).mean()
    return pd.DataFrame(found)


def _both(models: dict[str, str], *world) -> list[pd.DataFrame]:
    return [
        tested(models, *world),
        stepped(models["agg_deadline_days"], *world),
        aimed(models["agg_target_gaps"], *world),
    ]


SHIFTED = {bunching.CHECK: f"{MOVED:.0%} 移前", heaping.CHECK: f"{HEAPED:.0%} 移上"}


def table(found: pd.DataFrame, provinces: int, seconds: float) -> str:
    """Return the table as Markdown."""
    names = {r["check_code"]: r["name_zh"] for r in rule_rows("checks", None)}
    least = minimum_n()
    lines = [
        "| 核查 | 最小基数 | 平常份额 | 误问：相同 | 误问：差 3 点 | 种下的份额 | 问到：相同 | 问到：差 3 点 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for check, row in found.iterrows():
        usual = f"{USUAL[check]:.0%}" if check in USUAL else "–"
        planted = f"{PLANTED[check]:.0%}" if check in PLANTED else SHIFTED[check]
        cells = (
            f"{check} {names[check]}", least[check], usual, f"{row.false_clean:.1%}", f"{row.false_differing:.1%}",
            planted, f"{row.power_clean:.0%}", f"{row.power_differing:.0%}",
        )  # fmt: skip
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines.append(
        f"\n每栏 {provinces} 个省，每省 {OFFICES} 个县级信访部门，件数恰好是最小基数。D15 每省 {STEPS:,} 步，"
        f"期满当日和前五日平均约七十步，越晚办的越少；“相同”是各日平滑，“差 3 点”是各日自有起伏。"
        f"D18 每省 {MONTHS:,} 个单位月，散在目标上下各五个百分点，紧挨目标两边约五十个。"
        f"共用 {seconds:.0f} 秒；随机种子 {SEED}。"
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
