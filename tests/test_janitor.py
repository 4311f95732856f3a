"""After a crash: a run whose process is gone is marked as failed, one that goes on is left alone."""

import os
import subprocess
import sys
import time

import dagster as dg
import pytest

from ingestion.home import Home
from orchestration import janitor, processes, runner
from tests.conftest import ROOT

# a run that says it began and then does nothing, so that it can be killed, or looked at while it goes on
GOES_ON = """
import sys, time
import dagster as dg

@dg.op
def waits():
    print("begun", flush=True)
    time.sleep(600)

@dg.job(executor_def=dg.in_process_executor)
def work():
    waits()

with dg.DagsterInstance.get() as instance:
    work.execute_in_process(instance=instance)
"""


@pytest.fixture
def instance(tmp_path, monkeypatch):
    for name in ("DAGSTER_HOME", "PETITION_HOME"):
        monkeypatch.setenv(name, "")  # prepare_instance sets them: they are to be as they were
    runner.prepare_instance(Home(tmp_path / "home"))
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture
def going_on(instance):
    """A run that goes on in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", GOES_ON], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert process.stdout.readline() == b"begun\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _status(instance) -> str:
    (run,) = instance.get_runs()
    return run.status.value


def test_a_run_whose_process_was_killed_is_marked_as_failed(instance, going_on):
    said: list[str] = []
    janitor.sweep(instance, said.append)
    assert not said and _status(instance) == "STARTED", "it goes on"
    going_on.kill()
    going_on.wait()
    (run,) = instance.get_runs()
    for _ in range(2):
        janitor.sweep(instance, said.append)
    assert len(said) == 1 and run.run_id[:8] in said[0]
    assert _status(instance) == "FAILURE"


def test_a_run_that_has_not_said_where_it_goes_on_is_left_alone(instance):
    instance.add_run(dg.DagsterRun(job_name="work", status=dg.DagsterRunStatus.STARTING))
    janitor.sweep(instance, pytest.fail)
    assert _status(instance) == "STARTING"


def test_a_number_that_another_process_took_over_is_not_that_process():
    assert processes.alive(os.getpid())
    assert not processes.alive(os.getpid(), by=0.0), "this process had not begun in 1970"


def test_a_number_of_no_process_is_not_alive():
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    assert not processes.alive(done.pid)


def test_a_process_that_ended_unasked_after_is_not_alive():
    done = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert done.stdout.read() == b"", "it has ended; its parent has not asked after it"
    done.stdout.close()
    while processes.alive(done.pid):  # between its last output and its end
        time.sleep(0.01)
    done.wait()
