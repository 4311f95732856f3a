"""`petition doctor` on the machine: disk, versions, key, engine."""

from types import SimpleNamespace

import pytest

from ingestion import landing
from ingestion.home import Home
from orchestration import (
    doctor,
    health,
    health_machine,
)
from orchestration.health import BAD, NOTE, OK
from tests import doctor_homes
from tests.conftest import ROOT
from tests.doctor_homes import release, states


@pytest.fixture
def home(tmp_path) -> Home:
    return doctor_homes.make(tmp_path / "home")


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
        release(home)
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
        folder = release(home)
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
        assert states(home)["规则与契约"] == OK
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
