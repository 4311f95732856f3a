"""docs/promises.md: every test that it names is there, and every promise names one or says 尚未."""

import ast
import re

import pytest
import yaml

from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "promises.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith(("| 许诺", "| ---"))
]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([^`]+)`", row[-1])})


def _tests(path) -> set[str]:
    """Return the tests of a file: as pytest names them (function, or Class::method), the dbt unit
    tests of a yml file, or the dbt test that a sql file is.
    """
    if path.suffix == ".yml":
        return {test["name"] for test in yaml.safe_load(path.read_text("utf-8"))["unit_tests"]}
    if path.suffix == ".sql":
        return {path.stem} if path.parent == ROOT / "dbt_project" / "tests" else set()
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{n.name}" for n in node.body if isinstance(n, ast.FunctionDef)}
    return {name for name in found if name.split("::")[-1].startswith("test_")}


@pytest.mark.parametrize("name", NAMED)
def test_the_test_is_there(name):
    path, _, test = name.partition("::")
    assert (ROOT / path).is_file(), f"没有 {path}"
    assert test in _tests(ROOT / path), f"{path} 里没有 {test}"


def test_every_promise_names_a_test_or_says_that_there_is_none():
    assert len(ROWS) > 60
    for row in ROWS:
        assert len(row) == 2, row
        assert row[1] == "尚未" or re.fullmatch(r"`[^`]+::[^`]+`( `[^`]+::[^`]+`)*", row[1]), row
