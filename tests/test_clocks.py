"""Terms as rules: a home's own, by office, category, region, path and procedure, in days of each kind.

The last days are counted here a second time, day by day, over the calendar of days off.
"""

from datetime import date, datetime, timedelta

import pytest

from ingestion.rule_tables import RuleError, load_table
from samples.workdays import read_days_off
from tests.spine import CITY, COUNTY, DISTRICT, PROVINCE, UNIT, Spine, differences, item

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]
COLUMNS = (
    "rule_code", "regime_code", "clock_code", "day_count", "day_kind_code", "org_code", "category_code",
    "region_code", "level_code", "statutory_path", "procedure_code", "valid_from", "valid_to", "legal_basis",
)  # fmt: skip
RULES = """own_office,local,office_forward,5,working,980102-xf,,,,,,2020-01-01,,甲二区规定
own_city,local,office_forward,7,calendar,,,980100000000,,,,2020-01-01,2026-01-31,甲市规定
own_level,local,office_forward,9,calendar_unmoved,,,,province,,,2020-01-01,,省级规定
own_category,local,closing,45,calendar,,urban_rural_construction,,,,,2020-01-01,,专项规定
own_path,local,closing,20,calendar,,,,,5,,2020-01-01,,履职途径
short_city,local,closing,6,working,,,980100000000,,,short,2026-01-20,,甲市简易办理
extension_2022,2022,extension,20,calendar,,,,,,,2022-05-01,,改写随库的延期期限
"""
IS_OFF = read_days_off()
OTHER = "劳动和社会保障"


def calendar(day: date, count: int) -> date:
    """Count calendar days after a day, then on to the next working day."""
    end = day + timedelta(count)
    while IS_OFF(end):
        end += timedelta(1)
    return end


def working(day: date, count: int) -> date:
    """Count working days after a day."""
    while count:
        day += timedelta(1)
        count -= not IS_OFF(day)
    return day


def step(number: str, seq: int, kind: str, at: str) -> dict:
    return {"信访件编号": number, "流转序号": seq, "办理方式": kind, "办理时间": at}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    spine = Spine(
        tmp_path_factory.mktemp("clocks") / "home", datetime(2026, 2, 10, 9), marts_only=True
    )
    (spine.home.rules / "deadline_rules.csv").write_text(f"{','.join(COLUMNS)}\n{RULES}", "utf-8")
    far = {"登记机构": PROVINCE}
    spine.tell(COUNTY, [
        item("BUILT", "2026-01-05", 法定途径=6), item("OTHER", "2026-01-05", OTHER, 法定途径=6),
        item("PATH", "2026-01-05", OTHER, 法定途径=5), item("SHORT", "2026-01-22", OTHER, 法定途径=6),
        item("SOONER", "2026-01-19", OTHER, 法定途径=6), item("LATER", "2026-02-02", OTHER, 法定途径=6),
    ])  # fmt: skip
    spine.tell(DISTRICT, [item("OFFICE", "2026-01-05", 登记机构=DISTRICT)])
    spine.tell(CITY, [item("CITY", "2026-01-05", OTHER, 登记机构=CITY)])
    spine.tell(PROVINCE, [item("LEVEL", "2026-01-06", OTHER, **far)])
    accepted = ["BUILT", "OTHER", "PATH", "SHORT", "SOONER"]
    steps = [step(n, 1, "受理", "2026-01-23 09:00:00") for n in accepted]
    steps += [step(n, 2, "简易办理", "2026-01-23 09:00:00") for n in ("SHORT", "SOONER")]
    spine.tell(COUNTY, steps)
    spine.build()
    return spine


def due(spine: Spine, column: str) -> dict[str, date]:
    return dict(spine.ask(f"select item_no, {column} from marts.fct_petitions"))


def test_the_narrowest_rule_counts(told):
    found = due(told, "office_due_date")
    fifth, sixth = date(2026, 1, 5), date(2026, 1, 6)
    assert found["OFFICE"] == working(fifth, 5), "an office's own before its city's"
    assert found["BUILT"] == found["CITY"] == calendar(fifth, 7), "below the region of a rule"
    assert found["LEVEL"] == sixth + timedelta(9) and not IS_OFF(sixth + timedelta(8))
    assert found["LATER"] == calendar(date(2026, 2, 2), 15), "the city's rule had ended"


def test_closing_by_category_path_and_procedure(told):
    found, accepted = due(told, "reply_due_date"), date(2026, 1, 23)
    assert found["BUILT"] == calendar(accepted, 45)
    assert found["OTHER"] == calendar(accepted, 60)
    assert found["PATH"] == calendar(accepted, 20)
    assert found["SHORT"] == working(accepted, 6), "the city's own short way"
    assert found["SOONER"] == working(accepted, 10), "registered before the city had one"


def test_a_home_replaces_a_shipped_rule_by_its_code(told):
    rules = told.ask(
        "select day_count from marts.dim_deadline_rule where rule_code = 'extension_2022'"
    )
    assert rules == [(20,)]
    shipped = told.ask(
        "select count(*) from marts.dim_deadline_rule where rule_code like '%_zhejiang_2016' and valid_from is null"
    )
    assert shipped == [(4,)], "known, and in force only where a home says from when"


def test_going_on_under_special_rules_says_what_starting_anew_says(told, tmp_path):
    told.tell(
        COUNTY,
        [
            step("LATER", 1, "受理", "2026-02-09 09:00:00"),
            step("LATER", 2, "简易办理", "2026-02-09 09:00:00"),
        ],
    )
    told.wait(days=1)
    told.build()
    assert due(told, "reply_due_date")["LATER"] == working(date(2026, 2, 9), 6)
    assert differences(told.home.warehouse, told.fresh(tmp_path)) == []


def test_every_change_of_a_told_due_date_is_kept(told, tmp_path):
    def slip(due: str | None) -> dict:
        told_now = {
            "单号": "T1",
            "开单单位": COUNTY,
            "收单单位": UNIT,
            "单据种类": "提示单",
            "开单日期": "2026-02-02",
        }
        return told_now | {"回单期限": due}

    def dated(due: str | None) -> dict:
        return item("MOVED", "2026-02-01", 法定途径=6, 限办截止时间=due)

    for due in ("2026-03-02", "2026-03-02", "2026-04-01", None):
        told.tell(COUNTY, [dated(due)])
        told.tell(COUNTY, [slip(due)])
        told.build()
    changes = """select due_date_before, due_date, version_no from marts.fct_due_date_changes
        where subject_id like ? order by version_no"""
    first, later = date(2026, 3, 2), date(2026, 4, 1)
    for subject in ("%|MOVED", "supervision_slips|%T1"):
        assert told.ask(changes, subject) == [(first, later, 2), (later, None, 3)]
    assert differences(told.home.warehouse, told.fresh(tmp_path)) == []


@pytest.mark.parametrize(
    "row, said",
    [
        ("a,local,closing,0,calendar,,,,,,,2026-01-01,,", "day_count"),
        ("a,local,closing,5,workday,,,,,,,2026-01-01,,", "day_kind_code"),
        ("a,local,closed,5,working,,,,,,,2026-01-01,,", "clock_code"),
        ("a,local,closing,5,working,,,,,7,,2026-01-01,,", "statutory_path"),
        ("a,local,closing,5,working,,,,,,,2026-02-30,,", "valid_from"),
        ("a,local,closing,5,working,,,,,,,2026-01-01,明年,", "valid_to"),
        (",local,closing,5,working,,,,,,,2026-01-01,,", "rule_code"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_with_its_place(tmp_path, row, said):
    (tmp_path / "deadline_rules.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n", "utf-8")
    with pytest.raises(RuleError, match=rf"第 2 行的 {said} .*请改好"):
        load_table("deadline_rules", tmp_path)
