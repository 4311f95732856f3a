"""`petition doctor` on what lies in a home: each thing that can be wrong is said with its remedy."""

import json
import os

import pytest

from ingestion import landing
from ingestion.home import Home
from orchestration import (
    access,
    health_home,
)
from orchestration.health import BAD, NOTE, OK
from publication import release as releases
from tests import doctor_homes
from tests.doctor_homes import TABLE, release, states
from tests.door_files import OFFICE, row, text


@pytest.fixture
def home(tmp_path) -> Home:
    return doctor_homes.make(tmp_path / "home")


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
        assert states(home)["登记簿"] == BAD

    def test_a_register_older_than_the_release(self, home):
        """As after a restore of an old lake beside new releases: a run would give numbers twice."""
        release(home)
        finding = health_home.registered(home)
        assert finding.state == BAD and "湖比发布旧" in finding.text

    def test_a_torn_entry(self, home):
        landing.take_all(home, settle_seconds=0)
        (home.register / "00000001.json").write_text('{"sequence": 1', "utf-8")
        assert states(home)["登记簿"] == BAD

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
        assert states(home)["当前发布"] == BAD

    def test_a_release_without_its_serve_file(self, home):
        (release(home) / "internal" / "serve.duckdb").unlink()
        assert health_home.published(home).state == BAD

    def test_half_made_ones_are_told(self, home):
        release(home)
        (home.releases / ".1.tmp").mkdir()
        assert health_home.published(home).state == NOTE

    def test_an_internal_file_that_everybody_may_read(self, home):
        folder = release(home)
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
