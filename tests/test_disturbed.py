"""Nothing is lost whatever befalls a run: it is killed, the disk is full, a folder is closed, the clock is set back, two
come at once. Always a whole release is there to be read, and the finished state is that of an undisturbed run.

`KILLS` asks for more kills, `KILL_SEED` for others, `KILL_STATE` names a folder where the progress of many is kept
(make soak).
"""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from tests import faults
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
SHORT = 1
KILLS = int(os.environ.get("KILLS", SHORT))
SEED = os.environ.get("KILL_SEED", "20260401")
STATE = os.environ.get("KILL_STATE")
APART = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",)))
NAMES = [*faults.FAULTS] if KILLS > SHORT else [n for n in faults.FAULTS if n not in faults.LONG]


@cache
def _may_mount() -> bool:
    """Tell whether this machine lets us have a mount namespace of our own, and mount in it."""
    try:
        tried = subprocess.run(
            [*APART, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True
        )
    except FileNotFoundError:
        return False
    return tried.returncode == 0


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> list[dict]:
    """What came of all of them, on one stage: it takes a minute to prepare."""
    names = [name for name in NAMES if _may_mount() or name not in faults.MOUNTING]
    asked = ["--kills", str(KILLS), "--seed", SEED, *(["--state", STATE] if STATE else [])]
    place = str(tmp_path_factory.mktemp("stage") / "stage")
    command = [sys.executable, "-m", "tests.disturbing", "--place", place, *asked]
    ran = subprocess.run(
        [*(APART if _may_mount() else ()), *command, "--faults", *names],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, f"seed {SEED}\n{ran.stdout[-2000:]}\n{ran.stderr[-3000:]}"
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_a_run_that_is_killed_anywhere_loses_nothing(done):
    before = sum(line.get("kills_before", 0) for line in done)
    kills = [kill for line in done for kill in line.get("kills", [])]
    assert before + len(kills) >= KILLS


@pytest.mark.parametrize("name", NAMES)
def test_a_machine_that_fails_a_run_is_told_of_and_nothing_is_lost(done, name):
    if name in faults.MOUNTING and not _may_mount():
        pytest.skip("装满磁盘、挂成只读要有自己的挂载空间（unshare --mount），这里没有")
    (said,) = [line["said"] for line in done if line.get("fault") == name]
    for words in said:
        assert all(part in words for part in faults.SAID[name]), words
