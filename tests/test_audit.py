"""The audit sample: drawn by nobody's choice, blind, returned as a ledger, and said beside the figure with its interval."""

import csv
import json

import pytest
from python_calamine import CalamineWorkbook

from ingestion.errors import HouseError
from publication import audit
from publication import release as releases

pytestmark = pytest.mark.slow
INDICATOR, MONTH, AUDITOR = "timely_accept_office", "2026-01", "980000-xf"
CLOCK = "2026-04-20T09:00:00"
ASKED = audit.Asked(INDICATOR, "project", MONTH)


def _recorded(release) -> dict[str, tuple[bool, bool]]:
    """Return what a release has of each subject: whether it counts, and whether it was met."""
    with releases.open_serve(release) as connection:
        rows = connection.execute(
            "select subject_id, excluded_because is null, num > 0 from indicator_rows where indicator_code = ?"
            " and variant = 'project' and strftime(cohort_date, '%Y-%m') = ?",
            [INDICATOR, MONTH],
        ).fetchall()
    return {subject: (counted, met) for subject, counted, met in rows}


def _form(path) -> list[list]:
    book = CalamineWorkbook.from_path(path)
    return book.get_sheet_by_index(0).to_python()


def test_whoever_has_the_release_draws_the_same_and_another_seed_draws_others(few_home):
    release = releases.current(few_home)
    drawn = [r["audited_subject"] for r in audit.draw(release, ASKED, 20)[1]]
    assert drawn == [r["audited_subject"] for r in audit.draw(release, ASKED, 20)[1]]
    assert drawn[:10] == [r["audited_subject"] for r in audit.draw(release, ASKED, 10)[1]]
    assert set(drawn) <= set(_recorded(release))
    assert set(drawn) != {r["audited_subject"] for r in audit.draw(release, ASKED, 20, "again")[1]}


def test_what_was_left_out_of_the_rate_is_drawn_too(few_home):
    release = releases.current(few_home)
    recorded = _recorded(release)
    drawn = audit.draw(release, ASKED, 5000)[1]
    assert {r["audited_subject"] for r in drawn} == set(recorded)
    assert not all(counted for counted, _ in recorded.values())


def test_what_cannot_be_drawn_is_said(few_home):
    release = releases.current(few_home)
    with pytest.raises(HouseError, match="没有指标 nobody"):
        audit.draw(release, audit.Asked("nobody", "project", MONTH), 5)
    with pytest.raises(HouseError, match="不是率"):
        audit.draw(release, audit.Asked("volume", "project", MONTH), 5)
    with pytest.raises(HouseError, match="没有对象可抽"):
        audit.draw(release, audit.Asked(INDICATOR, "project", "2001-01"), 5)
    with pytest.raises(HouseError, match="月份 2025-13 不对"):
        audit.Asked(INDICATOR, "project", "2025-13")


def test_the_form_says_what_was_drawn_and_nothing_of_what_is_recorded(
    few_home, petition_few, tmp_path
):
    out = tmp_path / "form.xlsx"
    words = ("audit", "draw", INDICATOR, "--month", MONTH, "--size", "12", "--out", str(out))
    done = petition_few(*words, "--home", str(few_home.root))
    assert done.returncode == 0, done.stderr
    head, *rows = _form(out)
    filled = {name for name, *cells in zip(head, *rows, strict=True) if any(cells)}
    assert filled == {"抽样号", "抽自哪一版", "指标代码", "口径", "所抽月份", "抽到的对象"}
    assert len(rows) == 12
    again = petition_few(*words, "--home", str(few_home.root))
    assert again.returncode != 0
    assert "已有" in again.stderr
    landed = few_home.landing / AUDITOR / "form.xlsx"
    inside = petition_few(*words[:-1], str(landed), "--home", str(few_home.root))
    assert "landing" in inside.stderr
    assert not landed.exists()


@pytest.fixture
def returned(few_copy, petition_few, tmp_path):
    """A sample of sixty that came back: three that were recorded as met and were not, one the other way."""
    release = releases.current(few_copy)
    recorded, out = _recorded(release), tmp_path / "form.xlsx"
    words = ("audit", "draw", INDICATOR, "--month", MONTH, "--size", "60", "--out", str(out))
    assert petition_few(*words, "--home", str(few_copy.root)).returncode == 0
    head, *rows = _form(out)
    wrong = {True: 3, False: 1}  # by whether it was recorded as met
    judged = []
    for row in rows:
        told = dict(zip(head, row, strict=True))
        counted, met = recorded[told["抽到的对象"]]
        if counted and wrong[met]:
            wrong[met] -= 1
            met = not met
        judged.append(told | {"应否计入": "是" if counted else "否", "应否算达到": "是" if met and counted else "",
                              "复核日期": "2026-04-15"})  # fmt: skip
    assert not any(wrong.values())
    path = few_copy.landing / AUDITOR / "recodes.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.DictWriter(target, head)
        writer.writeheader()
        writer.writerows(judged)
    done = petition_few("run", "--home", str(few_copy.root), clock=CLOCK)
    assert done.returncode == 0, done.stderr[-2000:]
    return few_copy, release


def test_what_came_back_is_compared_with_the_release_it_was_drawn_from(returned, petition_few):
    home, release = returned
    (row,) = audit.results(home)
    assert row["release_id"] == release.release_id != releases.current(home).release_id
    assert (row["recoded_count"], row["agreed_count"], row["missing_count"]) == (60, 56, 0)
    assert (row["raising_count"], row["lowering_count"]) == (3, 1)
    assert row["accuracy"] == pytest.approx(56 / 60)
    assert (row["accuracy_low"], row["accuracy_high"]) == pytest.approx((0.8408, 0.9738), abs=1e-3)
    assert row["direction_p_value"] is None  # four errors have no direction yet
    said = petition_few("audit", "results", "--home", str(home.root)).stdout
    assert "复核 60 件，相符 56 件，准确率 93.3%" in said
    assert "偏高 3 件、偏低 1 件" in said
    explained = (
        "explain",
        INDICATOR,
        "--region",
        "980000000000",
        "--period",
        MONTH,
        "--home",
        str(home.root),
    )
    shown = petition_few(*explained)
    assert "抽查 自" in shown.stdout
    (beside,) = json.loads(petition_few(*explained, "--json").stdout)["audits"]
    assert 0 < beside["recoded_count"] <= 60


def test_errors_on_one_side_have_a_direction():
    assert audit._intervals(60, 48, 12)["direction_p_value"] < 0.001
    assert audit._intervals(60, 48, 6)["direction_p_value"] == pytest.approx(1)
