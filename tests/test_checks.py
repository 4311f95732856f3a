"""The rules of the checks: each check has one, each rule a check, and a home says otherwise."""

import re

import pytest
import yaml

from ingestion.rule_tables import RuleError, load_table, rule_rows
from orchestration.project import ROOT

FINDINGS = ROOT / "dbt_project" / "models" / "findings"
CHECKS = FINDINGS / "checks"
MACROS = ROOT / "dbt_project" / "macros" / "findings.sql"
OF_REGISTRATIONS = {"fct_petitions", "fct_evaluations", "fct_handling_events", "dim_region"}
CODE = re.compile(r"'([CD][0-9]{2})'")
HEAD = "check_code,name_zh,level,severity_code,minimum_n,indicator_codes"
RULES = {row["check_code"]: row for row in rule_rows("checks", None)}


def _codes(path) -> set[str]:
    return set(CODE.findall(path.read_text("utf-8")))


def test_every_check_has_a_rule_and_every_rule_a_check():
    assert {code for path in CHECKS.glob("chk_*.sql") for code in _codes(path)} == set(RULES)


def test_every_check_is_among_the_findings():
    united = (FINDINGS / "int_found.sql").read_text("utf-8") + MACROS.read_text("utf-8")
    named = re.findall(r"'(chk_\w+)'", united)
    assert sorted(named) == sorted(path.stem for path in CHECKS.glob("chk_*.sql"))


def test_checks_of_one_registration_read_its_own_facts_and_no_clock():
    """They are kept from build to build: another registration or the day must not change what they say."""
    for check in re.findall(r"'(chk_\w+)'", MACROS.read_text("utf-8")):
        asked = (CHECKS / f"{check}.sql").read_text("utf-8")
        assert set(re.findall(r"ref\('(\w+)'\)", asked)) <= OF_REGISTRATIONS, check
        assert not re.search(r"as_of|checked_from|threshold", asked), check
        assert "of_registration=true" in asked, check


def test_every_check_has_a_unit_test_and_says_its_code():
    tested = {
        test["model"]
        for path in CHECKS.glob("_unit_tests*.yml")
        for test in yaml.safe_load(path.read_text("utf-8"))["unit_tests"]
    }
    models = yaml.safe_load((CHECKS / "_checks.yml").read_text("utf-8"))["models"]
    said = {model["name"]: model["description"] for model in models}
    for path in CHECKS.glob("chk_*.sql"):
        assert path.stem in tested, "写一个 dbt 单元测试：在哪里问，在哪里不问"
        assert all(code in said[path.stem] for code in _codes(path)), path.stem


def test_a_home_weighs_a_check_otherwise(tmp_path):
    (tmp_path / "checks.csv").write_text(f"{HEAD}\nC09,事后延期,1,hold,30,on_time_reply\n", "utf-8")
    told = {row["check_code"]: row for row in load_table("checks", tmp_path).to_pylist()}
    assert told["C09"]["severity_code"] == "hold" and told["C09"]["minimum_n"] == "30"
    assert {code: row for code, row in told.items() if code != "C09"} == {
        code: row for code, row in RULES.items() if code != "C09"
    }


@pytest.mark.parametrize(
    ("column", "line"),
    [
        ("severity_code", "C09,事后延期,1,block,1,"),
        ("level", "C09,事后延期,6,ask,1,"),
        ("minimum_n", "C09,事后延期,1,ask,,"),
        ("indicator_codes", "C09,事后延期,1,ask,1,按期答复率"),
    ],
)
def test_a_rule_that_says_something_else_is_refused(tmp_path, column, line):
    (tmp_path / "checks.csv").write_text(f"{HEAD}\n{line}\n", "utf-8")
    with pytest.raises(RuleError, match=f"checks.csv 第 2 行的 {column}.*请"):
        load_table("checks", tmp_path)
