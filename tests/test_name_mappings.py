"""Unknown names: told with candidates, listed as work, answered by a ledger like any other."""

import json
import re

import pytest

from ingestion import landing, register, segments, stored
from ingestion.linkage import VARIABLE
from orchestration import worklist
from tests.door_files import (
    HEADERS,
    OFFICE,
    context,
    examine,
    keyed,
    make_home,
    problems_of,
    resident_number,
    row,
    rows_of,
    text,
    the_problem,
    write_key,
    xlsx,
)

MAP = ["种类", "名称", "代码", "生效日期", "失效日期"]
STAND_IN = re.compile(r"unmapped:k1-[0-9a-f]{16}")


def _mapped(tmp_path, *rows, headers=MAP):
    return examine(text(tmp_path / "m.csv", [headers, *rows]), judged=keyed())


def _unknown(tmp_path, *tables, judged=None):
    (told,) = examine(xlsx(tmp_path / "u.xlsx", *tables), judged=judged or keyed()).ledgers
    return told.unmapped


def test_names_become_the_stand_ins_of_the_register(tmp_path):
    mapped = _mapped(
        tmp_path,
        ["机构", "乌有局", "980101-zj", "", ""],
        ["地区", " 乌有县", "980102", "2025-01-01", "2025-12-31"],
        ["内容分类", "乌有类", "transport", "", ""],
    )
    rows = rows_of(mapped, "name_mappings")
    assert [r["role_code"] for r in rows] == ["organisation", "region", "category"]
    assert [r["code"] for r in rows] == ["980101-zj", "980102000000", "transport"]
    assert [str(r["valid_from"]) for r in rows] == ["1900-01-01", "2025-01-01", "1900-01-01"]
    told = rows_of(
        examine(
            text(tmp_path / "a.csv", [HEADERS, row(1, 责任单位="乌有局", 问题属地="乌有县")]),
            judged=keyed(),
        )
    )
    assert rows[0]["stand_in"] == told[0]["unit_org_code"]
    assert rows[1]["stand_in"] == told[0]["problem_region_code"]
    assert "乌有" not in str(rows)


def test_a_stand_in_may_be_copied_from_the_worklist(tmp_path):
    given = "unmapped:old1-0123456789abcdef"
    (one,) = rows_of(_mapped(tmp_path, ["机构", given, "980101-zj", "", ""]), "name_mappings")
    assert one["stand_in"] == given


def test_without_a_key_the_file_is_refused(tmp_path):
    result = examine(text(tmp_path / "m.csv", [MAP, ["机构", "乌有局", "980101-zj", "", ""]]))
    assert result.refused and not result.ledgers
    assert problems_of(result, "mapping_needs_key")


@pytest.mark.parametrize(
    ("role", "code"),
    [("机构", "980199-xx"), ("机构", "甲一县信访局"), ("机构", "980101000000"), ("地区", "980109"),
     ("地区", "甲一县"), ("地区", "980101-xf"), ("内容分类", "交通运输"), ("内容分类", "乌有类")],
)  # fmt: skip
def test_a_code_that_is_on_no_list_is_held(tmp_path, role, code):
    result = _mapped(tmp_path, [role, "乌有", code, "", ""])
    assert the_problem(result, "unknown_code") == (1, 2, 3)
    assert result.receipt.loaded == 0


def test_an_unknown_kind_is_held_for_its_own_reason(tmp_path):
    result = _mapped(tmp_path, ["人名", "乌有", "980101-zj", "", ""])
    assert the_problem(result, "unknown_code") == (1, 2, 1)


def test_a_person_s_number_is_no_name(tmp_path):
    result = _mapped(tmp_path, ["机构", resident_number(), "980101-zj", "", ""])
    assert the_problem(result, "identity_suspected") == (1, 2, 2)
    assert resident_number() not in str([r.rows.to_pylist() for r in result.ledgers])


def test_candidates_are_the_codes_of_like_names_nearby(tmp_path):
    (found,) = _unknown(
        tmp_path, [HEADERS, row(1, 责任单位="甲一县住建局"), row(2, 责任单位="甲一县住建局")]
    )
    assert STAND_IN.fullmatch(found["stand_in"])
    assert found | {"stand_in": "", "candidates": []} == {
        "field": "unit_org_code", "role": "organisation", "stand_in": "", "count": 2,
        "sheet_no": 1, "row_no": 2, "candidates": [],
    }  # fmt: skip
    assert found["candidates"][0] == "980101-zj" and len(found["candidates"]) <= 3
    assert "980102-xf" not in found["candidates"], "an office of another county is not near"


def test_candidates_of_regions_and_categories(tmp_path):
    headers = [*HEADERS, "内容分类"]
    found = _unknown(tmp_path, [headers, [*row(1, 问题属地="甲一县城"), "交通运输类"]])
    assert {f["role"]: f["candidates"][:1] for f in found} == {
        "region": ["980101000000"],
        "category": ["transport"],
    }


def test_a_name_like_no_other_has_no_candidates(tmp_path):
    (found,) = _unknown(tmp_path, [HEADERS, row(1, 责任单位="XYZ")])
    assert found["candidates"] == []


def test_only_loaded_rows_count_over_all_sheets_the_most_frequent_first(tmp_path):
    one = [HEADERS, row(1, "2025-02-30", 责任单位="丙某局"), row(2, 责任单位="丙某局")]
    two = [
        HEADERS,
        *(row(i, 责任单位="丁某局") for i in (3, 4)),
        row(5, 责任单位="丙某局"),
        row(6, 责任单位="丁某局"),
    ]
    found = _unknown(tmp_path, one, two)
    assert [(f["count"], f["sheet_no"], f["row_no"]) for f in found] == [(3, 2, 2), (2, 1, 3)]


def test_the_list_is_bounded(tmp_path):
    found = _unknown(tmp_path, [HEADERS, *(row(i, 责任单位=f"某{i}局") for i in range(350))])
    assert len(found) == 300


def test_without_a_key_the_rows_are_counted_and_nothing_is_offered(tmp_path):
    table = [HEADERS, row(1, 责任单位="甲一县住建局"), row(2, 责任单位="甲一县某局")]
    (found,) = _unknown(tmp_path, table, judged=context())
    assert (found["stand_in"], found["count"], found["candidates"]) == ("unmapped:unkeyed", 2, [])


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(write_key(tmp_path / "network.key")))
    monkeypatch.setenv("PETITION_CLOCK", "2026-01-10T09:00:00")
    return make_home(tmp_path / "home")


def _tell(home, name, table, office=OFFICE):
    (home.landing / office).mkdir(exist_ok=True)
    text(home.landing / office / name, table)
    (taken,) = landing.take_all(home, settle_seconds=0)
    return taken


def test_the_worklist_is_summed_over_deliveries_and_answered_by_the_ledger(home):
    _tell(home, "a.csv", [HEADERS, row(1, 责任单位="甲一县住建局"), row(2, 责任单位="乌有局")])
    _tell(home, "b.csv", [HEADERS, row(3, 责任单位="甲一县住建局")], office="980102-xf")
    found = worklist.gather(home)
    first, second = found["items"]
    assert found["key_id"] == "k1"
    assert (first["rows"], first["offices"]) == (2, [OFFICE, "980102-xf"])
    assert first["first"] == {
        "delivery": 1, "ledger": "petition_register", "field": "unit_org_code", "sheet": 1, "row": 2,
    }  # fmt: skip
    assert first["candidates"][0] == {"code": "980101-zj", "name": "甲一县住房和城乡建设局"}
    assert second["rows"] == 1
    assert [i["rows"] for i in worklist.gather(home, "980102-xf")["items"]] == [1]
    _tell(home, "m.csv", [MAP, ["机构", "甲一县住建局", "980101-zj", "", ""]])
    assert [i["stand_in"] for i in worklist.gather(home)["items"]] == [second["stand_in"]]
    _tell(home, "n.csv", [MAP, ["机构", second["stand_in"], "980101-xf", "", ""]])
    assert worklist.gather(home)["items"] == []


def test_a_file_refused_for_want_of_a_key_is_taken_once_there_is_one(home, monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE)
    taken = _tell(home, "m.csv", [MAP, ["机构", "乌有局", "980101-zj", "", ""]])
    assert taken.result.refused
    assert landing.take_all(home, settle_seconds=0) == []
    monkeypatch.setenv(VARIABLE, str(tmp_path / "network.key"))
    (again,) = landing.take_all(home, settle_seconds=0)
    assert again.result.receipt.loaded == 1


def test_a_withdrawn_delivery_is_no_work_and_a_withdrawn_answer_no_answer(home):
    _tell(home, "a.csv", [HEADERS, row(1, 责任单位="乌有局")])
    _tell(home, "m.csv", [MAP, ["机构", "乌有局", "980101-zj", "", ""]])
    assert worklist.gather(home)["items"] == []
    _tell(home, "w.csv", [["报送号", "撤回原因"], [2, "数据有误"]])
    assert len(worklist.gather(home)["items"]) == 1
    _tell(home, "x.csv", [["报送号", "撤回原因"], [1, "数据有误"]])
    assert worklist.gather(home)["items"] == []


def test_answers_joined_in_a_segment_are_still_answers(home, monkeypatch):
    for number, name in enumerate(("乌有局", "子虚局"), start=1):
        _tell(home, f"a{number}.csv", [HEADERS, row(number, 责任单位=name)])
        _tell(home, f"m{number}.csv", [MAP, ["机构", name, "980101-zj", "", ""]])
    _tell(home, "b.csv", [HEADERS, row(3, 责任单位="亡是局")])
    monkeypatch.setenv("PETITION_CLOCK", "2026-03-10T09:00:00")
    before = worklist.gather(home)
    segments.compact(home)
    assert any(s["ledger"] == "name_mappings" for s in stored.segments(home))
    assert worklist.gather(home) == before and len(before["items"]) == 1


def test_a_missing_answer_file_is_named(home):
    _tell(home, "m.csv", [MAP, ["机构", "乌有局", "980101-zj", "", ""]])
    (home.lake / register.entries(home)[0].ledgers[0]["path"]).unlink()
    with pytest.raises(register.LakeError, match="name_mappings.*请"):
        worklist.gather(home)


def test_no_name_reaches_the_lake(home):
    _tell(home, "a.csv", [HEADERS, row(1, 责任单位="甲一县住建局")])
    _tell(home, "m.csv", [MAP, ["机构", "甲一县住建局", "980101-zj", "", ""]])
    kept = b"".join(p.read_bytes() for p in home.lake.rglob("*") if p.is_file())
    assert "住建局".encode() not in kept


def test_the_command_says_what_to_do(home, petition):
    _tell(home, "a.csv", [HEADERS, row(1, 责任单位="甲一县住建局")])
    done = petition("worklist", "--home", str(home.root))
    assert done.returncode == 0, done.stderr
    for word in (
        "待对照的名称 1 个",
        "报送号 1 第1个工作表 第2行",
        "980101-zj 甲一县住房和城乡建设局",
        "名称对照台账",
    ):
        assert word in done.stdout
    listed = json.loads(petition("worklist", "--json", "--home", str(home.root)).stdout)
    assert listed["items"][0]["rows"] == 1
    empty = petition("worklist", "--office", "980102-xf", "--home", str(home.root))
    assert "没有待对照的名称" in empty.stdout


def test_the_command_says_when_there_is_no_key(tmp_path, petition, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    home = make_home(tmp_path / "home")
    _tell(home, "a.csv", [HEADERS, row(1, 责任单位="乌有局")])
    done = petition("worklist", "--home", str(home.root))
    assert "1 行的名称收入时没有配置关联钥匙" in done.stdout
    assert "名称对照台账收不了" in done.stdout


def test_a_bad_key_file_is_one_chinese_line(home, petition, tmp_path):
    (tmp_path / "network.key").chmod(0o644)
    done = petition("worklist", "--home", str(home.root))
    assert done.returncode == 1 and "chmod 600" in done.stderr and "Traceback" not in done.stderr
