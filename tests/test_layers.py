"""Who may know whom, and how large a room may grow. Read from the source, nothing is run."""

import ast
import re

import pytest

from tests.conftest import ROOT

OURS = {"ingestion", "expectations", "publication", "orchestration", "samples"}
MAY_IMPORT = {
    "ingestion": set(),
    "expectations": {"ingestion"},
    "publication": {"ingestion"},
    "samples": set(),
    "orchestration": OURS - {"orchestration"},
}
ONLY_IN = {
    "dagster": "orchestration", "dagster_dbt": "orchestration", "dbt": "orchestration",
    "pyspark": "orchestration", "great_expectations": "expectations",
}  # fmt: skip


def _modules(package: str):
    return sorted((ROOT / package).rglob("*.py"))


def _imports(path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", sorted(OURS))
def test_rooms_import_only_whom_they_may_know(package):
    for path in _modules(package):
        imported = _imports(path)
        stray = (imported & OURS) - MAY_IMPORT[package] - {package}
        assert stray == set(), path.name
        foreign = {m for m in imported if ONLY_IN.get(m, package) != package}
        assert foreign == set(), path.name


@pytest.mark.parametrize("package", sorted(OURS))
def test_each_room_says_what_belongs_in_it(package):
    text = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text("utf-8")))
    assert text and "not" in text


def test_modules_stay_small_and_say_what_they_are():
    for package in OURS:
        for path in _modules(package):
            lines = path.read_text("utf-8").splitlines()
            assert len(lines) <= 400, path
            assert ast.get_docstring(ast.parse("\n".join(lines))), path


def test_only_the_clock_asks_for_the_time():
    for package in OURS:
        for path in _modules(package):
            if path.name == "clock.py":
                continue
            text = path.read_text("utf-8")
            assert "datetime.now" not in text and "time.time(" not in text, path
    for path in (ROOT / "dbt_project").rglob("*.sql"):
        text = path.read_text("utf-8").lower()
        assert not re.search(r"now\(\)|current_(date|time|timestamp)\b|localtime|getdate", text), (
            path
        )


def test_locks_carry_no_addresses():
    for path in ROOT.glob("requirements*.lock"):
        text = path.read_text("utf-8")
        assert "://" not in text and "--hash=sha256:" in text
