"""`petition doctor` and the exit codes: each thing that can be wrong is said with its remedy, and
looking changes nothing.
"""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner
from filelock import FileLock

from ingestion import landing
from ingestion.home import Home
from orchestration import (
    access,
    cli,
    doctor,
    exits,
    health,
    health_home,
    health_machine,
    health_runs,
    runner,
)
from orchestration.health import BAD, NOTE, OK
from publication import release as releases
from tests.conftest import ROOT
from tests.door_files import HEADERS, OFFICE, make_home, row, text

TABLE = [HEADERS, row(1)]


@pytest.fixture
def home(tmp_path) -> Home:
    found = make_home(tmp_path / "home")
    text(found.landing / OFFICE / "a.csv", TABLE)
    return found


def _listing(folder: Path) -> dict:
    return {p: (p.stat().st_size, p.stat().st_mtime_ns) for p in folder.rglob("*")}


def _states(home: Home) -> dict[str, str]:
    return {f.name: f.state for f in doctor.examine(home)}


def _release(home: Home, release_id="20250531-00001-x") -> Path:
    """Make the least that is a release: a manifest, a serve file, a public file; pointed to."""
    folder = home.releases / release_id
    for part in ("public", "internal"):
        (folder / part).mkdir(parents=True)
    manifest = {"as_of": "2025-05-31T23:59:59", "known_to": 1}
    (folder / "internal" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / "internal" / "serve.duckdb").write_bytes(
        b"\0" * 8 + b"DUCK" + b"\0" * 40 + b"v0.0.1" + b"\0" * 40
    )
    (folder / "public" / "values.csv").write_text("a", "utf-8")
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444 if path.parent.name == "public" else 0o440)
    releases.point_to(home, release_id)
    return folder


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
        _release(home)
        (home.root / "dagster" / "history").mkdir(parents=True)
        _runs(home, ("r1", "SUCCESS", 1000.0, 1030.0))
        before = _listing(home.root)
        doctor.examine(home)
        assert _listing(home.root) == before

    def test_a_home_in_order_is_all_ok(self, home, monkeypatch, tmp_path):
        monkeypatch.delenv("PETITION_CLOCK", raising=False)
        secret = tmp_path / "key"
        secret.write_text("k1:" + "a" * 40, "utf-8")
        secret.chmod(0o600)
        monkeypatch.setenv("PETITION_KEY_FILE", str(secret))
        landing.take_all(home, settle_seconds=0)
        _release(home)
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
        assert "磁盘" in _states(home), "the checks after it still run"

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
        folder = _release(home)
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


class TestLanding:
    def test_waiting_and_half_files(self, home):
        (home.landing / OFFICE / "b.csv.part").write_bytes(b"x")
        finding = health_home.arriving(home)
        assert (
            finding.state == NOTE and "待收 1 个" in finding.text and "锁文件 1 个" in finding.text
        )

    def test_a_file_that_grows_while_one_looks(self, home, monkeypatch):
        path = home.landing / OFFICE / "a.csv"
        monkeypatch.setattr(health_home.time, "sleep", lambda seconds: text(path, [*TABLE, row(2)]))
        assert "仍在写 1 个" in health_home.arriving(home).text

    def test_refused_misplaced_and_unknown(self, home):
        (home.landing / OFFICE / "bad.xlsx").write_bytes(b"PK\x03\x04broken")
        text(home.landing / "top.csv", TABLE)
        (home.landing / "某某").mkdir()
        text(home.landing / "某某" / "x.csv", TABLE)
        landing.take_all(home, settle_seconds=0)
        finding = health_home.turned_away(home)
        assert finding.state == NOTE
        assert all(said in finding.text for said in ("仍在 1 个", "放错位置 1 个", "不在名录 1 个"))
        assert "某某" not in finding.text + finding.remedy, "names stay in landing"
        (home.landing / OFFICE / "bad.xlsx").unlink()
        (home.landing / "top.csv").unlink()
        (home.landing / "某某" / "x.csv").unlink()
        assert health_home.turned_away(home).state == OK

    def test_names_that_are_not_utf8(self, home):
        folder = os.fsencode(home.landing / OFFICE)
        with open(os.path.join(folder, "四月.csv".encode("gb18030")), "wb"):
            pass
        finding = health_home.unreadable_names(home)
        assert finding.state == BAD and "1 个" in finding.text
        json.dumps(finding.as_record(), ensure_ascii=False).encode("utf-8")


class TestLake:
    def test_a_gap_in_the_register(self, home):
        text(home.landing / OFFICE / "b.csv", [*TABLE, row(2)])
        landing.take_all(home, settle_seconds=0)
        (home.register / "00000001.json").unlink()
        assert _states(home)["登记簿"] == BAD

    def test_a_register_older_than_the_release(self, home):
        """As after a restore of an old lake beside new releases: a run would give numbers twice."""
        _release(home)
        finding = health_home.registered(home)
        assert finding.state == BAD and "湖比发布旧" in finding.text

    def test_a_torn_entry(self, home):
        landing.take_all(home, settle_seconds=0)
        (home.register / "00000001.json").write_text('{"sequence": 1', "utf-8")
        assert _states(home)["登记簿"] == BAD

    def test_leavings_of_a_killed_run(self, home):
        landing.take_all(home, settle_seconds=0)
        assert health_home.lake_files(home).state == OK
        (home.lake / "petition_register" / "00000002.parquet").write_bytes(b"x")
        (home.register / ".abc.tmp").write_bytes(b"x")
        finding = health_home.lake_files(home)
        assert finding.state == NOTE
        assert "临时文件 1 个" in finding.text and "Parquet 1 个" in finding.text


class TestReleases:
    def test_a_pointer_to_nothing(self, home):
        home.releases.mkdir()
        releases.point_to(home, "20250531-00001-gone")
        assert _states(home)["当前发布"] == BAD

    def test_a_release_without_its_serve_file(self, home):
        (_release(home) / "internal" / "serve.duckdb").unlink()
        assert health_home.published(home).state == BAD

    def test_half_made_ones_are_told(self, home):
        _release(home)
        (home.releases / ".1.tmp").mkdir()
        assert health_home.published(home).state == NOTE

    def test_an_internal_file_that_everybody_may_read(self, home):
        folder = _release(home)
        access.close(home)
        assert health_home.readable(home).state == OK
        (folder / "internal" / "manifest.json").chmod(0o444)
        assert health_home.readable(home).state == BAD
        (folder / "internal" / "manifest.json").chmod(0o440)
        (folder / "public" / "values.csv").chmod(0o400)
        assert health_home.readable(home).state == NOTE

    def test_originals_that_everybody_may_read(self, home):
        home.landing.chmod(0o755)
        finding = health_home.readable(home)
        assert finding.state == NOTE and "landing" in finding.remedy


class TestMachine:
    def test_disk_says_how_it_is_estimated(self, home, monkeypatch):
        need = health_machine.FLOOR_BYTES
        for free, state in ((need - 1, BAD), (2 * need, NOTE), (100 * need, OK)):
            monkeypatch.setattr(
                health_machine.shutil,
                "disk_usage",
                lambda path, free=free: SimpleNamespace(free=free),
            )
            finding = health_machine.disk(home)
            assert finding.state == state
            assert "待收文件" in finding.text and "重建" in finding.text

    def test_disk_counts_what_lies_there(self, home):
        home.work.mkdir()
        home.warehouse.write_bytes(b"x" * 5_000_000)
        _release(home)
        assert "工作库 5 MB" in health_machine.disk(home).text

    def test_a_clock_that_is_set_is_for_tests(self, home, monkeypatch):
        monkeypatch.setenv("PETITION_CLOCK", "2025-06-01T09:00:00")
        assert health_machine.time_told(home).state == NOTE
        landing.take_all(home, settle_seconds=0)
        monkeypatch.setenv("PETITION_CLOCK", "2025-05-01T09:00:00")
        finding = health_machine.time_told(home)
        assert finding.state == BAD and "早于最近一次登记" in finding.text
        monkeypatch.setenv("PETITION_CLOCK", "昨天")
        assert health_machine.time_told(home).state == BAD

    def test_a_package_that_is_not_the_locked_one(self, home, monkeypatch):
        assert health_machine.versions(home).state in (OK, BAD)
        monkeypatch.setattr(
            health_machine, "locked_versions", lambda lock: {"duckdb": "0.0.1", "nothing-such": "1"}
        )
        finding = health_machine.versions(home)
        assert finding.state == BAD
        assert "应为 0.0.1" in finding.text and "nothing-such 未装" in finding.text

    def test_the_lock_is_read_whole(self):
        locked = health_machine.locked_versions(ROOT / "requirements.lock")
        assert {"dagster", "duckdb", "dbt-core"} <= locked.keys() and len(locked) > 100

    def test_duckdb_files_of_another_version(self, home):
        folder = _release(home)
        assert health_machine.written_by(folder / "internal" / "serve.duckdb") == "v0.0.1"
        assert health_machine.engine_files(home).state == NOTE

    def test_the_header_is_read_as_the_installed_version_writes_it(self, tmp_path):
        import duckdb

        duckdb.connect(str(tmp_path / "a.duckdb")).close()
        assert health_machine.written_by(tmp_path / "a.duckdb") == f"v{duckdb.__version__}"

    def test_the_key_file(self, home, tmp_path, monkeypatch):
        monkeypatch.delenv("PETITION_KEY_FILE", raising=False)
        finding = health_machine.key(home)
        assert finding.state == NOTE and "T2 关联关闭" in finding.text
        for path, mode, state in (
            (tmp_path / "key", 0o600, OK), (tmp_path / "open", 0o644, BAD), (home.root / "k", 0o600, BAD),
        ):  # fmt: skip
            path.write_text("k1:" + "s" * 40, "utf-8")
            path.chmod(mode)
            monkeypatch.setenv("PETITION_KEY_FILE", str(path))
            finding = health_machine.key(home)
            assert finding.state == state, path
            assert "s" * 40 not in finding.text
        (tmp_path / "key").write_text("not a key of the network", "utf-8")
        for path in (tmp_path / "gone", tmp_path / "key"):
            monkeypatch.setenv("PETITION_KEY_FILE", str(path))
            assert health_machine.key(home).state == BAD, path

    def test_rules_that_do_not_load(self, home):
        assert _states(home)["规则与契约"] == OK
        (home.rules / "regions.csv").write_text("region_name\n甲\n", "utf-8")
        finding = next(f for f in doctor.examine(home) if f.name == "规则与契约")
        assert finding.state == BAD and "缺少列" in finding.text

    def test_telemetry_and_loopback(self, home):
        home.dagster.mkdir()
        path = home.dagster / "dagster.yaml"
        shipped = (ROOT / "dagster.yaml").read_text("utf-8")
        for content, state in (
            (shipped, OK),
            (shipped.replace("enabled: false", "enabled: true"), BAD),
            (shipped + "\ncode_servers:\n  - {host: 0.0.0.0, port: 4000}\n", BAD),
            (shipped + "\ncode_servers:\n  - {host: localhost, port: 4000}\n", NOTE),
        ):
            path.write_text(content, "utf-8")
            assert health_machine.interface(home).state == state, content

    def test_sizes_are_said_in_units(self):
        assert [health.size_text(n) for n in (0, 5_000, 5_000_000, 84_200_000_000)] == [
            "0 字节", "5 KB", "5 MB", "84.2 GB",
        ]  # fmt: skip


class TestExitCodes:
    def _exit(self, monkeypatch, *arguments) -> int:
        with pytest.raises(SystemExit) as left:
            cli.main(list(arguments))
        return left.value.code

    def test_done(self, monkeypatch):
        assert self._exit(monkeypatch, "--help") == exits.DONE

    def test_what_was_asked_for_is_not_there(self, monkeypatch, tmp_path):
        assert (
            self._exit(monkeypatch, "release", "verify", "--home", str(tmp_path)) == exits.BAD_INPUT
        )

    def test_a_failed_run(self, monkeypatch, tmp_path):
        from orchestration import runner

        def fails(*given):
            raise runner.RunFailed("收据不守恒")

        monkeypatch.setattr(runner, "run", fails)
        assert self._exit(monkeypatch, "run", "--home", str(tmp_path)) == exits.FAILED

    @pytest.mark.parametrize("words", [["nope"], ["run", "--nope"], ["check"], ["release", "nope"]])
    def test_a_command_line_that_is_wrong(self, monkeypatch, words, capsys):
        assert self._exit(monkeypatch, *words) == exits.USAGE
        assert capsys.readouterr().err

    def test_an_error_of_the_program_is_loud(self, monkeypatch, tmp_path, capsys):
        def breaks(home):
            raise ZeroDivisionError

        monkeypatch.setattr(doctor, "examine", breaks)
        assert self._exit(monkeypatch, "doctor", "--home", str(tmp_path)) == exits.BROKEN
        said = capsys.readouterr().err
        assert "Traceback" in said and "维护人员" in said

    def test_interrupted(self, monkeypatch, tmp_path):
        def interrupted(home):
            raise KeyboardInterrupt

        monkeypatch.setattr(doctor, "examine", interrupted)
        assert self._exit(monkeypatch, "doctor", "--home", str(tmp_path)) == exits.INTERRUPTED

    def test_a_reader_that_has_gone_is_no_error(self, home):
        script = (
            f"{sys.executable} -m orchestration.cli query --help | true; exit ${{PIPESTATUS[0]}}"
        )
        done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, check=False)
        assert done.returncode == exits.DONE, done.stderr

    def test_every_code_is_in_the_help_and_the_document(self):
        told = CliRunner().invoke(cli.main, ["--help"]).output
        for code, (meaning, _) in exits.MEANINGS.items():
            assert f"{code:<4} {meaning}" in told
        assert exits.as_markdown() in (ROOT / "docs" / "exit-codes.md").read_text("utf-8")

    def test_commands_name_codes_by_their_constants(self):
        """A number beside sys.exit would be a second truth."""
        source = (ROOT / "orchestration" / "cli.py").read_text("utf-8")
        assert "sys.exit(BAD_INPUT)" in source
        assert not [n for n in range(256) if f"sys.exit({n})" in source]

    def test_click_s_own_usage_code_is_still_the_one_we_replace(self):
        assert click.UsageError.exit_code == exits.FAILED
