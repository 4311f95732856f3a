"""Time alone turns what the indicators say: a build that goes on says it as a fresh one does.

An office tells today what happened today, and a run judges at the end of the day before: what is told lies
after the instant of judging, and counts from the next day on though nothing more is told.
"""

from datetime import datetime, timedelta

import pytest

from tests.spine import COUNTY, OTHER_UNIT, PROVINCE, UNIT, Spine, differences, item

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]
TODAY = datetime(2026, 3, 2, 9)


@pytest.fixture
def spine(tmp_path) -> Spine:
    return Spine(tmp_path / "home", TODAY, marts_only=True)


def _numerators(spine: Spine, code: str, variant: str = "project") -> list[tuple]:
    return spine.ask(
        "select excluded_because, num::int, den::int from marts.agg_indicator_cells"
        " where indicator_code = ? and variant = ? and cut_code = 'all' and subject_count > 0",
        code, variant,
    )  # fmt: skip


def _next_day_is_as_fresh(spine: Spine, tmp_path) -> None:
    spine.wait(days=1)
    spine.build()
    (went_on,) = spine.ask("select built_known_to from raw.run_context")[0]
    assert went_on is not None, "the build did not go on from the one before"
    assert not differences(spine.home.warehouse, spine.fresh(tmp_path))


def test_what_was_begun_after_the_instant_counts_from_the_next_day(spine, tmp_path):
    proposal = {"建议单位": PROVINCE, "建议编号": "J1", "建议种类": "改进工作", "建议对象": UNIT}
    spine.tell(PROVINCE, [proposal | {"建议日期": TODAY.date(), "建议反馈日期": TODAY.date()}])
    spine.build()
    assert _numerators(spine, "proposal_reply") == [("not_yet_begun", 0, 0)]
    _next_day_is_as_fresh(spine, tmp_path)
    assert _numerators(spine, "proposal_reply") == [("", 1, 1)]


def test_a_relisting_after_the_instant_undoes_the_delisting_from_the_next_day(spine, tmp_path):
    listed = {
        "挂账机关": PROVINCE,
        "挂账编号": "G1",
        "督办级别": "挂账",
        "责任单位": UNIT,
        "挂账日期": "2026-02-01",
    }
    days = {"销号期限": "2026-02-20", "销号日期": "2026-02-10", "重新挂账日期": TODAY.date()}
    spine.tell(PROVINCE, [listed | days])
    spine.build()
    assert _numerators(spine, "delisting") == [("", 1, 1)]
    _next_day_is_as_fresh(spine, tmp_path)
    assert _numerators(spine, "delisting") == [("", 0, 1)]


def test_an_evaluation_after_the_instant_counts_from_the_next_day(spine, tmp_path):
    spine.tell(COUNTY, [item("A1", "2026-02-01")])
    chance = {
        "信访件编号": "A1", "登记机构": COUNTY, "评价对象": "责任单位", "评价次数": 1, "是否可以评价": "是",
        "评价截止时间": TODAY + timedelta(days=20), "评价时间": TODAY - timedelta(hours=1),
        "评价结果": "满意", "评价方式": "自评",
    }  # fmt: skip
    spine.tell(COUNTY, [chance])
    spine.build()
    assert _numerators(spine, "satisfaction", "guangdong") == [("window_open", 0, 0)]
    assert _numerators(spine, "participation", "sasac") == [("", 0, 1)]
    _next_day_is_as_fresh(spine, tmp_path)
    assert _numerators(spine, "satisfaction", "guangdong") == [("", 1, 1)]
    assert _numerators(spine, "participation", "sasac") == [("", 1, 1)]


def test_an_evaluation_follows_its_petition_however_late_that_is_told(spine, tmp_path):
    chance = {
        "信访件编号": "A1", "登记机构": COUNTY, "评价对象": "责任单位", "评价次数": 1, "是否可以评价": "是",
        "评价截止时间": TODAY - timedelta(days=5), "评价时间": TODAY - timedelta(days=9), "评价结果": "满意",
        "评价方式": "自评",
    }  # fmt: skip

    def built() -> list[tuple]:
        spine.build()
        return spine.ask("select responsible_org_code, channel_code from marts.fct_evaluations")

    spine.tell(COUNTY, [item("B1", "2026-02-01")])
    spine.tell(COUNTY, [chance])
    assert built() == [(None, None)] and _numerators(spine, "satisfaction") == []
    taken = spine.tell(COUNTY, [item("A1", "2026-02-01")])
    assert built() == [("980101-zj", "letter")]
    assert _numerators(spine, "satisfaction") == [("", 1, 1)]
    changed = spine.tell(COUNTY, [item("A1", "2026-02-01", unit=OTHER_UNIT, 信访形式="来访")])
    assert built() == [("980102-zj", "visit")]
    assert not differences(spine.home.warehouse, spine.fresh(tmp_path))
    numbers = (changed.sequence, taken.sequence)
    spine.tell(COUNTY, [{"报送号": n, "撤回原因": "数据有误"} for n in numbers])
    assert built() == [(None, None)] and _numerators(spine, "satisfaction") == []
    assert not differences(spine.home.warehouse, spine.fresh(tmp_path))
