"""Tidying up after a crash: runs that Dagster still holds for going on, whose process is no more.

Such a run would keep the queue waiting for ever. What it wrote needs no tidying: a delivery, a working file
and a release are whole or not there, and the next run begins where it has to.
"""

from collections.abc import Callable

import dagster as dg
from dagster import DagsterEventType, DagsterRunStatus, RunsFilter

from ingestion.home import Home
from orchestration import alerts
from orchestration.processes import alive

GOING_ON = [
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
SWEPT = "petition/swept"  # the tag of a run whose process went away
WHY = "运行的进程已不在（被杀，或机器重启过），记为失败。数据无损，下一次运行会从头补齐。"


def sweep(instance: dg.DagsterInstance, say: Callable[[str], None]) -> None:
    """Mark as failed every run that goes on in no process, and say so.

    A run whose process lives is left alone, also when it only waits for the writer's lock; so is one that
    has not yet said in which process it goes on.
    """
    for run in instance.get_runs(RunsFilter(statuses=GOING_ON)):
        said = processes(instance, run.run_id)
        if said and not any(alive(pid, at) for pid, at in said):
            instance.add_run_tags(run.run_id, {SWEPT: "true"})
            instance.report_run_failed(run, WHY)
            alerts.tell(Home.find(), alerts.SWEPT, WHY, run_id=run.run_id)
            say(f"运行 {run.run_id[:8]} 的进程已不在，记为失败；数据无损。")


def processes(instance: dg.DagsterInstance, run_id: str) -> list[tuple[int, float]]:
    """Return the processes that a run said it goes on in, with when it said so."""
    found = []
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.ENGINE_EVENT):
        told = entry.get_dagster_event().engine_event_data.metadata.get("pid")
        if told is not None:
            found.append((int(told.text), entry.timestamp))
    return found
