"""One writer at a time: a second process waits, says for whom, and then goes on."""

import subprocess
import sys

from orchestration import writer
from tests.conftest import ROOT
from tests.door_files import make_home

SECOND = """
import sys
from pathlib import Path
from ingestion.home import Home
from orchestration import writer
writer.POLL_SECONDS = 0.2
writer.hold(Home(Path(sys.argv[1])), "petition compact", lambda text: print(text, flush=True))
print("went on", flush=True)
"""


def test_a_second_writer_waits_says_for_whom_and_goes_on(tmp_path):
    home = make_home(tmp_path / "home")
    writer.hold(home, "petition run")
    try:
        second = subprocess.Popen(
            [sys.executable, "-c", SECOND, str(home.root)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert "正在等待 petition run（进程" in second.stdout.readline()
        assert second.poll() is None
    finally:
        writer.release(home)
    rest = second.stdout.read()
    assert second.wait() == 0 and rest.endswith("went on\n")
    assert writer.state(home)[0] is False, "the lock went with its process"
