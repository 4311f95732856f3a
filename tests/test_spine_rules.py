"""Rules with dates, holds and what releases them: one small home whose offices err and mend it, whose
precedence turns twice with time alone, and whose own rules change once.
"""

import shutil
from datetime import date, datetime

import pytest

from ingestion.rule_tables import RuleError, load_table
from orchestration import project
from tests.spine import CITY, COUNTY, DISTRICT, ORGANISATIONS, PROVINCE, Spine, differences, item

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]
# the register's own row counts; from 6 April the upper's; the upper's rule ends on the 20th
PRECEDENCE = """relation_code,precedence,valid_from,valid_to,description
own,1,2000-01-01,2026-04-05,
own,2,2026-04-06,,
upper,2,2000-01-01,2026-04-05,
upper,1,2026-04-06,2026-04-20,
"""
WAIVERS = f"""check_code,org_code,month_start_date,subject_id,waived_by,reason,valid_to
D01,{DISTRICT},2026-03-01,,省信访局,旧系统停用，当月无法补报,2026-04-20
D01,{PROVINCE},,,省信访局,核对之中,2026-04-19
"""
# from 10 April the district's building bureau answers for the county
MOVED = "980102-zj,甲二区住房和城乡建设局,980101000000,county,false,2026-04-10,\n"
HERE, THERE = "980101000000", "980102000000"
REGISTER = ["信访件编号", "登记时间"]
EVENTS = ["信访件编号", "流转序号", "办理方式", "办理时间"]


def items(prefix: str, count: int, month: str, **more: object) -> list[dict]:
    """Return register rows of a month."""
    days = [f"{month}-{n % 28 + 1:02d}" for n in range(count)]
    return [item(f"{prefix}{n:03d}", day, **more) for n, day in enumerate(days)]


def cases(count: int) -> list[dict]:
    """Return cases of the province's batch."""
    told = {"批次编号": "B1", "属地": "甲一县", "办理状态": "未办结"}
    return [told | {"积案编号": n} for n in range(count)]


def events(count: int, first: int) -> list[dict]:
    """Return handling events of the county's first item."""
    cells = ("M000", "转送", "2026-03-20")
    names = ("信访件编号", "办理方式", "办理时间")
    return [dict(zip(names, cells, strict=True)) | {"流转序号": first + n} for n in range(count)]


class Story:
    """The spine, and what was seen of it after each step."""

    def __init__(self, root):
        self.spine, self.seen = Spine(root, datetime(2026, 4, 6, 9)), {}

    def look(self, name: str, day: date) -> None:
        self.spine.build(datetime(day.year, day.month, day.day, 23, 59, 59))
        ask = self.spine.ask
        self.seen[name] = {
            "petitions": {
                r[0]: r[1:]
                for r in ask(
                    "select item_no, told_by_office_code, category_code, responsible_region_code"
                    " from marts.fct_petitions"
                )
            },
            "volume": dict(
                ask(
                    "select strftime(month_start_date, '%Y-%m'), cast(sum(subject_count) as int)"
                    " from marts.agg_indicator_cells where indicator_code = 'volume'"
                    " and variant = 'project' and cut_code = 'all' group by all"
                )
            ),
            "findings": {
                (r[0], r[1], r[2], str(r[3])[:7]): r[4:]
                for r in ask(
                    "select check_code, org_code, ledger, month_start_date, n, waived_to_date"
                    " from findings.fct_findings where severity_code = 'hold'"
                )
            },
            "held": {
                (r[0], r[1], r[2])
                for r in ask(
                    "select indicator_code, period, area_code from published.mart_published_values"
                    " where status_code = 'held' and period_kind_code = 'month'"
                )
            },
            "goes on": ask("select built_known_to is not null from raw.run_context") == [(True,)],
        }

    def holds(self, step: str, check: str) -> set[tuple]:
        """Return office, ledger and month of a check's findings that no waiver lifts."""
        found = self.seen[step]["findings"].items()
        return {key[1:] for key, (_, waived) in found if key[0] == check and waived is None}


@pytest.fixture(scope="module")
def dated_rules(tmp_path_factory):
    """The shipped project, but for precedence rules that turn in April."""
    with pytest.MonkeyPatch.context() as patch:
        copy = tmp_path_factory.mktemp("project")
        shutil.copytree(project.ROOT / "dbt_project", copy / "dbt_project")
        shutil.copy(project.ROOT / "dbt_project.yml", copy)
        (copy / "dbt_project/seeds/ref_precedence_rule.csv").write_text(PRECEDENCE, "utf-8")
        patch.setattr(project, "ROOT", copy)
        yield


@pytest.fixture(scope="module")
def story(tmp_path_factory, dated_rules) -> Story:
    root = tmp_path_factory.mktemp("rules")
    told = Story(root / "home")
    spine, tell = told.spine, told.spine.tell
    tell(COUNTY, [item("A1", "2026-02-10", "城乡建设"), *items("F", 31, "2026-02")])
    tell(PROVINCE, [item("A1", "2026-02-10", "农村农业")])
    tell(DISTRICT, items("D", 12, "2026-03", 登记机构=DISTRICT))
    batch = {"批次编号": "B1", "交办机关": PROVINCE, "交办日期": "2026-03-05", "批次件数": 40}
    tell(PROVINCE, [batch])
    tell(PROVINCE, cases(40))
    told.refused = [spine.tell_bytes(o, "甲,乙\n1,2\n".encode()) for o in (CITY, DISTRICT)]
    told.look("first", date(2026, 4, 5))
    tell(COUNTY, items("H", 90, "2020-05"), "historic")
    tell(COUNTY, items("M", 70, "2026-03"))
    tell(COUNTY, events(15, 0))
    tell(COUNTY, events(60, 100))
    tell(PROVINCE, cases(10))
    told.nil = [spine.tell_nothing(CITY, REGISTER, m) for m in ("", "2026年2月")]
    told.look("odd", date(2026, 4, 5))
    tell(COUNTY, items("M", 65, "2026-03", 责任单位="甲二区住房和城乡建设局"))
    tell(PROVINCE, cases(38))
    told.nil += [spine.tell_nothing(CITY, REGISTER, "2026年3月")]
    told.look("mended", date(2026, 4, 6))
    told.mended = spine.keep(root / "kept")
    told.mended_anew = shutil.move(spine.fresh(root, datetime(2026, 4, 6, 23, 59, 59)), root)
    (spine.home.rules / "waivers.csv").write_text(WAIVERS, "utf-8")
    (spine.home.rules / "organisations.csv").write_text(ORGANISATIONS + MOVED, "utf-8")
    told.look("new rules", date(2026, 4, 10))
    told.look("last day", date(2026, 4, 20))
    told.look("day after", date(2026, 4, 21))
    return told


def test_a_dated_rule_chooses_the_office_and_turns_with_time_alone(story):
    chosen = {step: seen["petitions"]["A1"][0] for step, seen in story.seen.items()}
    assert (chosen["first"], chosen["odd"]) == (COUNTY, COUNTY)
    assert (chosen["mended"], chosen["last day"]) == (PROVINCE, PROVINCE)
    assert chosen["day after"] == COUNTY, "the upper's rule has ended, and no other came after it"
    assert all(story.seen[step]["goes on"] for step in ("mended", "last day", "day after"))
    assert story.seen["odd"]["petitions"]["A1"][1] != story.seen["mended"]["petitions"]["A1"][1]


def test_a_refused_file_holds_the_month_before_it(story):
    assert [t.result.refused for t in story.refused] == [True, True]
    assert story.holds("first", "D01") == {(CITY, None, "2026-03"), (DISTRICT, None, "2026-03")}
    assert ("volume", "2026-03", THERE) in story.seen["first"]["held"]


def test_only_the_nil_return_of_that_month_mends_it(story):
    assert all(t.sequence and not t.result.refused for t in story.nil)
    assert (CITY, None, "2026-03") in story.holds("odd", "D01")
    assert story.holds("mended", "D01") == {(DISTRICT, None, "2026-03")}


def test_a_snapshot_that_shrank_is_held_until_it_is_told_again(story):
    assert story.holds("first", "D04") == set()
    shrunk = {(PROVINCE, "backlog_cases", "2026-04")}
    assert shrunk <= story.holds("odd", "D04")
    assert story.holds("mended", "D04") == set()


def test_a_month_that_doubled_is_held_until_it_is_told_again(story):
    assert (COUNTY, "petition_register", "2026-03") in story.holds("odd", "D04")
    assert ("volume", "2026-03", HERE) in story.seen["odd"]["held"]
    assert ("volume", "2026-03", HERE) not in story.seen["mended"]["held"]


def test_historic_loads_and_events_are_not_compared(story):
    judged = {(office, ledger) for office, ledger, _ in story.holds("odd", "D04")}
    assert judged == {(COUNTY, "petition_register"), (PROVINCE, "backlog_cases")}


def test_a_historic_load_counts_in_the_figures_of_its_months(story):
    assert story.seen["first"]["volume"] == {"2026-02": 32, "2026-03": 12}
    assert story.seen["odd"]["volume"] == {"2020-05": 90, "2026-02": 32, "2026-03": 82}


def test_a_waiver_lifts_the_hold_to_its_last_day_and_no_longer(story):
    key = ("D01", DISTRICT, None, "2026-03")
    waived = {step: seen["findings"][key][1] for step, seen in story.seen.items()}
    assert waived["mended"] is None
    assert waived["new rules"] == waived["last day"] == date(2026, 4, 20)
    assert waived["day after"] is None
    held = {s for s, seen in story.seen.items() if ("volume", "2026-03", THERE) in seen["held"]}
    assert held == {"first", "odd", "mended", "day after"}


def test_a_rule_that_changes_starts_anew_and_reaches_what_was_told_long_before(story):
    assert not story.seen["new rules"]["goes on"]
    before, after = (story.seen[step]["petitions"] for step in ("mended", "new rules"))
    assert {before[f"M{n:03d}"][2] for n in range(65)} == {THERE}
    assert {after[f"M{n:03d}"][2] for n in range(65)} == {HERE}


@pytest.mark.parametrize("lacking", ["waived_by", "reason", "valid_to"])
def test_a_waiver_without_name_reason_or_end_is_refused(tmp_path, lacking):
    head, line = WAIVERS.splitlines()[:2]
    cells = dict(zip(head.split(","), line.split(","), strict=True)) | {lacking: " "}
    (tmp_path / "waivers.csv").write_text(f"{head}\n{','.join(cells.values())}\n", "utf-8")
    with pytest.raises(RuleError, match=f"waivers.csv 第 2 行.*{lacking}.*请"):
        load_table("waivers", tmp_path)


def test_a_waiver_s_end_is_a_date(tmp_path):
    (tmp_path / "waivers.csv").write_text(WAIVERS.replace("2026-04-19", "2026年底"), "utf-8")
    with pytest.raises(RuleError, match="waivers.csv 第 3 行.*valid_to.*请"):
        load_table("waivers", tmp_path)


def test_what_was_held_and_mended_is_the_same_anew(story):
    assert not differences(story.mended, story.mended_anew)


def test_a_turned_rule_and_an_ended_waiver_are_the_same_anew(story, tmp_path):
    assert story.seen["day after"]["goes on"]
    fresh = story.spine.fresh(tmp_path, datetime(2026, 4, 21, 23, 59, 59))
    assert not differences(story.spine.home.warehouse, fresh)
