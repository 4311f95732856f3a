"""When things run: one job, the landing sensor, the nightly schedule."""

import hashlib
import os
import time

import dagster as dg

from ingestion import landing
from ingestion.home import Home
from orchestration import alerts, cadences, janitor

JOB_NAME = "from_ledger_to_release"
LOOK_AGAIN_SECONDS = 2
ATTEMPTS = 3  # for the same files, of runs whose process went away
UNDER_WAY = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, *janitor.GOING_ON]

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
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="落地目录有新的、已写完的文件时，请求一次运行收下全部；只列目录，不读文件。",
)
def landing_sensor(context: dg.SensorEvaluationContext):
    """Ask for one run for all unseen files, once a second look finds each as it was: before that it may still be
    growing. Whatever comes while a run is asked for or goes on is taken by it, or by the next.

    A run that a crash left going on would hold the new one back: it is marked as failed first. What such a run did
    not take is asked for again, a few times; a run that failed of itself would fail again.
    """
    instance = context.instance
    janitor.sweep(instance, context.log.warning)
    home = Home.find()
    waiting = landing.unseen(home)
    if not waiting:
        return dg.SkipReason("没有新的文件。")
    if instance.get_runs_count(dg.RunsFilter(job_name=JOB_NAME, statuses=UNDER_WAY)):
        return dg.SkipReason(f"有 {len(waiting)} 个新文件，等正在进行的运行结束再看。")
    time.sleep(LOOK_AGAIN_SECONDS)
    if landing.unseen(home) != waiting:
        return dg.SkipReason(f"看到 {len(waiting)} 个新文件，有的还在写，下次再看。")
    listing = "".join(f"{a.path.name}{a.stamp}" for a in waiting)
    key = _next_key(instance, hashlib.sha256(os.fsencode(listing)).hexdigest())
    if key is None:
        return dg.SkipReason(
            f"为这 {len(waiting)} 个文件的运行没有成功，不再重试；改正原因后运行 petition run。"
        )
    return dg.RunRequest(run_key=key)


def _next_key(instance: dg.DagsterInstance, digest: str) -> str | None:
    """Return the key of the next run for a listing: the same for whoever asks meanwhile. None when no run would help."""
    for attempt in range(ATTEMPTS):
        key = f"{digest}-{attempt}"
        asked = instance.get_runs(dg.RunsFilter(tags={"dagster/run_key": key}), limit=1)
        if not asked or janitor.SWEPT not in asked[0].tags:
            return None if asked else key
    return None


nightly = dg.ScheduleDefinition(
    name="nightly",
    job=job,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="每天凌晨两点：统计时点为前一日终了。",
)
