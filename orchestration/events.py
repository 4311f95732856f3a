"""When things run: one job, the landing sensor, the nightly schedule."""

import hashlib
import os

import dagster as dg

from ingestion import landing
from ingestion.home import Home
from orchestration import alerts, cadences, janitor

JOB_NAME = "from_ledger_to_release"

job = dg.define_asset_job(
    JOB_NAME,
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups(cadences.GROUP),
    description="从台账到发布：收文件、核收据、装表、建模、核验、过闸、发布。",
    executor_def=dg.in_process_executor,
    hooks={alerts.on_failure},
)


@dg.sensor(
    job=job,
    name="landing_sensor",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="落地目录有新的、已写完的文件时，请求一次运行收下全部；只列目录，不读文件。",
)
def landing_sensor(context: dg.SensorEvaluationContext):
    """Ask for one run for all unseen files. A file listed for the first time may still be growing:
    it is asked for when a second look finds it as it was. A run that a crash left going on would hold the
    new one back: it is marked as failed first.
    """
    janitor.sweep(context.instance, context.log.warning)
    waiting = landing.unseen(Home.find())
    listing = "".join(f"{a.path.name}{a.stamp}" for a in waiting)
    digest = hashlib.sha256(os.fsencode(listing)).hexdigest()
    if not waiting:
        return dg.SkipReason("没有新的文件。")
    if context.cursor != digest:
        context.update_cursor(digest)
        return dg.SkipReason(f"看到 {len(waiting)} 个新文件，等其写完。")
    return dg.RunRequest(run_key=digest)


nightly = dg.ScheduleDefinition(
    name="nightly",
    job=job,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="每天凌晨两点：统计时点为前一日终了。",
)
