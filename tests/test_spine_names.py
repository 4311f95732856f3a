"""Unknown names answered after the rows that hold them: one small home is told rows with names that no
list has, then what the names mean, then something else, then nothing again.
"""

from datetime import datetime

import pytest

from tests.spine import COUNTY, PROVINCE, Spine, differences, item

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]
AS_OF = datetime(2026, 3, 1, 23, 59, 59)
UNIT, OTHER_UNIT = "980101-zj", "980102-zj"
HERE, THERE = "980101000000", "980102000000"
BUILDING, FARMING = "urban_rural_construction", "rural_agriculture"
FACTS = """
    select item_no, unit_org_code, problem_region_code, category_code, responsible_region_code
    from marts.fct_petitions
"""
CASES = "select case_no, responsible_org_code from marts.fct_cases"
VERSIONS = """
    select version_no, valid_from_sequence, valid_to_sequence, unit_org_code
    from intermediate.int_petition_register_versions where item_no = ? order by all
"""
CELLS = """
    select indicator_code, strftime(month_start_date, '%Y-%m'), region_code, cut_code, cut_value,
        cast(sum(subject_count) as int)
    from marts.agg_indicator_cells
    where variant = 'project' and indicator_code in ('volume', 'due_closure')
    group by all
"""
FINDINGS = "select org_code, month_start_date, n from findings.fct_findings where check_code = 'D03' order by all"


def answer(kind: str, name: str, code: str, since: str | None = None) -> dict:
    """Return a row of the ledger of names."""
    return {"种类": kind, "名称": name, "代码": code, "生效日期": since}


class Story:
    """The spine, what was told last and what was seen after each step, and a copy of one build."""

    def __init__(self, root, scratch):
        self.spine = Spine(root, datetime(2026, 3, 2, 9), key=True)
        self.seen, self.known_to, self.scratch = {}, {}, scratch

    def look(self, name: str, file=None) -> None:
        if file is None:
            self.spine.build(AS_OF)
            self.known_to[name] = self.spine.ask("select known_to from raw.run_context")[0][0]
        ask = lambda sql, *values: self.spine.ask(sql, *values, file=file)  # noqa: E731
        self.seen[name] = {
            "petitions": {r[0]: r[1:] for r in ask(FACTS)},
            "cases": ask(CASES),
            "cells": {r[:-1]: r[-1] for r in ask(CELLS)},
            "versions": {number: ask(VERSIONS, number) for number in ("N1", "N4")},
            "findings": ask(FINDINGS),
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
    root = tmp_path_factory.mktemp("names")
    told = Story(root / "home", root)
    tell = told.spine.tell
    due = {"限办截止时间": "2026-02-20"}
    rows = [
        item("N1", "2026-01-10", "某类", "某住建局", 问题属地="某县", **due),
        item("N2", "2026-01-11", unit="老住建局", 问题属地=None, **due),
        item("N3", "2026-02-11", unit="老住建局", 问题属地=None, **due),
        item("N4", "2026-02-12", unit="某住建局", 问题属地=None, **due),
    ]
    tell(COUNTY, rows)
    tell(COUNTY, [rows[3] | {"责任单位": "甲一县住房和城乡建设局"}])
    batch = {"批次编号": "B1", "交办机关": PROVINCE, "交办日期": "2026-01-05", "批次件数": 1}
    tell(PROVINCE, [batch])
    case = {"批次编号": "B1", "积案编号": 1, "属地": "甲一县", "责任单位": "老住建局"}
    tell(PROVINCE, [case | {"办理状态": "未办结"}])
    told.look("unmapped")
    old = [
        answer("机构", "老住建局", UNIT),
        answer("机构", "老住建局", OTHER_UNIT, "2026-02-01"),
    ]
    tell(PROVINCE, old)
    first = [
        answer("机构", "某住建局", UNIT),
        answer("地区", "某县", HERE),
        answer("内容分类", "某类", BUILDING),
    ]
    told.first = tell(COUNTY, first).sequence
    told.look("mapped")
    corrected = [
        answer("机构", "某住建局", OTHER_UNIT),
        answer("地区", "某县", THERE),
        answer("内容分类", "某类", FARMING),
        answer("机构", "老住建局", UNIT),
    ]
    told.second = tell(COUNTY, corrected).sequence
    told.look("corrected")
    told.kept = told.spine.keep(root / "kept")
    tell(COUNTY, [{"报送号": told.second, "撤回原因": "数据有误"}])
    told.look("correction withdrawn")
    tell(COUNTY, [{"报送号": told.first, "撤回原因": "数据有误"}])
    told.look("withdrawn")
    return told


def due_cell(story: Story, step: str, region: str) -> int:
    return story.seen[step]["cells"].get(("due_closure", "2026-02", region, "all", "all"), 0)


def category_cell(story: Story, step: str, category: str) -> int:
    key = ("volume", "2026-01", HERE, "category_code", category)
    return story.seen[step]["cells"].get(key, 0)


def test_an_unknown_name_stands_in_until_it_is_answered(story):
    unit, region, category, responsible = story.seen["unmapped"]["petitions"]["N1"]
    assert all(code.startswith("unmapped:k1-") for code in (unit, region, category))
    assert len({unit, region, category}) == 3 and responsible is None
    assert story.seen["mapped"]["petitions"]["N1"] == (UNIT, HERE, BUILDING, HERE)


def test_the_figures_of_both_cells_change_with_the_answer(story):
    assert [due_cell(story, "unmapped", r) for r in ("unknown", HERE, THERE)] == [3, 1, 0]
    assert [due_cell(story, "mapped", r) for r in ("unknown", HERE, THERE)] == [0, 3, 1]
    assert [category_cell(story, "unmapped", c) for c in ("unmapped", BUILDING)] == [1, 1]
    assert [category_cell(story, "mapped", c) for c in ("unmapped", BUILDING)] == [0, 2]


def test_an_answer_ends_the_question_about_the_unit(story):
    asked = {(org, str(month)): n for org, month, n in story.seen["unmapped"]["findings"]}
    assert asked == {(COUNTY, "2026-01-01"): 2, (COUNTY, "2026-02-01"): 2}
    assert story.seen["mapped"]["findings"] == []


def test_a_corrected_answer_changes_the_old_cell_and_the_new_one(story):
    assert story.seen["corrected"]["petitions"]["N1"] == (OTHER_UNIT, THERE, FARMING, THERE)
    assert [due_cell(story, "corrected", r) for r in ("unknown", HERE, THERE)] == [0, 3, 1]
    found = [category_cell(story, "corrected", c) for c in ("unmapped", BUILDING, FARMING)]
    assert found == [0, 1, 1]


def test_the_day_of_the_row_chooses_among_answers_with_dates(story):
    mapped = story.seen["mapped"]["petitions"]
    assert (mapped["N2"][0], mapped["N3"][0]) == (UNIT, OTHER_UNIT)


def test_a_row_without_a_day_takes_the_last_answer_and_stays_one_row(story):
    assert story.seen["mapped"]["cases"] == [("1", OTHER_UNIT)]


def test_an_office_s_own_answer_goes_before_that_of_the_office_above(story):
    corrected = story.seen["corrected"]
    assert (corrected["petitions"]["N2"][0], corrected["petitions"]["N3"][0]) == (UNIT, UNIT)
    assert corrected["cases"] == [("1", OTHER_UNIT)], "an answer does not reach the office above"


def test_without_the_correction_the_first_answer_stands_again(story):
    for what in ("petitions", "cases", "cells", "versions", "findings"):
        assert story.seen["correction withdrawn"][what] == story.seen["mapped"][what]


def test_without_any_answer_the_name_is_unknown_again(story):
    before, after = story.seen["unmapped"]["petitions"], story.seen["withdrawn"]["petitions"]
    assert after["N1"] == before["N1"]
    assert (after["N2"][0], after["N3"][0]) == (UNIT, OTHER_UNIT), "the province's answer stands"


def test_an_answer_is_no_version_and_two_names_of_one_unit_are_none(story):
    stand_in = story.seen["unmapped"]["petitions"]["N1"][0]
    assert story.seen["unmapped"]["versions"] == {
        "N1": [(1, 1, None, stand_in)],
        "N4": [(1, 1, 2, stand_in), (2, 2, None, UNIT)],
    }
    assert story.seen["mapped"]["versions"] == {
        "N1": [(1, 1, None, UNIT)],
        "N4": [(1, 1, None, UNIT)],
    }
    assert story.seen["corrected"]["versions"]["N4"] == [
        (1, 1, 2, OTHER_UNIT),
        (2, 2, None, UNIT),
    ]
    assert story.seen["withdrawn"]["versions"] == story.seen["unmapped"]["versions"]


def test_as_known_before_the_answer_the_name_is_unknown(story, tmp_path):
    past = story.spine.fresh(tmp_path, AS_OF, story.known_to["unmapped"])
    story.look("turned back", past)
    assert story.seen["turned back"] == story.seen["unmapped"]


def test_as_known_after_the_correction_a_fresh_build_says_the_same(story, tmp_path):
    past = story.spine.fresh(tmp_path, AS_OF, story.known_to["corrected"])
    assert not differences(story.kept, past)


def test_answers_given_and_taken_back_build_on_to_what_a_fresh_build_says(story, tmp_path):
    assert story.spine.ask("select built_known_to is not null from raw.run_context") == [(True,)]
    assert not differences(story.spine.home.warehouse, story.spine.fresh(tmp_path, AS_OF))
