"""`petition status --deep`: whatever is wrong with a home is named, with what to do about it."""

import json
import shutil

import pytest
from click.testing import CliRunner

from ingestion import inspection, purge, register, segments
from ingestion.register import LakeError
from orchestration.cli import main
from publication import notices
from tests.door_files import make_home
from tests.lake_homes import deliver, registrations, three_months

LEDGER = "petition_register"
SEGMENT = "segments/petition_register/00000001-00000003"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with every kind of thing in its lake: own files, segments, two purges, a release."""
    home = three_months(make_home(tmp_path / "home"), monkeypatch)
    segments.compact(home)
    purge.purge(home, 2, LEDGER, "channel_code", "示例")
    purge.purge(home, 5, LEDGER, "channel_code", "示例")
    folder = home.releases / "20250501-00005-abcdef00"
    (folder / "internal").mkdir(parents=True)
    (folder / "public").mkdir()
    (folder / "public" / "values.csv").write_bytes(b"x")
    (folder / "internal" / "serve.duckdb").write_bytes(b"")
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    manifest = {"known_to": 5, "files": {"public/values.csv": digest}}
    (folder / "internal" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    home.pointer.write_text(json.dumps({"release_id": folder.name}), "utf-8")
    return home


def _deep(home):
    done = CliRunner().invoke(main, ["status", "--deep", "--json", "--home", str(home.root)])
    report = json.loads(done.stdout)
    assert done.exit_code == (0 if report["whole"] else 1), done.output
    return report


def test_a_whole_home_is_said_to_be_whole(home):
    report = _deep(home)
    assert report["findings"] == [] and report["whole"]
    counts = {k: report[k] for k in ("deliveries", "files", "segments", "tombstones", "releases")}
    assert counts == {"deliveries": 6, "files": 10, "segments": 3, "tombstones": 2, "releases": 1}
    done = CliRunner().invoke(main, ["status", "--deep", "--home", str(home.root)])
    assert "全部完好" in done.stdout and "开始逐个核对" in done.stderr


def test_an_empty_home_is_whole(tmp_path):
    assert _deep(make_home(tmp_path))["whole"]


def _flip(path):
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def _edit(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def _edit_receipt(home, **changes):
    path = home.register / "00000004.json"
    record = json.loads(path.read_text("utf-8"))
    record["ledgers"][0] |= changes
    path.write_text(json.dumps(record), "utf-8")


def _tear(path):
    path.write_bytes(path.read_bytes()[:40])


def _unlink_last(home):
    for number in (5, 6):
        (home.register / f"0000000{number}.json").unlink()


RELEASE = "releases/20250501-00005-abcdef00"
DAMAGE = {
    "a gap": (lambda h: (h.register / "00000002.json").unlink(), "缺第 2 号", "lake/register"),
    "two gaps": (
        lambda h: [(h.register / f"0000000{n}.json").unlink() for n in (2, 3)],
        "缺第 2 号至第 3 号",
        "lake/register",
    ),
    "a torn entry": (
        lambda h: _tear(h.register / "00000004.json"), "00000004.json 残缺", "lake/register/00000004.json",
    ),
    "an entry of another number": (
        lambda h: _edit(h.register / "00000004.json", sequence=9), "号码不符", "lake/register/00000004.json",
    ),
    "time going back": (
        lambda h: _edit(h.register / "00000005.json", recorded_at="2025-01-01T00:00:00"),
        "第 5 号的登记时间早于前一号", "改动",
    ),
    "the end of the register lost": (_unlink_last, "登记簿只有 4 号", "末尾丢失"),
    "a file gone": (
        lambda h: (h.lake / LEDGER / "00000004.parquet").unlink(), "00000004.parquet（第 4 号报送）缺失", "备份",
    ),
    "a file altered": (
        lambda h: _flip(h.lake / LEDGER / "00000006.parquet"), "与登记簿的校验值不符", "备份",
    ),
    "a segment altered": (
        lambda h: _flip(h.lake / f"{SEGMENT}.parquet"), f"{SEGMENT}.parquet（第 2 号报送）与登记簿的校验值不符", "备份",
    ),
    "a quarantine file gone": (
        lambda h: (h.lake / "segments/quarantine/00000001-00000002.parquet").unlink(),
        "quarantine/00000001-00000002.parquet（第 1 号报送）缺失", "备份",
    ),
    "a receipt that counts more": (
        lambda h: _edit_receipt(h, loaded=9, read=9), "湖中 1 行，收据说 9 行", "备份",
    ),
    "a receipt out of balance": (lambda h: _edit_receipt(h, read=7), "收据不守恒：读入 7", "备份"),
    "a torn segment record": (
        lambda h: _tear(h.lake / f"{SEGMENT}.json"), "00000001-00000003.json 残缺", "备份",
    ),
    "a segment record of other rows": (
        lambda h: _edit(h.lake / f"{SEGMENT}.json", rows=99), "行数与各件之和不同", "备份",
    ),
    "a segment record gone": (
        lambda h: (h.lake / f"{SEGMENT}.json").unlink(), "合并记录丢失", f"lake/{SEGMENT}.json",
    ),
    "a tombstone gone": (
        lambda h: (h.tombstones / "00000001.json").unlink(), "清除记录缺第 1 号", "lake/tombstones",
    ),
    "the last tombstone gone": (
        lambda h: (h.tombstones / "00000002.json").unlink(), "00000005.parquet（第 5 号报送）与登记簿的校验值不符", "备份",
    ),
    "a tombstone that does not follow": (
        lambda h: _edit(h.tombstones / "00000001.json", old_sha256="0"), "接不上", "lake/tombstones",
    ),
    "a tombstone of nothing": (
        lambda h: _edit(h.tombstones / "00000002.json", sequence=99), "不在登记簿中", "lake/tombstones",
    ),
    "a tombstone of a column with values": (
        lambda h: _edit(h.tombstones / "00000002.json", column="person_count"),
        "第 5 号的 person_count 仍有值", "petition purge-delivery",
    ),
    "a release's file altered": (
        lambda h: _flip(h.root / RELEASE / "public/values.csv"), "public/values.csv 与清单的校验值不符", "备份",
    ),
    "a release's file gone": (
        lambda h: (h.root / RELEASE / "public/values.csv").unlink(), "public/values.csv 缺失", "备份",
    ),
    "a release's file too many": (
        lambda h: (h.root / RELEASE / "public/more.csv").write_bytes(b""), "public/more.csv 不在清单中", "备份",
    ),
    "a serve file gone": (
        lambda h: (h.root / RELEASE / "internal/serve.duckdb").unlink(), "serve.duckdb 缺失", "备份",
    ),
    "a pointer to nothing": (
        lambda h: h.pointer.write_text('{"release_id": "none"}'), "current.json", "备份",
    ),
    "no pointer": (lambda h: h.pointer.unlink(), "没有当前版指针", "petition run"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_wrong_is_named_with_the_remedy(home, name):
    damage, text, remedy = DAMAGE[name]
    damage(home)
    report = _deep(home)
    assert not report["whole"]
    wrong = [f for f in report["findings"] if f["severity"] == "wrong"]
    assert any(text in f["text"] and remedy in f["remedy"] for f in wrong), wrong
    done = CliRunner().invoke(main, ["status", "--deep", "--home", str(home.root)])
    assert done.exit_code == 1 and f"{text}" in done.stdout and "→" in done.stdout


def test_a_reduced_or_withdrawn_release_is_no_fault(home):
    name = (home.root / RELEASE).name
    notices.write(home.pruned, name, {})
    (home.root / RELEASE / "public/values.csv").unlink()
    (home.root / RELEASE / "internal/serve.duckdb").unlink()
    assert _deep(home)["findings"] == []
    notices.write(home.withdrawn, name, {})
    home.pointer.unlink()
    assert _deep(home)["findings"] == []


def test_one_fault_does_not_hide_another(home):
    (home.register / "00000003.json").unlink()
    _flip(home.lake / LEDGER / "00000006.parquet")
    texts = " ".join(f["text"] for f in _deep(home)["findings"])
    assert "缺第 3 号" in texts and "00000006.parquet" in texts


def test_what_a_kill_left_is_a_notice_and_no_fault(home, tmp_path, monkeypatch):
    monkeypatch.setattr(segments, "_remove_replaced", lambda *_: 0)
    segments.compact(home, "2025-05")
    monkeypatch.undo()
    (home.lake / LEDGER / ".dead.tmp").write_bytes(b"")
    shutil.copyfile(
        home.lake / LEDGER / "00000006.parquet", home.lake / LEDGER / "00000007.parquet"
    )
    report = _deep(home)
    assert report["whole"] and {f["severity"] for f in report["findings"]} == {"notice"}
    texts = " ".join(f["text"] for f in report["findings"])
    assert "还有 2 个原件没有移去" in texts
    assert "不作数" in texts and "登记簿只到第 6 号" in texts


def test_reading_a_torn_or_missing_entry_stops_with_its_name(tmp_path, monkeypatch):
    home = make_home(tmp_path)
    for day in ("01", "02", "03"):
        deliver(home, monkeypatch, f"2025-03-{day}", registrations(int(day)))
    assert [e.sequence for e in register.entries(home)] == [1, 2, 3]
    whole = (home.register / "00000002.json").read_bytes()
    for torn in (b"", b"[]", b"{}", whole[:50], whole.replace(b'"sequence": 2', b'"sequence": 4')):
        (home.register / "00000002.json").write_bytes(torn)
        with pytest.raises(LakeError, match=r"00000002.json 残缺或号码不符，请从备份恢复"):
            register.entries(home)
    (home.register / "00000002.json").unlink()
    with pytest.raises(LakeError, match="缺第 2 号"):
        register.entries(home)


def test_inspecting_changes_nothing(home):
    before = {p: p.stat().st_mtime_ns for p in home.root.rglob("*")}
    inspection.inspect(home)
    assert {p: p.stat().st_mtime_ns for p in home.root.rglob("*")} == before
