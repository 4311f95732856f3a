"""Erasure: the value is nowhere, the tombstone says so, and a kill leaves nothing unsaid."""

import json
import shutil
from datetime import datetime

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion import inspection, purge, register, segments, stored, warehouse
from ingestion.home import Home
from ingestion.register import LakeError
from ingestion.stored import Places
from orchestration.cli import main
from tests.door_files import HEADERS, make_home, resident_number, row
from tests.lake_homes import (
    cut_everywhere,
    deliver,
    of_ledger,
    registrations,
    three_months,
    told,
    values_anywhere,
)

LEDGER, COLUMN = "petition_register", "channel_code"
REASON = "依当事人申请，文号示例〔2025〕1号"


@pytest.fixture
def home(tmp_path, monkeypatch):
    return three_months(make_home(tmp_path / "home"), monkeypatch)


def _purge(home, sequence=2, column=COLUMN):
    return purge.purge(home, sequence, LEDGER, column, REASON)


def _without(before: dict, sequence: int, column: str = COLUMN) -> dict:
    """Return what readers must get after a purge of what they got before."""
    rows = [r | {column: None} for r in before[(sequence, LEDGER)]]
    return before | {(sequence, LEDGER): rows}


@pytest.mark.parametrize("joined", [False, True])
def test_one_column_of_one_delivery_is_null_and_nothing_else_changes(home, joined, tmp_path):
    if joined:
        segments.compact(home)
    before = told(home)
    assert {r[COLUMN] for r in before[(2, LEDGER)]} == {"letter"}
    done = _purge(home)
    assert told(home) == _without(before, 2)
    (tombstone,) = stored.tombstones(home)
    assert done["tombstone"] == tombstone and not done["completed"]
    told_record = of_ledger(register.entries(home)[1], LEDGER)
    place = stored.locate(home, 2, told_record)
    assert tombstone["path"] == done["path"] == place.path.relative_to(home.lake).as_posix()
    assert tombstone["path"].startswith("segments/") is joined
    assert tombstone["new_sha256"] == place.sha256 != tombstone["old_sha256"]
    assert {k: tombstone[k] for k in ("number", "sequence", "ledger", "column", "rows")} == {
        "number": 1, "sequence": 2, "ledger": LEDGER, "column": COLUMN, "rows": 1,
    }  # fmt: skip
    assert (tombstone["recorded_at"], tombstone["reason"]) == ("2025-05-20T09:00:00", REASON)
    assert "letter" not in json.dumps(tombstone)
    file = tmp_path / "fresh.duckdb"
    warehouse.load(home, datetime(2025, 5, 1), None, file)
    with warehouse.connect(file, read_only=True) as connection:
        rows = connection.execute(
            f"select distinct _sequence, {COLUMN} from raw.raw_{LEDGER} order by all"
        ).fetchall()
    assert rows == [(n, None if n == 2 else "letter") for n in range(1, 7)]


@pytest.mark.parametrize("joined", [False, True])
def test_the_value_is_in_no_file_of_the_lake(tmp_path, monkeypatch, joined):
    """Neither in values nor in Parquet's statistics, nor in originals that a killed join left."""
    home = make_home(tmp_path)
    for day, form in (("03", "来信"), ("04", "走访"), ("05", "来信")):
        deliver(home, monkeypatch, f"2025-03-{day}", [HEADERS, row(int(day), 信访形式=form)])
    monkeypatch.setenv("PETITION_CLOCK", "2025-05-20T09:00:00")
    if joined:
        monkeypatch.setattr(segments, "_remove_replaced", lambda *_: 0)
        segments.compact(home)
        monkeypatch.undo()
    assert values_anywhere(home.lake, COLUMN) == {"letter", "visit"}
    _purge(home)
    assert values_anywhere(home.lake, COLUMN) == {"letter"}


def test_purging_then_joining_keeps_the_purge(home):
    before = _without(told(home), 2)
    _purge(home)
    segments.compact(home)
    assert told(home) == before
    assert not _purge(home)["changed"], "what was purged before it was joined stays purged"
    assert len(stored.tombstones(home)) == 1
    _purge(home, column="person_count")
    assert told(home) == _without(before, 2, "person_count")


def test_two_purges_of_one_file_follow_each_other(home):
    before = told(home)
    segments.compact(home)
    _purge(home, 1)
    _purge(home, 3)
    assert told(home) == _without(_without(before, 1), 3)
    one, two = stored.tombstones(home)
    assert one["new_sha256"] == two["old_sha256"]


def test_erasing_twice_changes_nothing(home):
    _purge(home)
    after = {p: p.stat().st_mtime_ns for p in home.lake.rglob("*")}
    done = _purge(home)
    assert (done["changed"], done["tombstone"]) == (False, None)
    assert {p: p.stat().st_mtime_ns for p in home.lake.rglob("*")} == after


def test_working_copies_go_and_the_lock_stays(home):
    for name in ("work.duckdb", "work.duckdb.wal", "candidate/internal/x.parquet", "rebuilt/a.duckdb",
                 "dbt/target/run.json", "writer.lock", "writer.json"):  # fmt: skip
        path = home.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"letter")
    _purge(home)
    assert sorted(p.name for p in home.work.iterdir()) == ["writer.json", "writer.lock"]


@pytest.mark.parametrize(
    ("sequence", "ledger", "column", "words"),
    [
        (2, LEDGER, "item_no", ["行的身份", "撤回"]),
        (2, LEDGER, "register_org_code", ["行的身份", "撤回"]),
        (2, LEDGER, "_office_code", ["来历", "撤回"]),
        (2, LEDGER, "_sequence", ["来历", "撤回"]),
        (2, LEDGER, "registered_at", ["必有", "撤回"]),
        (2, LEDGER, "nothing", ["没有列 nothing", "channel_code"]),
        (2, "handling_events", "from_org_code", ["没有台账 handling_events", LEDGER]),
        (2, "quarantine", "field", ["没有值"]),
        (0, LEDGER, COLUMN, ["没有第 0 号"]),
        (7, LEDGER, COLUMN, ["没有第 7 号", "共有 6 号"]),
    ],
)
def test_what_cannot_be_erased_is_said_with_the_remedy(home, sequence, ledger, column, words):
    before = told(home)
    with pytest.raises(purge.PurgeError) as caught:
        purge.purge(home, sequence, ledger, column, REASON)
    assert [w for w in words if w not in str(caught.value)] == []
    assert told(home) == before and not home.tombstones.exists()


@pytest.mark.parametrize(
    "reason", ["", "  ", "字" * 201, f"应 {resident_number()} 之请", "来电 13911112222 要求"]
)
def test_a_reason_says_why_and_names_no_person_by_number(home, reason):
    with pytest.raises(purge.PurgeError, match="--reason"):
        purge.purge(home, 2, LEDGER, COLUMN, reason)
    assert not home.tombstones.exists()


@pytest.mark.parametrize("joined", [False, True])
def test_a_power_cut_at_any_step_is_named_and_the_same_command_completes(
    tmp_path, monkeypatch, joined
):
    kept = three_months(make_home(tmp_path / "kept"), monkeypatch)
    if joined:
        segments.compact(kept)
    kept.work.mkdir()
    before = told(kept)
    want = _without(before, 2)
    named = []

    def fresh(number):
        home = Home(shutil.copytree(kept.root, tmp_path / f"home{number}"))
        home.warehouse.write_bytes(b"letter")
        return home

    def after(home):
        if stored.pending(home):
            with pytest.raises(
                LakeError, match="没有做完，请再运行一次同样的 petition purge-delivery"
            ):
                Places(home)
            findings, _ = inspection.inspect(home)
            assert any(f.severity == "wrong" and "没有做完" in f.text for f in findings)
            named.append(home)
        else:
            assert told(home) in (before, want)
        _purge(home)
        assert told(home) == want
        assert not home.warehouse.exists()
        assert not stored.pending(home) and len(stored.tombstones(home)) == 1
        assert inspection.inspect(home)[0] == []
        shutil.rmtree(home.root)

    assert cut_everywhere(monkeypatch, fresh, _purge, after) > 10
    assert len(named) > 5


def test_a_purge_of_something_else_first_completes_what_was_cut_short(home, monkeypatch):
    before = told(home)
    with monkeypatch.context() as patch:
        patch.setattr(purge, "_bury", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            _purge(home, 2)
    done = _purge(home, 3)
    assert done["completed"]["sequence"] == 2 and done["tombstone"]["number"] == 2
    assert told(home) == _without(_without(before, 2), 3)


def test_an_old_file_restored_over_a_purge_is_told_and_purged_again(home, tmp_path):
    before = told(home)
    file = home.lake / LEDGER / "00000002.parquet"
    shutil.copyfile(file, tmp_path / "backup")
    _purge(home)
    whole = file.read_bytes()
    shutil.copyfile(tmp_path / "backup", file)
    remedy = "petition purge-delivery 2 --ledger petition_register --column channel_code"
    with pytest.raises(LakeError, match=remedy):
        told(home)
    assert remedy in inspection.inspect(home)[0][0].remedy
    assert _purge(home)["changed"]
    assert file.read_bytes() == whole and len(stored.tombstones(home)) == 1
    shutil.copyfile(tmp_path / "backup", file)
    _purge(home, column="person_count")
    assert told(home) == _without(_without(before, 2), 2, "person_count")


def test_a_file_that_is_not_whole_is_not_purged(home):
    file = home.lake / LEDGER / "00000002.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(LakeError, match="从备份恢复"):
        _purge(home)
    assert not stored.pending(home) and stored.tombstones(home) == []


def test_a_lost_tombstone_is_told(home):
    _purge(home, 2)
    _purge(home, 3)
    (home.tombstones / "00000001.json").unlink()
    with pytest.raises(LakeError, match="清除记录缺第 1 号"):
        stored.tombstones(home)


def _cli(home, *arguments, answer=None):
    asked = ["purge-delivery", "2", "--ledger", LEDGER, "--column", COLUMN, "--reason", REASON]
    return CliRunner().invoke(main, [*asked, *arguments, "--home", str(home.root)], input=answer)


def test_the_command_asks_first_and_names_where_the_value_may_still_be(home):
    before = told(home)
    for known_to in (1, 2):
        folder = home.releases / f"20250501-{known_to:05d}-abcdef00" / "internal"
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({"known_to": known_to}), "utf-8")
    for answer in (None, "n\n"):
        done = _cli(home, answer=answer)
        assert done.exit_code == 1 and "没有清除任何东西" in done.output
        assert "不能恢复" in done.output and "不要写个人信息" in done.output
        assert told(home) == before
    done = _cli(home, answer="y\n")
    assert done.exit_code == 0 and told(home) == _without(before, 2)
    assert "清除记录第 1 号" in done.output and "landing/" in done.output
    assert "20250501-00002-abcdef00" in done.output
    assert "20250501-00001-abcdef00" not in done.output
    done = _cli(home, "--yes", "--json")
    assert json.loads(done.stdout)["changed"] is False
    assert "早已清除" in _cli(home, "--yes").output


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("deliver"), st.integers(1, 3), st.integers(0, 20)),
        st.tuples(st.just("compact"), st.just(0), st.just(0)),
        st.tuples(st.just("purge"), st.integers(0, 9), st.sampled_from([COLUMN, "person_count"])),
    ),
    min_size=3,
    max_size=10,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
def test_whatever_is_joined_and_purged_readers_get_what_was_delivered(
    acts, tmp_path_factory, monkeypatch
):
    """The rows read are those delivered, with purged columns null; and the lake is whole."""
    home = make_home(tmp_path_factory.mktemp("lake") / "home")
    want, day = {}, datetime(2025, 1, 1)
    for act, number, detail in [("deliver", 2, 5), *acts]:
        if act == "deliver":
            day = day.replace(month=day.month + (day.day > 20), day=(day.day + detail) % 28 + 1)
            table = registrations(*range(len(want) * 10, len(want) * 10 + number), bad=detail % 2)
            entry = deliver(home, monkeypatch, f"{day:%Y-%m-%d}", table)
            key = (entry.sequence, LEDGER)
            want[key] = told(home)[key]
            assert len(want[key]) == number
        elif act == "compact":
            monkeypatch.setenv("PETITION_CLOCK", f"2025-{day.month + 1:02d}-01T00:00:00")
            segments.compact(home, f"2025-{day.month + 1:02d}")
        else:
            sequence = number % len(want) + 1
            _purge(home, sequence, detail)
            want = _without(want, sequence, detail)
    got = told(home)
    assert {key: got[key] for key in want} == want
    assert inspection.inspect(home)[0] == []
