"""Releases in a row: unchanged partitions are one file, every change says whether the definition or
the data made it, what was published is told to the lake, and each can be rebuilt with its own rules.
"""

import json
from datetime import timedelta

import duckdb
import pytest

from ingestion import published, purge, register
from publication import diff, retention
from publication import release as releases
from publication.tables import VALUE_KEY
from tests import few
from tests.release_homes import AS_OF, CLOCKS, copy_of, define, make_history, petition, run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    return make_history(tmp_path_factory.mktemp("history") / "home")


@pytest.fixture(scope="module")
def three(history):
    return releases.list_releases(history)


@pytest.fixture
def home(history, tmp_path):
    """A copy that a test may change."""
    return copy_of(history, tmp_path / "home")


def _told(home) -> list[register.Entry]:
    return [e for e in register.entries(home) if e.kind == published.KIND]


class TestPartitions:
    def test_an_unchanged_partition_is_the_last_releases_file(self, three):
        first, second, _ = three
        volume = "indicator_rows/indicator_code=volume/variant=project"
        for table in ("mart_published_values", "fct_petitions", volume):
            for month, same in (("2025-02", True), ("2025-03", True), ("2025-04", False)):
                name = f"internal/tables/{table}/{month}.parquet"
                inodes = {(r.folder / name).stat().st_ino for r in (first, second)}
                assert (len(inodes) == 1) is same, name
                pinned = {r.manifest["files"][name] for r in (first, second)}
                assert (len(pinned) == 1) is same, name

    def test_what_was_linked_stays_sealed(self, three):
        for release in three:
            for path in (release.folder / "internal").rglob("*"):
                assert path.is_dir() or path.stat().st_mode & 0o777 == 0o440, path

    def test_reading_only_differing_partitions_loses_nothing(self, three, monkeypatch):
        first, second, third = three
        quick = [
            diff.changes(second.folder, first.folder),
            diff.changes(third.folder, first.folder),
        ]
        read = diff._differing(second.folder, first.folder)
        assert read == {"2025-04.parquet", "2025.parquet"}
        monkeypatch.setattr(
            diff, "_differing", lambda new, old: set(diff._parts(new)) | set(diff._parts(old))
        )
        whole = [
            diff.changes(second.folder, first.folder),
            diff.changes(third.folder, first.folder),
        ]
        assert all(len(frame) > 0 for frame in quick)
        for one, other in zip(quick, whole, strict=True):
            assert one.equals(other)


class TestCauses:
    def test_without_a_change_of_definition_all_is_data(self, three):
        manifest = three[1].manifest
        causes = manifest["restatement_causes"]
        assert causes == {"definition": 0, "data": manifest["restatement_count"]}
        assert manifest["restatement_count"] > 0

    def test_definition_and_data_are_told_apart(self, three):
        _, second, third = three
        found = diff.causes(third.folder, second.folder)
        changed = {k: v for k, v in found.items() if k[0] == "by_letter" and k[4] == "region"}
        by_month = {k[3]: v for k, v in changed.items()}
        assert by_month["2025-02"] == ["definition"], "no row came for February"
        assert by_month["2025-04"] == ["data", "definition"]
        others = {tuple(v) for k, v in found.items() if k[0] != "by_letter"}
        assert others == {("data",)}
        causes = third.manifest["restatement_causes"]
        assert causes["definition"] == sum("definition" in v for v in found.values()) > 0
        assert third.manifest["restatement_count"] == len(found)

    def test_each_step_says_from_what_to_what_and_under_which_definition(self, three):
        frame = diff.pd.read_csv(three[2].folder / diff.STORED, dtype="str", encoding="utf-8-sig")
        mine = frame[
            (frame["indicator_code"] == "by_letter") & (frame["period"] == "2025-04")
            & (frame["area_code"] == "980101000000") & (frame["cut_code"] == "all")
        ].set_index("cause_code")  # fmt: skip
        definition, data = mine.loc["definition"], mine.loc["data"]
        assert (definition["old_definition_version"], definition["new_definition_version"]) == (
            "1.0",
            "2.0",
        )
        assert [float(definition[c]) for c in ("old_num", "new_num", "old_den", "new_den")] == [
            15,
            12,
            27,
            27,
        ]
        assert [float(data[c]) for c in ("old_num", "new_num", "old_den", "new_den")] == [
            12,
            26,
            27,
            41,
        ]
        assert data[["old_definition_version", "new_definition_version"]].isna().all()

    def test_diff_shows_the_cause_only_of_the_stored_pair(self, history, three):
        first, second, third = (r.release_id for r in three)
        done = petition(history, "release", "diff", second, third, "--json")
        rows = json.loads(done.stdout)["changes"]
        assert len(rows) == three[2].manifest["restatement_count"]
        assert {tuple(r["causes"]) for r in rows} >= {("data",), ("definition",)}
        other = json.loads(petition(history, "release", "diff", first, third, "--json").stdout)
        assert {r["causes"] for r in other["changes"]} == {None}
        assert "定义" in petition(history, "release", "diff", second, third).stdout


class TestTold:
    def test_the_first_telling_is_whole_and_later_ones_are_what_differs(self, history, three):
        told = _told(history)
        assert [e.record["release_id"] for e in told] == [r.release_id for r in three]
        sizes = [e.ledgers[0]["loaded"] for e in told]
        pattern = str(three[0].folder / diff.VALUES / "*.parquet")
        (figures,) = duckdb.execute("select count(*) from read_parquet(?)", [pattern]).fetchone()
        assert sizes[0] == figures
        assert sizes[1] == three[1].manifest["restatement_count"] < figures

    def test_folding_the_ledger_gives_the_release(self, history, three):
        """The last telling of each figure is the current release: nothing was lost, nothing added."""
        files = [str(history.lake / e.ledgers[0]["path"]) for e in _told(history)]
        key = ", ".join(VALUE_KEY)
        said = "status_code, num, den, value, missing_count"
        folded = duckdb.execute(
            f"select {key}, {said} from read_parquet(?) qualify row_number() over"
            f" (partition by {key} order by _sequence desc) = 1 order by {key}",
            [files],
        ).fetchall()
        now = duckdb.execute(
            f"select {key}, {said} from read_parquet(?) order by {key}",
            [str(three[2].folder / diff.VALUES / "*.parquet")],
        ).fetchall()
        assert folded == now

    def test_the_houses_own_entries_are_no_deliveries(self, history, three):
        offices = [e.sequence for e in register.deliveries(history)]
        assert offices == [1, 3, 5] == [r.manifest["known_to"] for r in three]
        state = json.loads(petition(history, "status", "--json").stdout)
        assert state["deliveries"] == 3 and state["rows"]["read"] == 45 + 12 + 14

    def test_a_run_killed_after_the_pointer_is_made_good(self, home):
        last = _told(home)[-1]
        (home.register / f"{last.sequence:08d}.json").unlink()
        now = run(home, "2025-06-04T09:00:00")
        assert now.release_id == last.record["release_id"]
        again = _told(home)[-1]
        assert again.record["release_id"] == now.release_id and again.sequence == last.sequence
        assert again.ledgers[0]["sha256"] == last.ledgers[0]["sha256"]


class TestRebuild:
    def test_each_release_is_rebuilt_with_its_own_rules(self, home, three):
        """The home's definition is changed and the earlier release reduced: both still verify."""
        define(home, "true", "9.0")
        retention.prune(home, [releases.load(home, three[1].release_id)])
        for release, note in ((three[1], "已精简"), (three[2], "")):
            done = petition(home, "release", "verify", release.release_id, "--json")
            found = json.loads(done.stdout)
            assert (found["same"], found["compared"], found["different"]) == (True, "bytes", [])
            assert note in found["note"] and bool(note) == bool(found["note"])
        names = set(three[1].manifest["files"])
        assert "internal/home/models/ind_by_letter.sql" in names
        assert "internal/home/rules/regions.csv" in names

    def test_rebuild_makes_a_file_to_look_into_and_publishes_nothing(self, home, three, tmp_path):
        target = tmp_path / "当时.duckdb"
        arguments = ("rebuild", "--release", three[1].release_id, "--to", str(target), "--json")
        before = sorted(p.name for p in home.releases.iterdir())
        done = petition(home, *arguments)
        assert done.returncode == 0, done.stderr[-2000:]
        found = json.loads(done.stdout)
        assert found["file"] == str(target)
        with duckdb.connect() as connection:
            for line in found["open"]:
                connection.execute(line)
            count = connection.execute(
                "select count(*) from fct_petitions".replace("from ", "from marts.")
            )
            assert count.fetchone() == (45 + 12,)
            seen = connection.execute("select count(*) from staging.stg_petition_register")
            assert seen.fetchone() == (45 + 12,), "a view resolves in the rebuilt file"
        assert sorted(p.name for p in home.releases.iterdir()) == before
        assert not list(tmp_path.glob(".*.building"))
        again = petition(home, *arguments)
        assert again.returncode == 1 and "不会覆盖" in again.stderr

    def test_any_past_day_is_rebuilt_as_it_was_known(self, home, three, tmp_path):
        first = three[0]
        as_of, known_to = first.manifest["as_of"], first.manifest["known_to"]
        recorded = {e.sequence: e.recorded_at for e in register.deliveries(home)}
        moment = f"{recorded[known_to] + timedelta(seconds=1):%Y-%m-%d %H:%M:%S}"
        target = tmp_path / "那一天.duckdb"
        arguments = ("rebuild", "--as-of", as_of.replace("T", " "), "--known-at", moment)
        found = json.loads(
            petition(home, *arguments, "--to", str(target), "--json", clock=CLOCKS[-1]).stdout
        )
        assert (found["as_of"], found["known_to"]) == (as_of, known_to)
        asked = "select num, den, area_code, period from {} where indicator_code = 'volume' order by all"
        with duckdb.connect() as connection:
            for line in found["open"]:
                connection.execute(line)
            rebuilt = connection.execute(asked.format("marts.mart_indicator_values")).fetchall()
        with releases.open_serve(first) as connection:
            assert rebuilt == connection.execute(asked.format("mart_indicator_values")).fetchall()
        assert rebuilt

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--as-of", "2020-01-01"), "还没有登记过报送"),
            (("--as-of", "2999-01-01"), "还没有到"),
            (("--known-at", "2025-01-01"), "--known-at 与 --as-of 同用"),
        ],
    )
    def test_a_day_that_cannot_be_rebuilt_says_why(self, history, arguments, said):
        done = petition(history, "rebuild", *arguments)
        assert done.returncode in (1, 64) and said in done.stderr

    def test_with_other_code_figures_are_compared_and_it_is_said(self, home, three, monkeypatch):
        from orchestration import project, verify
        from publication import candidate

        monkeypatch.setattr(project, "_sources", few.sources())
        monkeypatch.setattr(candidate, "code_hash", lambda *parts: "other")
        found = verify.verify(home, three[1].release_id)
        assert (found["same"], found["compared"]) == (True, "figures")
        assert "现在的代码或引擎与发布时不同" in found["note"]
        monkeypatch.setattr("orchestration.rebuild.view", _other_rules)
        found = verify.verify(home, three[1].release_id)
        assert not found["same"] and any("by_letter" in d for d in found["different"])

    def test_an_altered_file_is_named_and_what_follows_from_a_purge_is_counted_apart(
        self, home, three
    ):
        purge.purge(home, 1, "petition_register", "channel_code", "测试")
        release = three[1].release_id
        victim = home.releases / release / "public" / "indicators.json"
        victim.chmod(0o644)
        victim.write_text(victim.read_text("utf-8").replace("来信", "来电", 1), "utf-8")
        done = petition(home, "release", "verify", release, "--json")
        assert done.returncode == 1
        found = json.loads(done.stdout)
        assert found["purged"] == [
            "自该版发布以来，第 1 号报送的 channel_code 列已清除（petition_register）"
        ]
        assert "重建不同：public/values/2025.csv" in found["after_purge"]
        assert not found["same"], "what was altered is not put down to the purge"
        assert found["different"] == ["发布件被改动：public/indicators.json"]


def _other_rules(home, release, folder):
    from dataclasses import replace

    return replace(home, work_root=folder, catalog="other")


def test_analysts_find_the_current_release_without_knowing_its_name(history, three):
    with releases.connect(history) as connection:
        seen = connection.execute("select count(*) from fct_petitions").fetchone()
        assert seen == (45 + 12 + 14,)
        with pytest.raises(duckdb.Error):
            connection.execute("create table x as select 1")
        with pytest.raises(duckdb.Error):
            connection.execute("select * from read_csv('/etc/passwd')")
        missing = connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
            " and (comment is null or not regexp_matches(comment, '[\u4e00-\u9fff]'))"
        ).fetchall()
        assert missing == []
        bare = connection.execute(
            "select view_name from duckdb_views() where not internal and comment is null"
        )
        assert bare.fetchall() == []
    with duckdb.connect() as client:
        client.execute(history.pointer_sql.read_text("utf-8"))
        assert client.execute("select count(*) from fct_petitions").fetchone() == (71,)
        assert client.execute("select count(*) from mart.fct_petitions").fetchone() == (71,)
        with pytest.raises(duckdb.Error):
            client.execute("drop view mart.fct_petitions")


def test_dials_of_the_history_are_what_it_says(three):
    assert [r.published_at for r in three] == list(CLOCKS)
    assert {r.manifest["as_of"] for r in three} == {AS_OF.replace(" ", "T")}
