"""How a release's files are written, linked, pointed to, withdrawn and reduced; without dbt."""

import errno
import json
import os
import random
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from ingestion import published, register
from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration.cli import main
from publication import candidate, diff, files, notices, retention, told
from publication import release as releases
from publication.candidate import Candidate
from publication.export import export, write_csv, write_query
from publication.tables import VALUE_KEY, Table

TABLE = Table("t", "main.t", ("a", "b"), file="p")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", "2026-06-30T09:00:00")
    return Home(tmp_path / "home")


def _values(folder: Path, figures: dict[str, list[tuple[str, int]]], version: str = "1.0") -> None:
    """Write published values: period -> (area, num) of one indicator, and its definition."""
    parts = folder / diff.VALUES
    parts.mkdir(parents=True)
    (folder / diff.DEFINITIONS).parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        for period, rows in figures.items():
            listed = ", ".join(
                f"('volume', 'project', 'month', '{period}', 'region', '{area}', 'all', '', 'published',"
                f" {num}::decimal(18,4), 1::decimal(18,4), {num}::double, 0::bigint)"
                for area, num in rows
            )
            names = ", ".join([*VALUE_KEY, "status_code", "num", "den", "value", "missing_count"])
            connection.execute(
                f"copy (select * from (values {listed}) t({names}) order by area_code)"
                f" to '{parts}/{period}.parquet' (format parquet)"
            )
        connection.execute(
            "copy (select 'volume' as indicator_code, 'project' as variant,"
            f" '{version}' as definition_version) to '{folder / diff.DEFINITIONS}' (format parquet)"
        )


def _candidate(
    home: Home, number: int, figures, as_of: str = "2026-06-15T23:59:59", version: str = "1.0"
) -> Candidate:
    folder = home.root / "work" / f"candidate-{number}"
    _values(folder, figures, version)
    (folder / "public").mkdir()
    (folder / "public" / "values.csv").write_text("same\n", "utf-8")
    (folder / "internal" / "serve.duckdb").write_bytes(b"serve %d" % number)
    before = releases.current(home)
    manifest = {
        "release_id": f"release-{number:02d}", "as_of": as_of, "known_to": number,
        "compared_with": before.release_id if before else None, "restatement_count": 0, "files": files.file_hashes(folder),
    }  # fmt: skip
    (folder / "internal" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return Candidate(folder, manifest)


def _publish(home: Home, number: int, figures=None, **more) -> releases.Release:
    figures = figures or {"2026-01": [("1", 5)], "2026-02": [("1", number)]}
    return releases.publish(home, _candidate(home, number, figures, **more))


class TestExport:
    def test_threads_and_order_of_insertion_do_not_show(self, tmp_path):
        made = []
        for name, threads, order in (("x", 1, "i"), ("y", 4, "hash(i)"), ("z", 2, "-i")):
            with duckdb.connect() as connection:
                connection.execute(f"set threads = {threads}")
                connection.execute(
                    "create table t as select i // 3 as a, i % 3 as b, 'p' || (i % 2) as p,"
                    " (i * 7 % 11)::decimal(18, 4) as n, case when i % 5 > 0 then 'x' || i % 17 end as s"
                    f" from range(300000) r(i) order by {order}"
                )
                export(connection, TABLE, tmp_path / name)
                assert connection.execute("select current_setting('threads')").fetchone() == (
                    threads,
                )
            made.append(files.file_hashes(tmp_path / name))
        assert set(made[0]) == {"p0.parquet", "p1.parquet"}
        assert made[0] == made[1] == made[2]

    def test_a_table_without_rows_still_says_its_columns(self, tmp_path):
        with duckdb.connect() as connection:
            connection.execute("create table t (a integer, b integer, p varchar)")
            export(connection, TABLE, tmp_path / "t")
        (path,) = (tmp_path / "t").iterdir()
        assert duckdb.execute("describe select * from read_parquet(?)", [str(path)]).fetchall()
        assert path.name == "all.parquet"


class TestJudged:
    def test_only_periods_written_anew_are_judged_and_the_last_when_none_was(self, home):
        figures = {f"2026-0{month}": [("1", month)] for month in (1, 2, 3)}
        built = _candidate(home, 1, figures)
        names = {m: f"{diff.VALUES}/{m}.parquet" for m in figures}
        for linked, asked in (
            ((), ["2026-01", "2026-02", "2026-03"]),
            (("2026-01", "2026-03"), ["2026-02"]),
            (tuple(figures), ["2026-03"]),
        ):
            taken = replace(built, taken_over=frozenset(names[m] for m in linked))
            periods = candidate.made_periods(taken)
            assert periods == asked
            frame = candidate.figures(built.folder, periods=periods)
            assert sorted(frame["period"]) == asked
        assert candidate.statuses(built.folder) == {"published": 3}
        assert candidate.figures(built.folder, periods=["2031"]).empty


class TestPublicFiles:
    def test_a_query_is_written_as_a_frame_is(self, tmp_path):
        """Order, marks against formulas, quoting, what is missing: a reader sees the same cells."""
        sql = """
            select * from (values
                (2, '=1+1', 'a,b', 0.5::decimal(18, 4), true, 1e-7, date '2026-01-02'),
                (1, '-x', 'say "a"', 12::decimal(18, 4), false, -0.0, null),
                (3, '@', '', null, null, null, date '2026-01-03'),
                (4, '正文', null, 3::decimal(18, 4), true, 100.0, date '2026-01-04')
            ) as t(i, risky, quoted, number, flag, double, day)
            order by i
        """
        with duckdb.connect() as connection:
            write_query(connection, sql, tmp_path / "query.csv")
            write_csv(connection.execute(sql).df(), tmp_path / "frame.csv")
        query, frame = (tmp_path / f"{n}.csv" for n in ("query", "frame"))
        assert query.read_bytes() == frame.read_bytes()
        assert [p.name for p in sorted(tmp_path.iterdir())] == ["frame.csv", "query.csv"]


class TestLinks:
    def test_equal_bytes_are_one_file_and_others_are_not(self, home):
        first, second = _publish(home, 1), _publish(home, 2)
        for name, same in (("2026-01", True), ("2026-02", False)):
            inodes = {
                (r.folder / diff.VALUES / f"{name}.parquet").stat().st_ino for r in (first, second)
            }
            assert (len(inodes) == 1) is same
        assert releases.altered(home, first) == releases.altered(home, second) == []

    def test_a_damaged_file_is_not_carried_on(self, home):
        first = _publish(home, 1)
        victim = first.folder / diff.VALUES / "2026-01.parquet"
        victim.chmod(0o640)
        victim.write_bytes(victim.read_bytes()[:-1] + b"?")
        second = _publish(home, 2)
        assert releases.altered(home, second) == []
        assert releases.altered(home, first) == [f"{diff.VALUES}/2026-01.parquet"]

    @pytest.mark.parametrize("why", [errno.EXDEV, errno.EMLINK])
    def test_where_no_link_can_be_it_is_copied(self, home, monkeypatch, why):
        _publish(home, 1)

        def cannot(source, target, **_):
            raise OSError(why, os.strerror(why))

        monkeypatch.setattr(files.os, "link", cannot)
        second = _publish(home, 2)
        name = f"{diff.VALUES}/2026-01.parquet"
        assert (second.folder / name).stat().st_nlink == 1
        assert releases.altered(home, second) == []
        assert (second.folder / name).stat().st_mode & 0o777 == 0o440

    def test_any_other_failure_to_link_is_loud(self, home, monkeypatch):
        def full(source, target, **_):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(files.os, "link", full)
        with pytest.raises(OSError, match="space"):
            _publish(home, 1)
        assert releases.list_releases(home) == []


class TestDiff:
    def test_added_and_gone_partitions_are_read_and_equal_ones_are_not(self, tmp_path):
        _values(
            tmp_path / "old", {"2026-01": [("1", 5)], "2026-02": [("1", 5)], "2026-03": [("1", 1)]}
        )
        _values(
            tmp_path / "new", {"2026-01": [("1", 5)], "2026-03": [("1", 2)], "2026-04": [("1", 1)]}
        )
        found = diff.changes(tmp_path / "new", tmp_path / "old")
        assert dict(zip(found["period"], found["change_code"], strict=True)) == {
            "2026-02": "removed", "2026-03": "restated", "2026-04": "added",
        }  # fmt: skip
        assert "2026-01.parquet" not in diff._differing(tmp_path / "new", tmp_path / "old")

    def test_a_change_that_definition_and_data_take_back_is_no_restatement(self, tmp_path):
        for name, num in (("old", 5), ("bridge", 9), ("new", 5)):
            _values(tmp_path / name, {"2026-01": [("1", num), ("2", 7 if name == "new" else 1)]})
        found = diff.restatements(tmp_path / "new", tmp_path / "old", tmp_path / "bridge")
        assert found[["area_code", "cause_code"]].to_numpy().tolist() == [["2", "data"]]


class TestWithdraw:
    def test_the_pointer_goes_back_and_a_notice_stays(self, home):
        first, second = _publish(home, 1), _publish(home, 2)
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
        _publish(home, 1)
        _publish(home, 2)
        said = retention.withdraw(home, "release-02", "一")
        assert retention.withdraw(home, "release-02", "二") == said

    def test_an_earlier_one_leaves_the_pointer_and_a_withdrawn_one_is_passed_over(self, home):
        for number in (1, 2, 3):
            _publish(home, number)
        assert retention.withdraw(home, "release-02", "x")["current"] == "release-03"
        assert retention.withdraw(home, "release-03", "x")["current"] == "release-01"
        assert retention.withdraw(home, "release-01", "x")["current"] is None
        assert not home.pointer.exists() and not home.pointer_sql.exists()
        with pytest.raises(releases.ReleaseError, match="都已撤回"):
            releases.load(home, None)

    def test_the_same_release_is_not_published_again(self, home):
        _publish(home, 1)
        again = _candidate(home, 2, {"2026-01": [("1", 5)]})
        releases.publish(home, again)
        retention.withdraw(home, "release-02", "数据有误")
        with pytest.raises(HouseError, match=r"release-02.*撤回（数据有误）"):
            releases.publish(home, again)
        assert releases.load(home, None).release_id == "release-01"
        assert _publish(home, 3).manifest["compared_with"] == "release-01"

    def test_killed_between_notice_and_pointer_is_made_good(self, home, monkeypatch):
        _publish(home, 1)
        _publish(home, 2)
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
        _publish(home, 1)
        with pytest.raises(HouseError, match="--reason"):
            retention.withdraw(home, "release-01", "  ")
        with pytest.raises(HouseError, match="没有 release-09"):
            retention.withdraw(home, "release-09", "x")
        assert releases.current(home).release_id == "release-01"

    def test_a_stale_resolver_is_written_again(self, home):
        _publish(home, 1)
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
            _publish(home, number, as_of=as_of)
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
        first = _publish(home, 1, {"2026-01": [("1", 5), ("2", 6)]})
        entry = told.tell(home, first)
        assert (entry.kind, entry.record["office_code"], entry.ledgers[0]["loaded"]) == (
            "published",
            "warehouse",
            2,
        )
        assert told.tell(home, first) is None
        second = _publish(home, 2, {"2026-01": [("1", 8), ("3", 1)]})
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
        told.tell(home, _publish(home, 1, {"2026-01": [("1", 5)]}))
        again = _publish(home, 2, {"2026-01": [("1", 5)]}, version="2.0")
        assert told.tell(home, again).ledgers[0]["loaded"] == 1

    def test_a_damaged_ledger_is_not_told_on(self, home):
        entry = told.tell(home, _publish(home, 1))
        path = home.lake / entry.ledgers[0]["path"]
        path.write_bytes(path.read_bytes() + b"?")
        with pytest.raises(register.LakeError, match="从备份恢复"):
            told.tell(home, _publish(home, 2))

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
                release = _publish(home, number, figures, version=version)
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
        told.tell(home, _publish(home, 1))
        told.tell(home, _publish(home, 2))
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
        _publish(home, 1)
        code, text = ask("release", "withdraw", "release-7", "--reason", "x")
        assert code == 1 and "没有 release-7 这一版" in text
        code, text = ask("release", "withdraw", "release-01", "--reason", " ")
        assert code == 1 and "撤回要写明原因" in text

    def test_pruning_is_a_dry_run_until_yes(self, home, ask, monkeypatch):
        for number in range(1, 13):
            _publish(home, number)
        assert "没有到期可精简的版" in ask("release", "prune")[1]
        code, text = ask("release", "prune", "--keep-days", "0")
        assert code == 0 and "将精简 2 版" in text and "--yes" in text
        assert (home.releases / "release-01" / "public").exists()
        code, text = ask("release", "prune", "--keep-days", "0", "--yes")
        assert code == 0 and "已精简 2 版" in text
        assert not (home.releases / "release-01" / "public").exists()
        assert ask("release", "list")[1].count("已精简") == 2
