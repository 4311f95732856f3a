"""Running the job from the command line, in process, on the home's own Dagster instance."""

import os
import shutil
from contextlib import suppress
from datetime import datetime

from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import access, postgres, unwritable, writer


class RunFailed(HouseError):
    """The run ended without a release; the message says which steps failed."""


def prepare_instance(home: Home) -> None:
    """Close what is the service's own, make the home's Dagster folder and say where it is; no telemetry, loopback
    only. Raises HouseError where the history is to be in PostgreSQL and cannot be.
    """
    access.close(home)
    postgres.prepare(home)
    settings = home.dagster / "dagster.yaml"
    beside = settings.with_suffix(f".{os.getpid()}")
    shutil.copyfile(postgres.settings_file(), beside)
    # another process may be reading: half of it would mean Dagster's defaults
    beside.replace(settings)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    os.environ["PETITION_HOME"] = str(home.root)


def run(home: Home, as_of: datetime | None = None, say=lambda text: None) -> str:
    """Run everything from landing to release; return the run id. Raises RunFailed.

    The last release stays readable whatever happens here.
    """
    try:
        return _run(home, as_of, say)
    except HouseError:
        raise
    except Exception as error:
        why = unwritable.why(home, error)
        if why is None:
            raise
        _alert(home, why)
        raise RunFailed(why) from error


def _run(home: Home, as_of: datetime | None, say) -> str:
    prepare_instance(home)
    writer.hold(home, "petition run", say)
    try:
        sweep(say)
        return execute(home, _definitions(home), as_of)
    finally:
        writer.release(home)


def _alert(home: Home, why: str) -> None:
    from orchestration import alerts

    with suppress(OSError):  # its log may lie on the very disk; it was sent all the same
        alerts.tell(home, alerts.FAILED, f"运行没有成功，没有发布。{why}")


def _definitions(home: Home):
    """Return the home's definitions; that they cannot be made is alerted to like a step that fails."""
    from orchestration import alerts

    try:
        from orchestration.definitions import build_definitions

        return build_definitions(home)
    except HouseError as error:
        alerts.tell(home, alerts.FAILED, f"运行没有开始，上一版照常可读。{error}")
        raise


def sweep(say=lambda text: None) -> None:
    """Mark runs of the prepared instance that a crash left going on as failed, and say so."""
    import dagster as dg

    from orchestration import janitor

    with dg.DagsterInstance.get() as instance:
        janitor.sweep(instance, say)


def execute(home: Home, definitions, as_of: datetime | None = None) -> str:
    """Run the job of some definitions on the prepared instance; return the run id. Raises RunFailed, also where steps
    were skipped and nothing was published, which Dagster calls a success.
    """
    import dagster as dg

    from orchestration.events import JOB_NAME

    config = {"ops": {"load_raw_tables": {"config": {"as_of": as_of.isoformat() if as_of else ""}}}}
    with dg.DagsterInstance.get() as instance:
        result = definitions.resolve_job_def(JOB_NAME).execute_in_process(
            instance=instance, run_config=config, raise_on_error=False
        )
    if not result.success:
        raise RunFailed(_why(home, result))
    skipped = [event.step_key for event in result.all_events if event.is_step_skipped]
    if skipped:
        raise RunFailed(
            f"运行走完了而没有发布：{'、'.join(skipped)} 被跳过，因为它们所由来的没有做。请报给维护者。"
        )
    return result.run_id


def _why(home: Home, result) -> str:
    """Return which steps failed and why, without the values that an exception may carry."""
    reasons = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            said = unwritable.why(home, "\n".join(_messages(error)))
            cause = error.cause or error
            reasons.append(f"{event.step_key}：{said or cause.message.strip().splitlines()[0]}")
    return "；".join(reasons) or "运行没有成功，详见 Dagster 运行日志。"


def _messages(error) -> list[str]:
    """Return what Dagster kept of the messages of an error and of all that it came from."""
    return [error.message, *_messages(error.cause or error.context)] if error else []
