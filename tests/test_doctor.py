"""`petition doctor`: the table, the writer's lock and the last run; looking changes nothing."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest
from click.testing import CliRunner
from filelock import FileLock

from ingestion import landing
from ingestion.home import Home
from orchestration import (
    cli,
    doctor,
    exits,
    health_runs,
    runner,
)
from orchestration.health import BAD, NOTE, OK
from tests import doctor_homes
from tests.conftest import ROOT
from tests.doctor_homes import listing, release, states


@pytest.fixture
def home(tmp_path) -> Home:
    return doctor_homes.make(tmp_path / "home")


class TestTheTable:
    def test_a_home_that_does_not_exist_is_said_so_and_not_made(self, tmp_path, petition):
        done = petition("doctor", "--json", "--home", str(tmp_path / "没有"))
        assert done.returncode == exits.BAD_INPUT
        record = json.loads(done.stdout)
        assert record["worst"] == "bad" and len(record["checks"]) == 1
        assert record["checks"][0]["remedy"]
        assert not (tmp_path / "没有").exists()

    def test_looking_makes_and_changes_nothing(self, home):
        landing.take_all(home, settle_seconds=0)
        release(home)
        (home.root / "dagster" / "history").mkdir(parents=True)
        _runs(home, ("r1", "SUCCESS", 1000.0, 1030.0))
        before = listing(home.root)
        doctor.examine(home)
        assert listing(home.root) == before

    def test_a_home_in_order_is_all_ok(self, home, monkeypatch, tmp_path):
        monkeypatch.delenv("PETITION_CLOCK", raising=False)
        secret = tmp_path / "key"
        secret.write_text("k1:" + "a" * 40, "utf-8")
        secret.chmod(0o600)
        monkeypatch.setenv("PETITION_KEY_FILE", str(secret))
        landing.take_all(home, settle_seconds=0)
        release(home)
        for folder in (home.landing, home.lake):
            folder.chmod(0o750)
        found = {f.name: f for f in doctor.examine(home)}
        for name in (
            "写入锁",
            "等待收取",
            "没有收的文件",
            "登记簿",
            "湖中残留",
            "当前发布",
            "权限",
        ):
            assert found[name].state == OK, found[name]
        for name in ("规则与契约", "关联密钥", "磁盘", "时钟", "界面与遥测"):
            assert found[name].state == OK, found[name]

    def test_whatever_is_not_ok_says_what_to_do(self, home):
        for finding in doctor.examine(home):
            assert finding.state == OK or finding.remedy, finding.name

    def test_a_check_that_breaks_is_bad_and_says_no_value(self, home, monkeypatch):
        def breaks(home):
            raise KeyError("秘密的值")

        monkeypatch.setitem(doctor.CHECKS, "登记簿", breaks)
        finding = next(f for f in doctor.examine(home) if f.name == "登记簿")
        assert finding.state == BAD and "KeyError" in finding.text
        assert "秘密" not in finding.text + finding.remedy
        assert "磁盘" in states(home), "the checks after it still run"

    def test_it_answers_without_the_heavy_rooms(self, home):
        script = (
            "import sys\nfrom orchestration.cli import main\n"
            "try:\n    main(['doctor', '--home', sys.argv[1]], standalone_mode=False)\n"
            "except SystemExit:\n    pass\n"
            "print('MODULES', *sorted({m.split('.')[0] for m in sys.modules}))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(home.root)],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        loaded = set(done.stdout.splitlines()[-1].split()[1:])
        assert loaded.isdisjoint({"dagster", "dbt", "great_expectations", "scipy"})

    def test_the_terminal_shows_every_line_whole(self, home, monkeypatch):
        monkeypatch.setenv("COLUMNS", "80")
        done = CliRunner().invoke(
            cli.main, ["doctor", "--home", str(home.root)], standalone_mode=False
        )
        for finding in doctor.examine(home):
            assert finding.name.replace(" ", "")[:4] in done.output.replace(" ", "")
        assert "…" not in done.output.replace("T2 关联关闭…", "")


class TestWriting:
    def test_a_live_writer_is_named(self, home):
        home.work.mkdir()
        with FileLock(str(home.lock)):
            note = {"pid": os.getpid(), "owner": "petition run", "since": "2025-06-01T02:00:00"}
            home.lock.with_suffix(".json").write_text(json.dumps(note), "utf-8")
            finding = health_runs.writing(home)
        assert finding.state == OK and f"进程 {os.getpid()}" in finding.text

    def test_a_note_without_a_lock_is_of_a_killed_run(self, home):
        home.work.mkdir()
        home.lock.touch()
        note = {"pid": _gone(), "owner": "petition run", "since": "2025-06-01T02:00:00"}
        home.lock.with_suffix(".json").write_text(json.dumps(note), "utf-8")
        finding = health_runs.writing(home)
        assert finding.state == NOTE and "没有善终" in finding.text

    def test_a_lock_whose_owner_is_gone_is_bad(self, home):
        home.work.mkdir()
        with FileLock(str(home.lock)):
            note = {"pid": _gone(), "owner": "petition run", "since": "2025-06-01T02:00:00"}
            home.lock.with_suffix(".json").write_text(json.dumps(note), "utf-8")
            finding = health_runs.writing(home)
        assert finding.state == BAD and "子进程" in finding.text and "fuser" in finding.remedy

    def test_looking_does_not_keep_the_lock(self, home):
        home.work.mkdir()
        home.lock.touch()
        health_runs.writing(home)
        FileLock(str(home.lock)).acquire(timeout=0.1).lock.release()


def _gone() -> int:
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def _runs(home: Home, *rows) -> None:
    path = home.dagster / "history" / "runs.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    database.execute(
        "create table runs (id integer primary key, run_id text, status text, start_time float,"
        " end_time float, create_timestamp text default '2025-01-01 00:00:00')"
    )
    database.executemany(
        "insert into runs (run_id, status, start_time, end_time) values (?,?,?,?)", rows
    )
    database.commit()
    database.close()


class TestLastRun:
    def test_none_yet(self, home):
        assert health_runs.last_run(home).state == NOTE

    def test_without_history_the_release_says_when(self, home):
        folder = release(home)
        folder.joinpath("run.json").write_text('{"published_at": "2025-06-01T02:03:04"}', "utf-8")
        finding = health_runs.last_run(home)
        assert finding.state == OK and "2025-06-01T02:03:04" in finding.text

    @pytest.mark.parametrize(("status", "state"), [("SUCCESS", OK), ("FAILURE", BAD)])
    def test_how_it_ended_when_and_how_long(self, home, monkeypatch, status, state):
        monkeypatch.setenv("PETITION_CLOCK", "2025-06-01T09:00:00")
        _runs(home, ("old", "FAILURE", 1.0, 2.0), ("new", status, 1748714400.0, 1748714431.0))
        finding = health_runs.last_run(home)
        assert finding.state == state
        assert "2025-06-01 02:00" in finding.text and "31 秒" in finding.text

    def test_a_run_that_nobody_runs_any_more(self, home, monkeypatch):
        monkeypatch.delenv("PETITION_CLOCK", raising=False)
        _runs(home, ("abcdef0123", "STARTED", 1748714400.0, None))
        finding = health_runs.last_run(home)
        assert finding.state == BAD and "abcdef01" in finding.text and "记为失败" in finding.remedy

    def test_a_missed_night(self, home, monkeypatch):
        monkeypatch.delenv("PETITION_CLOCK", raising=False)
        _runs(home, ("r", "SUCCESS", 1748714400.0, 1748714431.0))
        assert health_runs.last_run(home).state == NOTE

    def test_the_history_is_read_as_dagster_writes_it(self, home, monkeypatch):
        """The real storage of the pinned version, with a run in it."""
        import dagster as dg
        from dagster._core.storage.dagster_run import DagsterRun, DagsterRunStatus

        monkeypatch.setenv("PETITION_CLOCK", "2025-06-01T09:00:00")
        for name in ("DAGSTER_HOME", "PETITION_HOME", "DAGSTER_DISABLE_TELEMETRY"):
            monkeypatch.setenv(name, os.environ.get(name, ""))
        runner.prepare_instance(home)
        with dg.DagsterInstance.get() as instance:
            instance.add_run(
                DagsterRun(job_name="j", run_id="r" * 36, status=DagsterRunStatus.SUCCESS)
            )
        (found,) = health_runs.run_history(home)
        assert (found["run_id"], found["status"]) == ("r" * 36, "SUCCESS")
        assert found["start"] > 1_700_000_000
