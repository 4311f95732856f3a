"""Runs in processes that are ready before they are asked for.

Dagster's own launcher starts a new interpreter for each run, which has dbt, Dagster and Great Expectations to import
before the first file is taken. Here one process of the standard library's fork server has imported
them (`ready`) and stands idle; a run is a fork of it. It holds no file and no connection, and each run reads the
home as it then is: definitions, contracts and models are not kept ready.
"""

import multiprocessing
import os
import queue
import signal
from typing import Any

from dagster import DagsterRun
from dagster._core.errors import DagsterLaunchFailedError
from dagster._core.launcher import LaunchRunContext, RunLauncher
from dagster._grpc.impl import (
    IPCErrorMessage,
    StartRunInSubprocessSuccessful,
    start_run_in_subprocess,
)
from dagster._grpc.types import ExecuteExternalJobArgs
from dagster._serdes import ConfigurableClass, serialize_value
from dagster._serdes.config_class import ConfigurableClassData
from dagster._utils.hosted_user_process import recon_job_from_origin

from orchestration import janitor
from orchestration.processes import alive

READY = "orchestration.ready"
POLL_SECONDS = 0.2


class ReadyRunLauncher(RunLauncher, ConfigurableClass):
    """Starts runs as forks of a process that has everything imported. Linux and macOS."""

    def __init__(self, inst_data: ConfigurableClassData | None = None):
        self._inst_data = inst_data
        self._forking = multiprocessing.get_context("forkserver")
        self._forking.set_forkserver_preload([READY])
        # the process opens its queue by name, later: what is not referred to is gone by then
        self._started: list[tuple[Any, Any, Any]] = []
        super().__init__()

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        return self._inst_data

    @classmethod
    def config_type(cls) -> dict:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: dict):
        return cls(inst_data=inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        run: DagsterRun = context.dagster_run
        asked = ExecuteExternalJobArgs(
            job_origin=run.remote_job_origin,
            run_id=run.run_id,
            instance_ref=self._instance.get_ref(),
        )
        said, ending = self._forking.Queue(), self._forking.Event()
        origin = recon_job_from_origin(context.job_code_origin)
        process = self._forking.Process(
            target=start_run_in_subprocess, args=(serialize_value(asked), origin, said, ending)
        )
        process.start()
        self._started = [run for run in self._started if run[0].is_alive()]
        self._started.append((process, said, ending))
        _until_begun(process, said)

    def terminate(self, run_id: str) -> bool:
        """Interrupt a run of this machine, whichever process started it; False when it goes on in none."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        going_on = [pid for pid, at in janitor.processes(self._instance, run_id) if alive(pid, at)]
        self._instance.report_run_canceling(run)
        for pid in going_on:
            os.kill(pid, signal.SIGINT)
        return bool(going_on)


def _until_begun(process: Any, said: Any) -> None:
    """Wait until a run says that it has begun. Raises DagsterLaunchFailedError when it never will: the run is then
    marked as failed, and the queue goes on.
    """
    while True:
        try:
            message = said.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if not process.is_alive():
                text = f"运行的进程没有起来（退出码 {process.exitcode}）。"
                raise DagsterLaunchFailedError(text) from None
        else:
            if isinstance(message, IPCErrorMessage):
                raise DagsterLaunchFailedError(
                    message.message, serializable_error_info=message.serializable_error_info
                )
            if isinstance(message, StartRunInSubprocessSuccessful):
                return
