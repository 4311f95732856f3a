"""A run that does not begin is told of: its process died, or it could not be set up. That one begins and reaches a
release is tested with the real daemon (test_dagster).
"""

import queue
from types import SimpleNamespace

import pytest
from dagster._core.errors import DagsterLaunchFailedError
from dagster._grpc.impl import IPCErrorMessage, StartRunInSubprocessSuccessful
from dagster._utils.error import SerializableErrorInfo

from orchestration import launching


def _said(*messages) -> queue.Queue:
    said = queue.Queue()
    for message in messages:
        said.put(message)
    return said


def _process(lives: bool) -> SimpleNamespace:
    return SimpleNamespace(is_alive=lambda: lives, exitcode=-9)


def test_one_that_says_it_has_begun_is_left_to_itself():
    launching._until_begun(_process(lives=False), _said(StartRunInSubprocessSuccessful()))


def test_one_whose_process_died_failed_to_launch():
    with pytest.raises(DagsterLaunchFailedError, match="没有起来（退出码 -9）"):
        launching._until_begun(_process(lives=False), _said())


def test_one_that_could_not_be_set_up_says_why():
    why = IPCErrorMessage(
        message="no such run", serializable_error_info=SerializableErrorInfo("", [], None)
    )
    with pytest.raises(DagsterLaunchFailedError, match="no such run"):
        launching._until_begun(_process(lives=True), _said(why))
