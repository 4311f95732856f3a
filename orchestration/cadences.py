"""What comes out by the clock and takes nothing in: the daily reminder and the periodic issues, each an asset with a
job and a schedule of its own.
"""

import dagster as dg

from ingestion import clock
from ingestion.home import Home
from orchestration import alerts, reminding
from orchestration.deliveries import OWNERS
from publication import issues as issuing

GROUP = "cadences"


@dg.asset(
    key=dg.AssetKey(["outbox", "reminders"]),
    deps=[dg.AssetKey(["release", "current"])],
    description="日提醒：各单位七日内到期和已过期而未了的件数、欠报的台账，写进各自的 outbox/；谁还欠什么列在这里。",
    group_name=GROUP,
    kinds={"xlsx"},
    owners=OWNERS,
)
def reminders(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Write the lists of the current release, and show who owes what."""
    home = Home.find()
    found, named = reminding.write(home), reminding.labels(home)
    lines = [
        f"| {row['org_name']} | {named.get(row['ledger'], row['ledger'])} | {row['period_end_date']} | {row['due_date']} |"
        for row in found.owed[: reminding.SHOWN]
    ]
    table = "\n".join(["| 单位 | 台账 | 本期末日 | 应于 |", "| --- | --- | --- | --- |", *lines])
    return dg.MaterializeResult(
        metadata={
            "release_id": found.release_id,
            "offices": len(found.lists),
            "open_counts": len(found.open_counts),
            "owed": len(found.owed),
            "who_owes_what": dg.MetadataValue.md(table),
        }
    )


reminder_job = dg.define_asset_job(
    "daily_reminder",
    selection=dg.AssetSelection.assets(reminders),
    description="日提醒：由当前一版写出，不收文件，不建模。",
    executor_def=dg.in_process_executor,
    hooks={alerts.on_failure},
)
reminder_schedule = dg.ScheduleDefinition(
    name="daily_reminder",
    job=reminder_job,
    cron_schedule="30 7 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="每天早晨七点半：由夜间那一版写出各单位的提醒。",
)


@dg.asset(
    key=dg.AssetKey(["issues", "periodic"]),
    deps=[dg.AssetKey(["release", "current"])],
    description="周汇总、半月通报、月考核、季讲评、年报：到截止时点由当时的一版作成一期，到印发时点才对外可读。",
    group_name=GROUP,
    kinds={"csv"},
    owners=OWNERS,
)
def periodic_issues(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Make the issues that are cut off, open those that are printed."""
    home = Home.find()
    done = issuing.settle(home, clock.now())
    for event, places in (
        (alerts.ISSUE_MADE, done["made"]),
        (alerts.ISSUE_PRINTED, done["opened"]),
    ):
        for place in places:
            alerts.tell(
                home, event, place.relative_to(home.issues).as_posix(), run_id=context.run_id
            )
    return dg.MaterializeResult(
        metadata={
            name: [p.relative_to(home.issues).as_posix() for p in done[name]] for name in done
        }
    )


issue_job = dg.define_asset_job(
    "periodic_issues",
    selection=dg.AssetSelection.assets(periodic_issues),
    description="作成已截止的各期，放开已到印发时点的各期。",
    executor_def=dg.in_process_executor,
    hooks={alerts.on_failure},
)


@dg.schedule(
    job=issue_job,
    name="periodic_issues",
    cron_schedule="*/10 * * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="每十分钟看一次发布日历，有该作成、该放开的才运行。",
)
def issue_schedule(context: dg.ScheduleEvaluationContext):
    """Run only when the calendar has something to do."""
    if issuing.is_anything_due(Home.find(), clock.now()):
        return dg.RunRequest()
    return dg.SkipReason("没有到期的。")
