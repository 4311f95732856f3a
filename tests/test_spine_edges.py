"""The edges of what was told, by whom, when: one small home is told a story, and each edge of it is a
test. What every step must have changed, and what it must not, is written down beside the step.
"""

from datetime import datetime

import pytest

from tests.spine import COUNTY, OTHER_UNIT, PROVINCE, Spine, differences, item

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]


def case(number: int, status: str = "未办结") -> dict:
    """Return a backlog case of the province's batch."""
    return {"批次编号": "B1", "积案编号": number, "属地": "甲一县", "办理状态": status}


class Story:
    """The spine, and what was seen of it after each step."""

    def __init__(self, spine: Spine):
        self.spine, self.seen = spine, {}

    def look(self, name: str, as_of: datetime | None = None) -> None:
        self.spine.build(as_of)
        ask = self.spine.ask
        self.seen[name] = {
            "petitions": {
                r[0]: r[1:]
                for r in ask(
                    "select item_no, category_code, unit_org_code, told_by_office_code,"
                    " delivery_sequence, closing_due_date from marts.fct_petitions"
                )
            },
            "cells": {
                r[:-1]: int(r[-1])
                for r in ask(
                    "select indicator_code, strftime(month_start_date, '%Y-%m'), region_code,"
                    " cut_value, excluded_because, subject_count from marts.agg_indicator_cells"
                    " where variant = 'project' and indicator_code in ('volume', 'due_closure')"
                )
            },
            "cases": sorted(r[0] for r in ask("select case_no from marts.fct_cases")),
            "versions": ask(
                "select item_no, version_no, valid_from_sequence, valid_to_sequence, category_code"
                " from intermediate.int_petition_register_versions order by all"
            ),
            "touched": {
                r[0].split("|")[-1]
                for r in ask("select subject_id from intermediate.int_touched_subjects")
            },
            "findings": ask("select check_code, org_code, subject_id from findings.fct_findings"),
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
    spine = Spine(tmp_path_factory.mktemp("story") / "home", datetime(2026, 3, 2, 9))
    told = Story(spine)
    first = [item("A1", "2026-01-10"), item("A2", "2026-01-12")]
    delivered = {"first": spine.tell(COUNTY, first)}
    told.look("first")
    delivered["b"] = spine.tell(COUNTY, [item("A1", "2026-01-10", "农村农业")])
    delivered["a again"] = spine.tell(COUNTY, [item("A1", "2026-01-10")])
    told.look("a b a")
    spine.tell(COUNTY, [{"报送号": delivered["a again"].sequence, "撤回原因": "数据有误"}])
    told.look("withdrawn")
    delivered["resent"] = spine.tell_bytes(COUNTY, delivered["a again"].arrival.path.read_bytes())
    told.look("resent")
    delivered["repeat"] = spine.tell_bytes(COUNTY, delivered["resent"].arrival.path.read_bytes())
    moved = item("A2", "2026-02-03", "农村农业", OTHER_UNIT, 限办截止时间="2026-02-20")
    spine.tell(COUNTY, [moved])
    told.look("moved")
    spine.tell(PROVINCE, [item("P1", "2026-02-05", "城乡建设"), item("P2", "2026-02-06")])
    told.look("upper first")
    spine.tell(COUNTY, [item("P1", "2026-02-05", "农村农业")])
    told.look("own after upper")
    spine.tell(COUNTY, [item("P3", "2026-02-07", "农村农业")])
    spine.tell(PROVINCE, [item("P3", "2026-02-07", "城乡建设")])
    told.look("upper after own")
    spine.tell(
        PROVINCE,
        [{"批次编号": "B1", "交办机关": PROVINCE, "交办日期": "2026-01-05", "批次件数": 3}],
    )
    spine.tell(PROVINCE, [case(1), case(2), case(3)])
    told.look("snapshot")
    delivered["dropped"] = spine.tell(PROVINCE, [case(1), case(3)])
    told.look("dropped")
    spine.tell(PROVINCE, [{"报送号": delivered["dropped"].sequence, "撤回原因": "数据有误"}])
    told.look("drop withdrawn")
    spine.tell(COUNTY, [item("C1", "2026-02-08", 限办截止时间="2026-04-01")])
    told.look("not yet due", datetime(2026, 3, 31, 23, 59, 59))
    told.look("due", datetime(2026, 4, 1, 23, 59, 59))
    told.delivered = delivered
    return told


def cell(story: Story, step: str, *key: str) -> int:
    return story.seen[step]["cells"].get(key, 0)


def test_a_b_a_leaves_a_in_force_as_a_third_version(story):
    category = {step: story.seen[step]["petitions"]["A1"][0] for step in ("first", "a b a")}
    assert category["a b a"] == category["first"]
    versions = [v for v in story.seen["a b a"]["versions"] if v[0] == "A1"]
    assert [v[1:4] for v in versions] == [(1, 1, 2), (2, 2, 3), (3, 3, None)]
    assert versions[0][4] == versions[2][4] != versions[1][4]


def test_the_same_bytes_as_in_force_are_no_delivery(story):
    assert story.delivered["repeat"].sequence is None


def test_what_stood_before_a_withdrawn_delivery_stands_again_and_the_past_is_kept(story):
    versions = [v for v in story.seen["withdrawn"]["versions"] if v[0] == "A1"]
    assert [v[1:4] for v in versions] == [(1, 1, 2), (2, 2, 3), (3, 3, 4), (4, 4, None)]
    assert versions[3][4] == versions[1][4]
    assert story.seen["withdrawn"]["petitions"]["A1"][3] == story.delivered["b"].sequence


def test_the_same_bytes_after_a_withdrawal_are_a_new_delivery(story):
    resent = story.delivered["resent"]
    assert resent.sequence == 5
    assert story.seen["resent"]["petitions"]["A1"][3] == resent.sequence


def test_a_correction_to_another_month_category_and_region_changes_both_cells(story):
    all_of = lambda step, month: cell(story, step, "volume", month, "980101000000", "all", "")  # noqa: E731
    assert (all_of("resent", "2026-01"), all_of("resent", "2026-02")) == (2, 0)
    assert (all_of("moved", "2026-01"), all_of("moved", "2026-02")) == (1, 1)
    before = {k[3]: v for k, v in story.seen["resent"]["cells"].items() if k[0] == "volume"}
    category = story.seen["first"]["petitions"]["A2"][0]
    other = story.seen["moved"]["petitions"]["A2"][0]
    assert before[category] == 2 and category != other
    assert cell(story, "moved", "volume", "2026-01", "980101000000", category, "") == 1
    assert cell(story, "moved", "volume", "2026-02", "980101000000", other, "") == 1
    due = ("due_closure", "2026-02", "980102000000", "all", "")
    assert cell(story, "resent", *due) == 0 and cell(story, "moved", *due) == 1


def test_county_and_province_tell_the_same_item_in_both_orders(story):
    assert story.seen["upper first"]["petitions"]["P1"][2] == PROVINCE
    assert story.seen["own after upper"]["petitions"]["P1"][2] == COUNTY
    assert story.seen["upper after own"]["petitions"]["P3"][2] == COUNTY
    assert story.seen["upper after own"]["petitions"]["P2"][2] == PROVINCE
    months = [
        k for k in story.seen["upper after own"]["cells"] if k[0] == "volume" and k[3] == "all"
    ]
    assert sum(story.seen["upper after own"]["cells"][k] for k in months) == 5


def test_a_row_dropped_from_a_snapshot_is_withdrawn_and_comes_back_with_its_withdrawal(story):
    assert story.seen["snapshot"]["cases"] == ["1", "2", "3"]
    assert story.seen["dropped"]["cases"] == ["1", "3"]
    assert story.seen["drop withdrawn"]["cases"] == ["1", "2", "3"]
    kept = story.spine.ask(
        "select case_no, version_no, valid_to_sequence is null"
        " from intermediate.int_backlog_cases_versions order by all"
    )
    assert kept == [("1", 1, True), ("2", 1, False), ("2", 2, True), ("3", 1, True)]


def test_time_alone_turns_a_figure(story):
    waiting = ("due_closure", "2026-04", "980101000000", "all", "not_yet_due")
    counted = ("due_closure", "2026-04", "980101000000", "all", "")
    assert (cell(story, "not yet due", *waiting), cell(story, "not yet due", *counted)) == (1, 0)
    assert (cell(story, "due", *waiting), cell(story, "due", *counted)) == (0, 1)


def test_only_what_was_told_of_or_has_come_due_is_made_again(story):
    assert story.seen["resent"]["touched"] == {"A1"}
    assert story.seen["moved"]["touched"] == {"A2"}
    assert story.seen["upper first"]["touched"] == {"P1", "P2"}
    stock = set(story.seen["drop withdrawn"]["cases"])  # an open case is a day older each day
    assert story.seen["due"]["touched"] == {"C1"} | stock, "nothing was told, one deadline came"


def test_the_story_told_at_once_is_the_same(story, tmp_path):
    fresh = story.spine.fresh(tmp_path, datetime(2026, 4, 1, 23, 59, 59))
    assert not differences(story.spine.home.warehouse, fresh)


def test_a_dial_turned_back_starts_a_fresh_file(story):
    spine = story.spine
    spine.build(datetime(2026, 3, 31, 23, 59, 59))
    assert spine.ask("select built_known_to from raw.run_context") == [(None,)]
    spine.build(datetime(2026, 4, 1, 23, 59, 59))
    assert spine.ask("select built_known_to is not null from raw.run_context") == [(True,)]
    (spine.home.rules / "organisation_aliases.csv").write_text(
        "alias,within_region_code,org_code\n甲一住建,980101000000,980101-zj\n", "utf-8"
    )
    spine.build(datetime(2026, 4, 1, 23, 59, 59))
    assert spine.ask("select built_known_to from raw.run_context") == [(None,)]
