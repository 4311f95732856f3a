"""The command line: starts light, speaks Chinese, exits sensibly, prints JSON for machines."""

import json
import subprocess
import sys

import pytest

from publication.reconciliation import PARTS
from tests.conftest import ROOT

HEAVY = ("dagster", "dbt", "great_expectations", "scipy", "dagster_dbt", "pandas")
LISTING = (
    "import sys\n"
    "from orchestration.cli import main\n"
    "try:\n"
    "    main(sys.argv[1:], standalone_mode=False)\n"
    "except SystemExit:\n"
    "    pass\n"
    "print('MODULES', *sorted({m.split('.')[0] for m in sys.modules}))\n"
)


def _modules(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LISTING, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_check_starts_without_the_heavy_rooms(tmp_path):
    (tmp_path / "a.csv").write_text("信访件编号,登记时间\nA-1,2025-04-01\n", "utf-8")
    loaded = _modules("check", str(tmp_path / "a.csv"), "--home", str(tmp_path))
    assert loaded.isdisjoint(HEAVY)
    assert {"pyarrow"} <= loaded, "the file was looked at"


def test_template_starts_without_the_heavy_rooms(tmp_path):
    out = tmp_path / "a.xlsx"
    loaded = _modules("template", "petition_register", "--out", str(out), "--home", str(tmp_path))
    assert loaded.isdisjoint({*HEAVY, "duckdb", "rich"})
    assert out.exists() and "xlsxwriter" in loaded


@pytest.mark.slow
def test_explain_and_query_start_without_the_heavy_rooms(demo_home):
    asked = (
        "volume",
        "--region",
        "980000000000",
        "--period",
        "2025",
        "--home",
        str(demo_home.root),
    )
    assert _modules("explain", *asked).isdisjoint(HEAVY)
    assert _modules("query", "select 1", "--home", str(demo_home.root)).isdisjoint(HEAVY)


def test_help_teaches(petition):
    done = petition("--help")
    assert done.returncode == 0
    commands = ("demo", "run", "check", "template", "status", "explain", "query", "release")
    for word in (*commands, "台账"):
        assert word in done.stdout


def test_check_says_place_kind_and_remedy_and_exits_1(tmp_path, petition):
    ledger = tmp_path / "四月.csv"
    ledger.write_text(
        "信访件编号,登记时间,信访形式\nA-1,2025-13-45,来信\nA-2,2025-04-01,来信\n", "utf-8"
    )
    done = petition("check", str(ledger), "--home", str(tmp_path))
    assert done.returncode == 1
    assert "四月.csv" in done.stdout and "第2行" in done.stdout and "登记时间" in done.stdout
    assert "不是真实存在的日期" in done.stdout and "→" in done.stdout
    record = json.loads(petition("check", "--json", str(ledger), "--home", str(tmp_path)).stdout)
    assert record["files"][0]["receipt"]["loaded"] == 1
    assert not (tmp_path / "lake").exists(), "a check loads nothing"


def test_a_missing_release_is_one_chinese_line(tmp_path, petition):
    done = petition(
        "explain", "volume", "--region", "1", "--period", "2025", "--home", str(tmp_path)
    )
    assert done.returncode == 1
    assert "还没有发布过任何一版" in done.stderr and "Traceback" not in done.stderr


def test_demo_does_not_touch_a_folder_that_is_not_its_own(tmp_path, petition):
    (tmp_path / "重要.txt").write_text("x", "utf-8")
    done = petition("demo", "--home", str(tmp_path))
    assert done.returncode == 1 and "不会动它" in done.stderr
    assert (tmp_path / "重要.txt").exists()


@pytest.mark.slow
class TestOnARelease:
    def test_query_cannot_reach_files_or_write(self, demo_home, petition):
        home = str(demo_home.root)
        denied = [
            "select * from read_csv('/etc/passwd')",
            "select * from read_text('/etc/passwd')",
            "copy (select 1) to '/tmp/petition-escape.csv'",
            "attach '/tmp/petition-escape.duckdb'",
            "create table x as select 1",
            "drop table fct_petitions",
            "set enable_external_access = true",
            "install httpfs",
            "load httpfs",
        ]
        for sql in denied:
            done = petition("query", sql, "--home", home)
            assert done.returncode == 1 and "查询没有成功" in done.stderr, sql

    def test_findings_are_counted_by_check_and_listed_when_asked_for(self, demo_home, petition):
        home = str(demo_home.root)
        counted = json.loads(petition("findings", "--json", "--home", home).stdout)
        counts = {one["check_code"]: one for one in counted["counts"]}
        assert (
            counts["D04"]["severity_code"] == "hold" and counts["D04"]["check_name"] == "骤减或倍增"
        )
        assert counted["findings"] == [], "listed only when a check or an office is asked for"
        asked = ("findings", "--check", "D04", "--home", home)
        listed = json.loads(petition(*asked, "--json").stdout)
        assert len(listed["findings"]) == counts["D04"]["finding_count"] > 1
        assert {one["check_code"] for one in listed["findings"]} == {"D04"}
        shown = petition(*asked, "--limit", "1").stdout
        assert listed["findings"][0]["text_zh"] in shown and "只列前 1 条" in shown
        unknown = petition("findings", "--check", "X99", "--home", home)
        assert unknown.returncode == 1 and "没有核查 X99" in unknown.stderr
        nothing = petition("findings", "--month", "1999-01", "--home", home)
        assert nothing.returncode == 0 and "没有这样的发现" in nothing.stdout

    def test_levels_are_reconciled_by_month_by_pair_and_to_the_case(
        self, demo_home, petition, tmp_path
    ):
        home, rows = str(demo_home.root), tmp_path / "cases.csv"
        counted = json.loads(petition("reconcile", "--json", "--home", home).stdout)
        assert counted["pairs"] == counted["cases"] == [], "listed only when asked for"
        asked = ("reconcile", "--upper", "980100-xf", "--basis", "passed_on", "--home", home)
        told = json.loads(
            petition(*asked, "--cases", "--limit", "0", "--rows", str(rows), "--json").stdout
        )
        for pair in told["pairs"]:
            parts = [n for name, n in pair.items() if name.removesuffix("_count") in PARTS]
            assert pair["upper_count"] - pair["lower_count"] == sum(parts)
        assert {p["state_code"] for p in told["pairs"]} == {"agreed", "explained", "unexplained"}
        assert len(rows.read_text("utf-8-sig").splitlines()) - 1 == len(told["cases"]) > 0
        shown = petition(*asked, "--cases", "--limit", "1").stdout
        assert told["cases"][0]["registration_id"] in shown and "只列前 1 对" in shown
        nothing = petition("reconcile", "--month", "1999-01", "--home", home)
        assert nothing.returncode == 0 and "没有这样的上下级可对" in nothing.stdout

    def test_explain_prints_and_writes_its_rows(self, demo_home, petition, tmp_path):
        rows = tmp_path / "rows.csv"
        done = petition(
            "explain", "volume", "--region", "980101000000", "--period", "2025-06",
            "--rows", str(rows), "--json", "--home", str(demo_home.root),
        )  # fmt: skip
        found = json.loads(done.stdout)
        assert len(rows.read_text("utf-8-sig").splitlines()) - 1 == found["row_count"] > 0

    def test_explain_shows_a_page_and_says_how_to_get_the_rest(self, demo_home, petition, tmp_path):
        asked = (
            "explain", "volume", "--region", "980000000000", "--period", "2025",
            "--home", str(demo_home.root),
        )  # fmt: skip
        page, every = (petition(*asked, "--limit", limit).stdout for limit in ("2", "0"))
        assert page.count("\n对象 ") == 2 and "显示前 2 个" in page and "--rows" in page
        assert every.count("\n对象 ") > 2 and "全部显示" in every and "--rows" not in every
        done = petition(*asked, "--rows", str(tmp_path / "nowhere" / "rows.csv"))
        assert done.returncode == 1 and "目录" in done.stderr and "Traceback" not in done.stderr

    def test_explain_names_what_there_is(self, demo_home, petition):
        home = str(demo_home.root)
        where = ("--region", "980000000000", "--period", "2025", "--home", home)
        done = petition("explain", "nothing", *where)
        assert done.returncode == 1 and "timely_accept_office" in done.stderr
        done = petition("explain", "satisfaction", "--variant", "x", *where)
        assert "with_basic" in done.stderr

    def test_status_list_and_diff_speak_json(self, few_home, petition_few):
        home, petition = str(few_home.root), petition_few
        state = json.loads(petition("status", "--json", "--home", home).stdout)
        assert state["waiting"] == 0 and state["deliveries"] > 100
        listed = json.loads(petition("release", "list", "--json", "--home", home).stdout)[
            "releases"
        ]
        assert [r["current"] for r in listed] == [False, True]
        changed = petition("release", "diff", listed[0]["release_id"], "--json", "--home", home)
        assert len(json.loads(changed.stdout)["changes"]) == listed[1]["restatement_count"]
