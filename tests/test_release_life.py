"""How a release is withdrawn, reduced, and told to the lake; without dbt."""

import json
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from ingestion import published, register
from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration.cli import main
from publication import diff, files, notices, retention, told
from publication import release as releases
from publication.candidate import Candidate
from tests.small_releases import publish, small_candidate


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", "2026-06-30T09:00:00")
    return Home(tmp_path / "home")


class TestWithdraw:
    def test_the_pointer_goes_back_and_a_notice_stays(self, home):
        first, second = publish(home, 1), publish(home, 2)
        before = files.file_hashes(second.folder)
        said = retention.withdraw(home, second.release_id, "甲县四月台账有误")
        assert said["current"] == first.release_id == releases.load(home, None).release_id
        path = home.withdrawn / f"{second.release_id}.json"
        assert json.loads(path.read_text("utf-8")) == {
            "release_id": "release-02", "withdrawn_at": "2026-06-30T09:00:00", "reason": "甲县四月台账有误",
        }  # fmt: skip
        assert path.stat().st_mode & 0o777 == 0o444
        assert files.file_hashes(second.folder) == before
        assert "release-01" in home.pointer_sql.read_text("utf-8")
        assert [r.release_id for r in releases.list_releases(home)] == ["release-01", "release-02"]

    def test_withdrawing_again_changes_nothing(self, home):
        publish(home, 1)
        publish(home, 2)
        said = retention.withdraw(home, "release-02", "一")
        assert retention.withdraw(home, "release-02", "二") == said

    def test_an_earlier_one_leaves_the_pointer_and_a_withdrawn_one_is_passed_over(self, home):
        for number in (1, 2, 3):
            publish(home, number)
        assert retention.withdraw(home, "release-02", "x")["current"] == "release-03"
        assert retention.withdraw(home, "release-03", "x")["current"] == "release-01"
        assert retention.withdraw(home, "release-01", "x")["current"] is None
        assert not home.pointer.exists() and not home.pointer_sql.exists()
        with pytest.raises(releases.ReleaseError, match="都已撤回"):
            releases.load(home, None)

    def test_a_clock_set_back_never_turns_the_order_of_releases_back(self, home, monkeypatch):
        publish(home, 1)
        monkeypatch.setenv("PETITION_CLOCK", "2026-06-29T09:00:00")
        publish(home, 2)
        assert [r.release_id for r in releases.list_releases(home)] == ["release-01", "release-02"]
        assert retention.withdraw(home, "release-02", "x")["current"] == "release-01"

    def test_the_same_release_is_not_published_again(self, home):
        publish(home, 1)
        again = small_candidate(home, 2, {"2026-01": [("1", 5)]})
        releases.publish(home, again)
        retention.withdraw(home, "release-02", "数据有误")
        with pytest.raises(HouseError, match=r"release-02.*撤回（数据有误）"):
            releases.publish(home, again)
        assert releases.load(home, None).release_id == "release-01"
        assert publish(home, 3).manifest["compared_with"] == "release-01"

    def test_killed_between_notice_and_pointer_is_made_good(self, home, monkeypatch):
        publish(home, 1)
        publish(home, 2)
        monkeypatch.setattr(
            releases, "point_to", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            retention.withdraw(home, "release-02", "x")
        monkeypatch.undo()
        assert releases.current(home).release_id == "release-02"
        releases.settle(home)
        assert releases.current(home).release_id == "release-01"

    def test_no_reason_and_no_such_release_are_said(self, home):
        publish(home, 1)
        with pytest.raises(HouseError, match="--reason"):
            retention.withdraw(home, "release-01", "  ")
        with pytest.raises(HouseError, match="没有 release-09"):
            retention.withdraw(home, "release-09", "x")
        assert releases.current(home).release_id == "release-01"

    def test_a_stale_resolver_is_written_again(self, home):
        publish(home, 1)
        home.pointer_sql.write_text("ATTACH 'elsewhere';\n", "utf-8")
        releases.settle(home)
        assert str(home.releases / "release-01") in home.pointer_sql.read_text("utf-8")


class TestPrune:
    @pytest.fixture
    def old(self, home, monkeypatch):
        """Fourteen releases a day apart, the fourth at a month's end, then ninety days."""
        start = datetime(2026, 3, 28, 9, 0)
        for number in range(1, 15):
            now = start + timedelta(days=number)
            monkeypatch.setenv("PETITION_CLOCK", now.isoformat())
            as_of = f"{now - timedelta(days=1):%Y-%m-%d}T23:59:59"
            publish(home, number, as_of=as_of)
        return home

    def test_which_are_due(self, old, monkeypatch):
        monkeypatch.setenv("PETITION_CLOCK", "2026-04-15T09:00:00")
        assert retention.due(old) == [], "all younger than the days kept"
        monkeypatch.setenv("PETITION_CLOCK", "2026-07-15T09:00:00")
        assert [r.release_id for r in retention.due(old)] == [
            "release-01",
            "release-02",
            "release-03",
        ]
        assert [r.manifest["as_of"][:10] for r in releases.list_releases(old)][3] == "2026-03-31"
        releases.point_to(old, "release-02")
        assert [r.release_id for r in retention.due(old)] == ["release-01", "release-03"]

    def test_what_is_left_is_enough_for_the_others(self, old, monkeypatch):
        monkeypatch.setenv("PETITION_CLOCK", "2026-07-15T09:00:00")
        due = retention.due(old)
        whole = diff.changes(old.releases / "release-04", old.releases / "release-03")
        shutil.rmtree(old.work)
        shared = (old.releases / "release-04" / diff.VALUES / "2026-01.parquet").stat().st_nlink
        assert retention.freed_bytes(due) == 3 * len(b"serve 1"), "shared files give nothing back"
        retention.prune(old, due)
        left = {
            p.relative_to(due[2].folder).as_posix() for p in due[2].folder.rglob("*") if p.is_file()
        }
        assert left == {
            "run.json", "internal/manifest.json", diff.DEFINITIONS,
            f"{diff.VALUES}/2026-01.parquet", f"{diff.VALUES}/2026-02.parquet",
        }  # fmt: skip
        assert diff.changes(old.releases / "release-04", old.releases / "release-03").equals(whole)
        for release in releases.list_releases(old):
            assert releases.altered(old, release) == [], release.release_id
        kept = old.releases / "release-04" / diff.VALUES / "2026-01.parquet"
        assert kept.stat().st_nlink == shared
        assert retention.due(old) == []
        with pytest.raises(HouseError, match="petition rebuild --release release-01"):
            releases.connect(old, "release-01")

    def test_killed_half_way_is_completed(self, old, monkeypatch):
        monkeypatch.setenv("PETITION_CLOCK", "2026-07-15T09:00:00")
        due = retention.due(old)
        monkeypatch.setattr(
            Path, "unlink", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            retention.prune(old, due)
        monkeypatch.undo()
        monkeypatch.setenv("PETITION_CLOCK", "2026-07-15T09:00:00")
        assert notices.names(old.pruned) == {"release-01"}
        assert [r.release_id for r in retention.due(old)] == [r.release_id for r in due]
        retention.prune(old, retention.due(old))
        assert retention.due(old) == []

    def test_a_reduced_release_is_not_pointed_to_again(self, old, monkeypatch):
        monkeypatch.setenv("PETITION_CLOCK", "2026-07-15T09:00:00")
        retention.prune(old, retention.due(old))
        folder = old.root / "work" / "candidate-1"
        manifest = json.loads((folder / "internal" / "manifest.json").read_text("utf-8"))
        with pytest.raises(HouseError, match="精简"):
            releases.publish(old, Candidate(folder, manifest))
        retention.withdraw(old, "release-14", "x")
        for number in range(4, 14):
            retention.withdraw(old, f"release-{number:02d}", "x")
        assert releases.current(old) is None, "no reduced release is pointed back to"


def _told(home: Home, entry: register.Entry) -> list[tuple]:
    (ledger,) = entry.ledgers
    path = str(home.lake / ledger["path"])
    return duckdb.execute("select * from read_parquet(?) order by _row_no", [path]).fetchall()


class TestTold:
    def test_only_what_differs_is_told_and_what_is_gone_is_said(self, home):
        first = publish(home, 1, {"2026-01": [("1", 5), ("2", 6)]})
        entry = told.tell(home, first)
        assert (entry.kind, entry.record["office_code"], entry.ledgers[0]["loaded"]) == (
            "published",
            "warehouse",
            2,
        )
        assert told.tell(home, first) is None
        second = publish(home, 2, {"2026-01": [("1", 8), ("3", 1)]})
        entry = told.tell(home, second)
        rows = duckdb.execute(
            "select area_code, status_code, num, release_id, _row_no from read_parquet(?) order by 1",
            [str(home.lake / entry.ledgers[0]["path"])],
        ).fetchall()
        assert rows == [
            ("1", "published", 8, "release-02", 1), ("2", "removed", None, "release-02", 2),
            ("3", "published", 1, "release-02", 3),
        ]  # fmt: skip
        assert told.tell(home, second) is None, "what is gone is said once"
        assert told.tell(home, first).ledgers[0]["loaded"] == 3, "a release that stands again"

    def test_a_new_definition_with_the_same_figure_is_told(self, home):
        told.tell(home, publish(home, 1, {"2026-01": [("1", 5)]}))
        again = publish(home, 2, {"2026-01": [("1", 5)]}, version="2.0")
        assert told.tell(home, again).ledgers[0]["loaded"] == 1

    def test_a_damaged_ledger_is_not_told_on(self, home):
        entry = told.tell(home, publish(home, 1))
        path = home.lake / entry.ledgers[0]["path"]
        path.write_bytes(path.read_bytes() + b"?")
        with pytest.raises(register.LakeError, match="从备份恢复"):
            told.tell(home, publish(home, 2))

    @pytest.mark.parametrize("seed", range(4))
    def test_what_is_remembered_spares_reading_and_changes_nothing(self, seed, tmp_path):
        """Random releases, some withdrawn, some not told: with and without memory the ledgers are alike."""
        draw, homes = random.Random(seed), [Home(tmp_path / name) for name in ("with", "without")]
        for number in range(1, 9):
            figures = {
                f"2026-0{month}": [(str(area), draw.choice((1, 2))) for area in range(1, 4)]
                for month in draw.sample(range(1, 5), 3)
            }
            skipped, withdrawn = draw.random() < 0.2, draw.random() < 0.2
            version = draw.choice(("1.0", "1.0", "1.0", "2.0"))
            for home in homes:
                release = publish(home, number, figures, version=version)
                if not skipped:
                    told.tell(home, release)
                if withdrawn and number > 1:
                    retention.withdraw(home, release.release_id, "x")
                    told.tell(home, releases.current(home))
                if home is homes[1]:
                    home.told.unlink(missing_ok=True)
        one, other = ([_told(home, entry) for entry in register.entries(home)] for home in homes)
        assert one and one == other

    def test_no_office_can_deliver_this_ledger(self):
        from ingestion.contract import load_contracts

        assert published.LEDGER not in {c.ledger for c in load_contracts()}


class TestCommands:
    @pytest.fixture
    def ask(self, home):
        """Run a command on the home in this process; return its exit code and output."""

        def run(*arguments: str) -> tuple[int, str]:
            done = CliRunner().invoke(main, [*arguments, "--home", str(home.root)])
            return done.exit_code, done.output

        return run

    def test_withdrawing_says_what_stands_and_tells_the_lake(self, home, ask):
        told.tell(home, publish(home, 1))
        told.tell(home, publish(home, 2))
        code, text = ask("release", "withdraw", "release-02", "--reason", "甲县四月台账有误")
        assert code == 0 and "已于" in text and "当前版是 release-01" in text
        entries = register.entries(home)
        assert [e.record["release_id"] for e in entries] == [
            "release-01",
            "release-02",
            "release-01",
        ]
        assert entries[-1].ledgers[0]["loaded"] == 1
        code, text = ask("release", "list", "--json")
        listed = {r["release_id"]: r for r in json.loads(text)["releases"]}
        assert (listed["release-01"]["current"], listed["release-02"]["withdrawn"]) == (True, True)
        assert "已撤回" in ask("release", "list")[1]
        code, text = ask("release", "withdraw", "release-01", "--reason", "x")
        assert code == 0 and "现在没有当前版" in text

    def test_a_wrong_id_or_no_reason_is_one_chinese_line(self, home, ask):
        publish(home, 1)
        code, text = ask("release", "withdraw", "release-7", "--reason", "x")
        assert code == 1 and "没有 release-7 这一版" in text
        code, text = ask("release", "withdraw", "release-01", "--reason", " ")
        assert code == 1 and "撤回要写明原因" in text

    def test_pruning_is_a_dry_run_until_yes(self, home, ask, monkeypatch):
        for number in range(1, 13):
            publish(home, number)
        assert "没有到期可精简的版" in ask("release", "prune")[1]
        code, text = ask("release", "prune", "--keep-days", "0")
        assert code == 0 and "将精简 2 版" in text and "--yes" in text
        assert (home.releases / "release-01" / "public").exists()
        code, text = ask("release", "prune", "--keep-days", "0", "--yes")
        assert code == 0 and "已精简 2 版" in text
        assert not (home.releases / "release-01" / "public").exists()
        assert ask("release", "list")[1].count("已精简") == 2
