"""What contradicts itself or the procedure is accepted as told, kept, and asked about: never mended, no crash."""

from datetime import datetime

import pytest

from tests.spine import CITY, COUNTY, PROVINCE, UNIT, Spine, differences, item

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]
CASES = ["批次", "积案编号", "信访事项编号", "属地", "责任单位", "办理状态", "回流日期", "回流次数"]


@pytest.fixture
def spine(tmp_path) -> Spine:
    return Spine(tmp_path / "home", datetime(2026, 6, 1, 9))


def _asked(spine: Spine) -> dict[tuple[str, str], str]:
    found = spine.ask(
        "select check_code, ledger, subject_id, severity_code, text_zh from findings.fct_findings"
        " where check_code not in ('D03', 'D04')"
    )
    assert all(severity == "ask" for *_, severity, _ in found)
    return {(code, subject): text for code, _, subject, _, text in found}


def _case(batch: str, number: str, **more: object) -> dict:
    row = dict.fromkeys(CASES) | {
        "批次": batch, "积案编号": number, "属地": "980101000000", "责任单位": UNIT, "办理状态": "未化解",
    }  # fmt: skip
    return row | more


def _batch(number: str, cases: int) -> dict:
    return {"批次": number, "交办机关": PROVINCE, "交办日期": "2026-01-05", "批次件数": cases}


def test_the_seven_contradictions_are_kept_as_told_and_asked_about(spine, tmp_path):
    repeats = {"A1": "A3", "A2": "A1", "A3": "A2", "A4": "A3"}
    items = [
        item(n, "2026-01-05", 重复信访件编号=other, 问题属地="980101")
        for n, other in repeats.items()
    ]
    # 江干区 was merged into others in 2021
    items.append(item("A5", "2026-01-06", 问题属地="330104"))
    spine.tell(COUNTY, items)
    step = {"信访件编号": "A1", "登记机构": COUNTY}
    spine.tell(COUNTY, [
        step | {"流转序号": 1, "办理方式": "作出处理意见", "办理时间": "2026-02-10", "办理机构": UNIT},
        step | {"流转序号": 2, "办理方式": "送达处理意见", "办理时间": "2026-02-08", "办理机构": UNIT},
    ])  # fmt: skip
    spine.tell(COUNTY, [step | {
        "评价对象": "责任单位", "评价次数": 1, "是否可以评价": "否", "评价时间": "2026-03-01 10:00:00",
        "评价结果": "满意", "评价方式": "自评",
    }])  # fmt: skip
    spine.tell(PROVINCE, [_batch("B1", 2), _batch("B2", 1)])
    spine.tell(PROVINCE, [
        _case("B1", "1", 信访事项编号="M1"),
        _case("B1", "2", 回流日期="2026-02-01", 回流次数=2),
    ])  # fmt: skip
    spine.tell(PROVINCE, [_case("B2", "1", 信访事项编号="M1")])
    spine.tell(CITY, [{"领导职务编号": "S-01", "任职日期": "2024-01-01", "离任日期": "2026-01-31"}])
    led = {"批次": "B1", "积案编号": "1", "包案领导级别": "市级", "领导职务编号": "S-01"}
    spine.tell(CITY, [
        led | {"包案编号": "L1", "包案开始日期": "2026-01-31"},
        led | {"包案编号": "L2", "包案开始日期": "2026-02-01"},
    ])  # fmt: skip
    spine.build()
    # the fourth is told without the third
    spine.tell(PROVINCE, [
        _case("B1", "1", 信访事项编号="M1"),
        _case("B1", "2", 回流日期="2026-05-01", 回流次数=4),
    ])  # fmt: skip
    spine.build()
    asked = _asked(spine)
    assert {key for key in asked} == {
        ("C03", f"{COUNTY}|A1"), ("D07", f"{COUNTY}|A1"), ("D08", f"{COUNTY}|A5"), ("D09", f"{COUNTY}|A1"),
        ("D05", "B1|2"), ("C19", "B2|1"), ("D06", f"{CITY}|L2"),
    }  # fmt: skip
    assert "江干区（330104000000）已于2021-12-31前撤并" in asked["D08", f"{COUNTY}|A5"]
    assert "第4次回流，此前只报到第2次" in asked["D05", "B1|2"]
    # the three of the circle and who hangs on it
    assert "共4件" in asked["D07", f"{COUNTY}|A1"]
    told = spine.ask(
        "select cast(opinion_issued_at as date)::text, cast(opinion_served_at as date)::text"
        " from marts.fct_petitions where registration_id = ?",
        f"{COUNTY}|A1",
    )
    assert told == [("2026-02-10", "2026-02-08")]
    assert spine.ask(
        "select problem_region_code from marts.fct_petitions where item_no = 'A5'"
    ) == [("330104000000",)]
    assert not differences(spine.home.warehouse, spine.fresh(tmp_path / "fresh"))
