"""How a release's files are written, judged, linked and compared; without dbt."""

import errno
import os
from dataclasses import replace

import duckdb
import pytest

from ingestion.home import Home
from publication import candidate, diff, files
from publication import release as releases
from publication.export import export, write_csv, write_query
from publication.tables import Table
from tests.small_releases import publish, small_candidate, write_values

TABLE = Table("t", "main.t", ("a", "b"), file="p")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", "2026-06-30T09:00:00")
    return Home(tmp_path / "home")


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
        built = small_candidate(home, 1, figures)
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
        first, second = publish(home, 1), publish(home, 2)
        for name, same in (("2026-01", True), ("2026-02", False)):
            inodes = {
                (r.folder / diff.VALUES / f"{name}.parquet").stat().st_ino for r in (first, second)
            }
            assert (len(inodes) == 1) is same
        assert releases.altered(home, first) == releases.altered(home, second) == []

    def test_a_damaged_file_is_not_carried_on(self, home):
        first = publish(home, 1)
        victim = first.folder / diff.VALUES / "2026-01.parquet"
        victim.chmod(0o640)
        victim.write_bytes(victim.read_bytes()[:-1] + b"?")
        second = publish(home, 2)
        assert releases.altered(home, second) == []
        assert releases.altered(home, first) == [f"{diff.VALUES}/2026-01.parquet"]

    @pytest.mark.parametrize("why", [errno.EXDEV, errno.EMLINK])
    def test_where_no_link_can_be_it_is_copied(self, home, monkeypatch, why):
        publish(home, 1)

        def cannot(source, target, **_):
            raise OSError(why, os.strerror(why))

        monkeypatch.setattr(files.os, "link", cannot)
        second = publish(home, 2)
        name = f"{diff.VALUES}/2026-01.parquet"
        assert (second.folder / name).stat().st_nlink == 1
        assert releases.altered(home, second) == []
        assert (second.folder / name).stat().st_mode & 0o777 == 0o440

    def test_any_other_failure_to_link_is_loud(self, home, monkeypatch):
        def full(source, target, **_):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(files.os, "link", full)
        with pytest.raises(OSError, match="space"):
            publish(home, 1)
        assert releases.list_releases(home) == []


class TestDiff:
    def test_added_and_gone_partitions_are_read_and_equal_ones_are_not(self, tmp_path):
        write_values(
            tmp_path / "old", {"2026-01": [("1", 5)], "2026-02": [("1", 5)], "2026-03": [("1", 1)]}
        )
        write_values(
            tmp_path / "new", {"2026-01": [("1", 5)], "2026-03": [("1", 2)], "2026-04": [("1", 1)]}
        )
        found = diff.changes(tmp_path / "new", tmp_path / "old")
        assert dict(zip(found["period"], found["change_code"], strict=True)) == {
            "2026-02": "removed", "2026-03": "restated", "2026-04": "added",
        }  # fmt: skip
        assert "2026-01.parquet" not in diff._differing(tmp_path / "new", tmp_path / "old")

    def test_a_change_that_definition_and_data_take_back_is_no_restatement(self, tmp_path):
        for name, num in (("old", 5), ("bridge", 9), ("new", 5)):
            write_values(
                tmp_path / name, {"2026-01": [("1", num), ("2", 7 if name == "new" else 1)]}
            )
        found = diff.restatements(tmp_path / "new", tmp_path / "old", tmp_path / "bridge")
        assert found[["area_code", "cause_code"]].to_numpy().tolist() == [["2", "data"]]
