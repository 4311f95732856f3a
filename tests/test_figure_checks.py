"""What was asked of each published figure: four questions, each answered, none of a figure that is not published."""

import pytest

from publication import explain
from publication.release import current, open_serve

FAMILIES = ["arithmetic", "definition", "reconciliation", "timing"]
KEY = "indicator_code, variant, period, area_kind_code, area_code, cut_code, cut_value"
ANSWERED = f"""
    select count(checks.family_code) as answer_count
    from (select {KEY} from mart_published_values where status_code = 'published') as figures
    left join (select * from mart_figure_checks where answer_code is not null and answer_text is not null) as checks
        using ({KEY})
    group by {KEY}
"""


@pytest.fixture(scope="module")
def release(demo_home):
    return current(demo_home)


def test_every_published_figure_has_its_four_answers_and_no_other_has_any(release):
    with open_serve(release) as connection:
        answered = connection.execute(
            f"select answer_count, count(*) from ({ANSWERED}) group by 1"
        ).fetchall()
        (figures,) = connection.execute(
            "select count(*) from mart_published_values where status_code = 'published'"
        ).fetchone()
        (answers,) = connection.execute("select count(*) from mart_figure_checks").fetchone()
    assert figures > 50_000 and answered == [(4, figures)] and answers == 4 * figures


def test_the_answers_are_not_all_the_same(release):
    with open_serve(release) as connection:
        found = connection.execute(
            "select family_code, answer_code, count(*) from mart_figure_checks group by all"
        ).fetchall()
    counted = {(family, answer): n for family, answer, n in found}
    assert sorted({family for family, _ in counted}) == FAMILIES
    assert ("arithmetic", "failed") not in counted and ("definition", "failed") not in counted
    for family in ("reconciliation", "timing"):
        assert all(
            counted.get((family, answer)) for answer in ("passed", "failed", "not_applicable")
        )


def test_a_figure_is_explained_with_its_answers(release):
    found = explain.explain(release, "volume", "project", "980000000000", "2025", limit=1)
    assert sorted(c["family_code"] for c in found.checks) == FAMILIES
