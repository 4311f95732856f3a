"""Every query of docs/queries.md runs on a release as an analyst runs it, and answers."""

import re

import pytest

from publication import explain
from publication import release as releases
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
PAGE = (ROOT / "docs" / "queries.md").read_text("utf-8")
WORKED = re.findall(r"^## (.+?)\n+```sql\n(.+?)```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_page_has_queries():
    assert len(WORKED) == PAGE.count("```sql") >= 10


@pytest.mark.parametrize(("title", "sql"), WORKED, ids=[title for title, _ in WORKED])
def test_a_worked_query_answers(few_home, title, sql):
    names, rows = explain.query(releases.load(few_home, None), sql)
    assert rows, title
    assert not [name for name in names if "person_key" in name or name.endswith("_key")]
