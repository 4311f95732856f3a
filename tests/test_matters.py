"""One matter across levels, channels and numbers: what is counted once, where, and by which rule."""

from datetime import datetime

import pytest

from tests import few
from tests.door_files import resident_number
from tests.spine import CITY, COUNTY, DISTRICT, OTHER_UNIT, PROVINCE, Spine, differences, item

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]
NATION = "central-joint"
INDICATORS = few.FEW | {
    "ind_volume__distinct", "ind_matters__if_confirmed", "ind_multi_channel_matters", "ind_pending_links",
    "ind_repeat_matters", "ind_repeat_share__in_region", "ind_matter_backflow__within_180",
}  # fmt: skip
COUNTS = (("volume", "project"), ("volume", "distinct"), ("matters", "project"))


@pytest.fixture
def spine(tmp_path) -> Spine:
    return Spine(tmp_path / "home", datetime(2026, 6, 1, 9), key=True, marts_only=True)


def _by_area(spine: Spine, code: str, variant: str = "project", what: str = "num") -> dict:
    rows = spine.ask(
        f"select area_code, {what}::int from marts.mart_indicator_values where indicator_code = ?"
        " and variant = ? and period = '2026' and cut_code = 'all' and area_kind_code = 'region'"
        " and substr(area_code, 1, 2) in ('00', '98')",
        code, variant,
    )  # fmt: skip
    return {area.rstrip("0") or "0": n for area, n in rows if n}


def _first(spine: Spine, number: str) -> tuple:
    (row,) = spine.ask(
        "select first_in_nation_flag, first_in_region_flag, first_in_organ_flag, first_in_channel_flag"
        " from marts.fct_matter_items where split_part(registration_id, '|', 2) = ?",
        number,
    )
    return row


def test_a_matter_at_four_levels_and_by_three_channels_is_counted_by_its_three_units(spine):
    """A letter to the centre is handed down four levels; the same matter then comes by web and visit."""
    down = {"国家信访件编号": "N1", "信访事项编号": "M1"}
    spine.tell(
        NATION, [item("N1", "2026-01-05", 登记机构=NATION, 信访事项编号="M1", 国家信访件编号=None)]
    )
    spine.tell(PROVINCE, [item("P1", "2026-01-07", 登记机构=PROVINCE, **down)])
    # the city copied the province's number alone, the county the city's: a chain of parallel numbers
    spine.tell(CITY, [item("C1", "2026-01-09", 登记机构=CITY, 省信访件编号="P1")])
    spine.tell(COUNTY, [item("K1", "2026-01-12", 市信访件编号="C1")])
    spine.tell(COUNTY, [item("K2", "2026-03-02", 信访形式="网信", 重复信访件编号="K1")])
    spine.tell(
        DISTRICT, [item("D1", "2026-04-08", 登记机构=DISTRICT, 信访形式="来访", 信访事项编号="M1")]
    )
    spine.build()
    items, distinct, matters = (_by_area(spine, *which) for which in COUNTS)
    assert items == {"0": 6, "98": 5, "9801": 4, "980101": 2, "980102": 1}
    # the handed-down letter counts at the centre alone, where it was registered first
    assert distinct == {"0": 3, "98": 2, "9801": 2, "980101": 1, "980102": 1}
    assert matters == {"0": 1, "98": 1, "9801": 1, "980101": 1, "980102": 1}
    assert _first(spine, "N1") == (True, True, True, True)
    # a copy is no repetition: the registration that opens the matter has this number here
    assert _first(spine, "K1") == (True, True, True, True)
    assert _first(spine, "K2") == (False, False, False, True)
    assert _first(spine, "D1") == (False, True, True, True)
    assert _by_area(spine, "repeat_share", "in_nation")["0"] == 2
    assert _by_area(spine, "repeat_share", "in_region")["0"] == 1
    assert _by_area(spine, "multi_channel_matters")["0"] == 1
    assert _by_area(spine, "repeat_matters")["0"] == 1


def test_a_person_and_the_same_facts_link_and_less_is_a_candidate(spine, tmp_path):
    who = {"证件号码": resident_number(), "问题属地": "980101000000"}
    spine.tell(COUNTY, [item("A1", "2026-01-05", **who), item("A2", "2026-02-05", **who)])
    other_unit = {"责任单位": "甲二区住房和城乡建设局"}
    spine.tell(COUNTY, [item("A3", "2026-03-05", **who | other_unit)])
    elsewhere = who | {"问题属地": "980102000000"}
    spine.tell(COUNTY, [item("A4", "2026-03-06", **elsewhere)])
    spine.build()
    assert _by_area(spine, "matters")["980101"] == 3
    assert _by_area(spine, "matters", "if_confirmed") == {"0": 2, "98": 2, "9801": 2}
    assert _by_area(spine, "pending_links")["980101"] == 1
    verdict = {
        "登记机构": COUNTY, "信访件编号": "A3", "另一件登记机构": COUNTY, "另一件信访件编号": "A1",
        "关联种类": "同一事项", "认定结果": "认定", "认定日期": "2026-04-01",
    }  # fmt: skip
    spine.tell(COUNTY, [verdict])
    spine.build()
    assert _by_area(spine, "matters")["980101"] == 2
    assert "980101" not in _by_area(spine, "pending_links")
    assert not differences(spine.home.warehouse, spine.fresh(tmp_path / "linked"))
    # taken back, and A2 said to be another matter: each decision is a version of its own
    spine.tell(COUNTY, [verdict | {"认定结果": "解除", "认定日期": "2026-05-02"}])
    spine.tell(COUNTY, [verdict | {"信访件编号": "A2", "认定结果": "解除"}])
    spine.build()
    assert _by_area(spine, "matters")["980101"] == 4
    assert not differences(spine.home.warehouse, spine.fresh(tmp_path / "unlinked"))


def test_what_came_back_within_the_window_is_not_resolved_at_once(spine, tmp_path):
    def closed(number: str, day: str, matter: str, **more: object) -> dict:
        return item(
            number,
            day,
            信访目的="求决",
            信访事项编号=matter,
            办结时间="2026-02-01 12:00:00",
            **more,
        )

    spine.tell(COUNTY, [closed("A1", "2026-01-05", "M1"), closed("A2", "2026-01-06", "M2")])
    later = {"登记机构": DISTRICT, "信访形式": "来访"}
    # the 90th day after 2026-02-01 is 2026-05-02
    spine.tell(DISTRICT, [item("D1", "2026-05-02", 信访事项编号="M1", **later)])
    spine.build(datetime(2026, 5, 2, 23, 59, 59))
    assert _by_area(spine, "first_time_resolution", what="den") == {}
    spine.build(datetime(2026, 5, 3, 23, 59, 59))
    assert _by_area(spine, "first_time_resolution", what="den")["980101"] == 2
    assert _by_area(spine, "first_time_resolution")["980101"] == 1
    assert _by_area(spine, "matter_backflow")["980101"] == 1
    assert _by_area(spine, "matter_backflow", "within_180", "den") == {}
    spine.tell(DISTRICT, [item("D2", "2026-05-03", 信访事项编号="M2", **later)])
    as_of = datetime(2026, 5, 31, 23, 59, 59)
    spine.build(as_of)
    assert _by_area(spine, "matter_backflow")["980101"] == 1, "the 91st day is after the window"
    assert not differences(spine.home.warehouse, spine.fresh(tmp_path / "fresh", as_of))


def test_links_that_join_and_part_matters_are_as_fresh(spine, tmp_path):
    """A chain is told from both ends, joined in the middle, corrected, and withdrawn again."""
    chain = [
        item(f"A{n}", f"2026-01-{n:02}", 重复信访件编号=f"A{n - 1}" if n not in (1, 10) else None)
        for n in range(1, 20)
    ]
    spine.tell(COUNTY, chain[::-1])
    spine.build()
    assert _by_area(spine, "matters")["980101"] == 2
    joined = spine.tell(COUNTY, [item("A10", "2026-01-10", 重复信访件编号="A9")])
    spine.build()
    assert _by_area(spine, "matters")["980101"] == 1
    assert not differences(spine.home.warehouse, spine.fresh(tmp_path / "joined"))
    spine.tell(COUNTY, [{"报送号": joined.sequence, "撤回原因": "报错"}])
    spine.build()
    assert _by_area(spine, "matters")["980101"] == 2
    assert not differences(spine.home.warehouse, spine.fresh(tmp_path / "parted"))


def test_a_matter_of_two_regions_is_one_with_a_role_for_each(spine):
    """The home place and the place of the problem both answer; neither makes a second matter of it."""
    spine.tell(COUNTY, [item("A1", "2026-01-05", 信访事项编号="M1", 问题属地="980102000000")])
    spine.tell(DISTRICT, [item("D1", "2026-02-05", 登记机构=DISTRICT, 信访事项编号="M1")])
    letter = {
        "发函单位": COUNTY, "协调函号": "L1", "信访事项编号": "M1", "属地": "980101000000",
        "事权地": "980102000000", "化解责任单位": OTHER_UNIT, "发函日期": "2026-03-05",
    }  # fmt: skip
    spine.tell(COUNTY, [letter])
    spine.build()
    assert _by_area(spine, "matters")["9801"] == 1
    roles = spine.ask(
        "select role_code, org_code, region_code, linked_matter_id from marts.mart_matter_roles"
        " where role_code not in ('register', 'responsible')"
    )
    assert len({matter for *_, matter in roles}) == 1
    assert {(r, region) for r, _, region, _ in roles} == {
        ("problem_place", "980102000000"),
        ("home_place", "980101000000"),
        ("subject_place", "980102000000"),
        ("resolving", "980102000000"),
    }
