"""Two levels of the same cases: in a planted world every difference is explained to the case, and one planted case
without a reason is found, and no other.
"""

from datetime import datetime

import pytest

from tests.spine import CITY, COUNTY, DISTRICT, Spine, item

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]
BASES = ("registered", "passed_on")
REGISTERED = """
    select upper_org_code, lower_org_code, registration_id, side_code, part_code,
        strftime(month_start_date, '%Y-%m')
    from findings.mart_reconciliation_cases where basis_code = ? and part_code <> 'agreed' order by all
"""


def at(office: str, number: str, day: str, **more: object) -> dict:
    """Return a register row of an office."""
    return item(number, day, 登记机构=office, 市信访件编号=more.pop("of", None), **more)


def step(number: str, seq: int, what: str, day: str, to: str | None = None, by: str = CITY) -> dict:
    """Return a step of handling of an item that the city registered."""
    return {
        "信访件编号": number, "登记机构": CITY, "流转序号": seq, "办理方式": what, "办理时间": f"{day} 09:00:00",
        "办理机构": by, "去向机构": to,
    }  # fmt: skip


def planted(root) -> Spine:
    """Return a world whose levels differ in every way that can be explained."""
    spine = Spine(root, datetime(2026, 3, 5, 9))
    spine.tell(COUNTY, [
        at(COUNTY, "K1", "2026-02-03"), at(COUNTY, "K2", "2026-02-04"),
        at(COUNTY, "K3", "2026-03-01"), at(COUNTY, "K5b", "2026-02-09"),
        at(COUNTY, "L1", "2026-01-12"),
        at(CITY, "C1", "2026-02-01"), at(CITY, "C6", "2026-02-01"),
        at(COUNTY, "N2", "2026-02-06", of="C2"),
        at(COUNTY, "N7", "2026-02-06", of="C7"), at(COUNTY, "N7b", "2026-02-07", of="C7"),
    ])  # fmt: skip
    spine.tell(DISTRICT, [
        at(DISTRICT, "K6", "2026-02-11"), at(DISTRICT, "D2", "2026-02-12"),
        at(CITY, "C4", "2026-02-02", 责任单位="甲二区住房和城乡建设局"),
    ])  # fmt: skip
    spine.tell(CITY, [
        at(COUNTY, "K0", "2025-12-05"), at(COUNTY, "K1", "2026-02-03"), at(COUNTY, "K2", "2026-02-04"),
        at(COUNTY, "K3", "2026-02-28"), at(COUNTY, "K5", "2026-02-09"), at(COUNTY, "K6", "2026-02-11"),
        at(DISTRICT, "D1", "2026-01-20"), at(DISTRICT, "D2", "2026-02-12"),
        at(COUNTY, "N2", "2026-02-06"), at(COUNTY, "N7", "2026-02-06"), at(COUNTY, "N7b", "2026-02-07"),
        *(at(CITY, f"C{n}", "2026-02-02") for n in range(1, 8)),
    ])  # fmt: skip
    spine.tell(CITY, [
        step("C1", 1, "转送", "2026-02-05", COUNTY), step("C2", 1, "交办", "2026-02-05", COUNTY),
        step("C3", 1, "转送", "2026-02-05", COUNTY), step("C3", 2, "提出异议", "2026-02-08", CITY, by=COUNTY),
        step("C4", 1, "转送", "2026-02-05", COUNTY), step("C4", 2, "转送", "2026-02-09", DISTRICT),
        step("C5", 1, "转送", "2026-03-01", COUNTY), step("C6", 1, "直接回复", "2026-02-04"),
        step("C7", 1, "转送", "2026-02-05", COUNTY),
    ])  # fmt: skip
    spine.tell(CITY, [{
        "认定单位": CITY, "登记机构": COUNTY, "信访件编号": "K5", "另一件登记机构": COUNTY, "另一件信访件编号": "K5b",
        "关联种类": "同一次登记", "认定结果": "认定", "认定日期": "2026-03-01",
    }])  # fmt: skip
    spine.tell(COUNTY, [at(COUNTY, "L9", "2026-02-20")])
    return spine


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The world, what was found in it, and what was found when one case of each kind had no reason."""
    spine = planted(tmp_path_factory.mktemp("levels") / "home")
    found = []
    for _ in range(2):
        spine.build()
        found.append({
            "cases": {basis: spine.ask(REGISTERED, basis) for basis in BASES},
            "asked": spine.ask(
                "select org_code, subject_id, n, statistic from findings.fct_findings where check_code = 'C33' order by 2"
            ),
            "sums": spine.ask(
                "select upper_count - lower_count - difference_count, difference_count - coverage_count - timing_count"
                " - duplicates_count - attribution_count - classification_count - unexplained_count"
                " from findings.mart_reconciliation"
            ),
            "state": spine.ask(
                "select basis_code, lower_org_code, strftime(month_start_date, '%Y-%m'), upper_count, lower_count,"
                " state_code from findings.mart_reconciliation order by all"
            ),
        })  # fmt: skip
        spine.tell(
            CITY,
            [
                at(COUNTY, "K8", "2026-02-18"),
                at(COUNTY, "L9", "2026-02-20"),
                at(CITY, "C8", "2026-01-05"),
            ],
        )
        spine.tell(CITY, [step("C8", 1, "转送", "2026-01-10", COUNTY)])
        spine.tell(COUNTY, [at(COUNTY, "K9", "2026-03-02")])
        spine.tell(CITY, [at(COUNTY, "K9", "2026-03-02")])
    return found


def case(lower: str, registration: str, side: str, part: str, month: str) -> tuple:
    return CITY, lower, registration, side, part, month


def test_every_difference_in_what_is_registered_below_is_explained(world):
    assert sorted(world[0]["cases"]["registered"]) == sorted([
        case(COUNTY, f"{COUNTY}|K0", "upper", "coverage", "2025-12"),
        case(COUNTY, f"{COUNTY}|L1", "lower", "coverage", "2026-01"),
        case(COUNTY, f"{COUNTY}|K3", "both", "timing", "2026-02"),
        case(COUNTY, f"{COUNTY}|K3", "both", "timing", "2026-03"),
        case(COUNTY, f"{COUNTY}|K5", "upper", "duplicates", "2026-02"),
        case(COUNTY, f"{COUNTY}|K5b", "lower", "duplicates", "2026-02"),
        case(COUNTY, f"{COUNTY}|K6", "upper", "attribution", "2026-02"),
        case(DISTRICT, f"{DISTRICT}|K6", "lower", "attribution", "2026-02"),
        case(COUNTY, f"{COUNTY}|L9", "lower", "timing", "2026-02"),
        case(DISTRICT, f"{DISTRICT}|D1", "upper", "coverage", "2026-01"),
    ])  # fmt: skip


def test_every_difference_in_what_is_passed_on_is_explained(world):
    assert sorted(world[0]["cases"]["passed_on"]) == sorted([
        case(COUNTY, f"{CITY}|C3", "upper", "classification", "2026-02"),
        case(COUNTY, f"{CITY}|C4", "upper", "attribution", "2026-02"),
        case(COUNTY, f"{CITY}|C5", "upper", "timing", "2026-03"),
        case(COUNTY, f"{CITY}|C6", "lower", "classification", "2026-02"),
        case(COUNTY, f"{CITY}|C7", "both", "duplicates", "2026-02"),
    ])  # fmt: skip


def test_nothing_is_asked_where_all_is_explained(world):
    assert world[0]["asked"] == []
    assert "unexplained" not in {state for *_, state in world[0]["state"]}


def test_the_parts_add_up_to_the_difference(world):
    assert world[0]["sums"] and {row for seen in world for row in seen["sums"]} == {(0, 0)}


def test_one_planted_case_without_a_reason_is_found_and_no_other(world):
    found = [c for cases in world[1]["cases"].values() for c in cases if c[4] == "unexplained"]
    assert sorted(found) == [
        case(COUNTY, f"{CITY}|C8", "upper", "unexplained", "2026-01"),
        case(COUNTY, f"{COUNTY}|K8", "upper", "unexplained", "2026-02"),
    ]
    assert [(org, subject, n) for org, subject, _, n in world[1]["asked"]] == [
        (CITY, f"passed_on|{COUNTY}", 1), (CITY, f"registered|{COUNTY}", 1),
    ]  # fmt: skip
