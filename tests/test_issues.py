"""Periodic issues: the calendar's dates, which release an issue is of, and that nobody reads it before its print."""

import json
import stat
from datetime import datetime, timedelta

import pytest

from ingestion.home import Home
from ingestion.rule_tables import RuleError
from publication import issues, notices
from publication import release as releases
from publication.calendar import entries, months_of
from tests.small_releases import small_candidate

HEAD = "indicator_code,period,status_code,value\n"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "rules").mkdir()
    return Home(tmp_path)


def _publish(home, number: int, at: str, as_of: str, monkeypatch) -> releases.Release:
    monkeypatch.setenv("PETITION_CLOCK", at)
    figures = {"2026-03": [("1", number)]}
    built = small_candidate(home, number, figures, as_of=as_of)
    values = built.folder / "public" / "values"
    values.mkdir()
    for year, periods in (("2025", ["2025-12", "2025"]), ("2026", ["2026-02", "2026-03", "2026"])):
        rows = "".join(f"volume,{period},published,{number}\n" for period in periods)
        (values / f"{year}.csv").write_text(HEAD + rows, "utf-8-sig")
    return releases.publish(home, built)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _said(home, series: str, period: str) -> dict:
    return json.loads((home.issues / series / period / "issue.json").read_text("utf-8"))


class TestCalendar:
    def test_each_cadence_ends_where_it_ends(self):
        found = entries(None, _at("2026-03-30T00:00:00"), _at("2026-04-25T00:00:00"))
        said = {(e.series_code, e.period, str(e.first_date), str(e.last_date)) for e in found}
        assert {s for s in said if s[0] != "weekly_summary"} == {
            ("half_monthly_bulletin", "2026-03-H2", "2026-03-16", "2026-03-31"),
            ("half_monthly_bulletin", "2026-04-H1", "2026-04-01", "2026-04-15"),
            ("monthly_assessment", "2026-03", "2026-03-01", "2026-03-31"),
            ("quarterly_review", "2026-Q1", "2026-01-01", "2026-03-31"),
        }
        assert ("weekly_summary", "2026-W14", "2026-03-30", "2026-04-05") in said

    def test_instants_count_from_the_last_day(self):
        (month,) = [
            e for e in entries(None, _at("2026-04-01T00:00:00"), _at("2026-04-06T00:00:00"))
            if e.series_code == "monthly_assessment"
        ]  # fmt: skip
        assert month.cut_off_at == _at("2026-04-05T12:00:00")
        assert month.print_at == _at("2026-04-07T09:30:00")
        assert month.final_at == _at("2026-06-29T09:30:00")
        assert list(months_of(month)) == ["2026-03"]

    def test_a_year_s_issue_and_its_months(self):
        (year,) = [
            e for e in entries(None, _at("2026-01-01T00:00:00"), _at("2026-01-31T00:00:00"))
            if e.series_code == "annual_report"
        ]  # fmt: skip
        assert year.period == "2025" and len(list(months_of(year))) == 12

    def test_a_home_s_rule_replaces_the_shipped_one_from_its_day_on(self, home):
        text = (
            "series_code,series_name,cadence_code,cut_off_day_count,cut_off_time,print_day_count,print_time,"
            "final_day_count,valid_from,valid_to,source\n"
            "weekly_summary,周报,weekly,1,12:00,2,09:30,30,2000-01-01,2026-03-31,\n"
            "weekly_summary,周报,weekly,0,18:00,1,08:00,30,2026-04-01,,\n"
        )
        (home.rules / "release_calendar.csv").write_text(text, "utf-8")
        found = entries(home.rules, _at("2026-03-23T00:00:00"), _at("2026-04-06T00:00:00"))
        weekly = {e.period: str(e.cut_off_at) for e in found if e.series_code == "weekly_summary"}
        assert weekly == {
            "2026-W12": "2026-03-23 12:00:00", "2026-W13": "2026-03-30 12:00:00", "2026-W14": "2026-04-05 18:00:00",
        }  # fmt: skip

    def test_a_wrong_cell_is_named(self, home):
        (home.rules / "release_calendar.csv").write_text(
            "series_code,series_name,cadence_code,cut_off_day_count,cut_off_time,print_day_count,print_time,"
            "final_day_count,valid_from\nx,某,weekly,1,25:00,2,09:30,30,2000-01-01\n",
            "utf-8",
        )
        with pytest.raises(RuleError, match="第 2 行的 cut_off_time"):
            entries(home.rules, _at("2026-04-01T00:00:00"), _at("2026-04-06T00:00:00"))


class TestIssues:
    def test_an_issue_is_of_the_last_release_by_its_cut_off(self, home, monkeypatch):
        _publish(home, 1, "2026-04-01T02:00:00", "2026-03-31T23:59:59", monkeypatch)
        _publish(home, 2, "2026-04-05T02:00:00", "2026-04-04T23:59:59", monkeypatch)
        _publish(home, 3, "2026-04-06T02:00:00", "2026-04-05T23:59:59", monkeypatch)
        assert issues.is_anything_due(home, _at("2026-04-06T03:00:00"))
        issues.settle(home, _at("2026-04-06T03:00:00"))
        said = _said(home, "monthly_assessment", "2026-03")
        assert (said["release_id"], said["late_flag"]) == ("release-02", False)
        assert said["figure_counts"] == {"published": 2}
        figures = (home.issues / "monthly_assessment" / "2026-03" / "figures.csv").read_text(
            "utf-8-sig"
        )
        assert figures == HEAD + "volume,2026-03,published,2\nvolume,2026,published,2\n"
        assert _said(home, "half_monthly_bulletin", "2026-03-H2")["release_id"] == "release-01"

    def test_nobody_enters_before_the_print_and_all_read_after_it(self, home, monkeypatch):
        _publish(home, 1, "2026-04-01T02:00:00", "2026-03-31T23:59:59", monkeypatch)
        place = home.issues / "monthly_assessment" / "2026-03"
        issues.settle(home, _at("2026-04-07T09:29:59"))
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert not issues.is_anything_due(home, _at("2026-04-07T09:29:59"))
        assert issues.is_anything_due(home, _at("2026-04-07T09:30:00"))
        opened = issues.settle(home, _at("2026-04-07T09:30:00"))["opened"]
        assert opened == [place] and stat.S_IMODE(place.stat().st_mode) == 0o755
        assert all(stat.S_IMODE(p.stat().st_mode) == 0o444 for p in place.iterdir())

    def test_without_a_release_that_reaches_the_end_it_waits_and_says_that_it_is_late(
        self, home, monkeypatch
    ):
        _publish(home, 1, "2026-03-31T02:00:00", "2026-03-30T23:59:59", monkeypatch)
        now = _at("2026-04-06T03:00:00")
        assert issues.settle(home, now)["made"] == []
        states = {i["series_code"]: i["state"] for i in issues.listing(home, now, now)}
        assert states["monthly_assessment"] == "late"
        _publish(home, 2, "2026-04-06T04:00:00", "2026-04-05T23:59:59", monkeypatch)
        issues.settle(home, _at("2026-04-06T05:00:00"))
        said = _said(home, "monthly_assessment", "2026-03")
        assert (said["release_id"], said["late_flag"]) == ("release-02", True)

    def test_a_withdrawn_release_makes_no_issue(self, home, monkeypatch):
        _publish(home, 1, "2026-04-01T02:00:00", "2026-03-31T23:59:59", monkeypatch)
        _publish(home, 2, "2026-04-05T02:00:00", "2026-04-04T23:59:59", monkeypatch)
        monkeypatch.setattr(
            notices, "names", lambda folder: {"release-02"} if folder == home.withdrawn else set()
        )
        issues.settle(home, _at("2026-04-06T03:00:00"))
        assert _said(home, "monthly_assessment", "2026-03")["release_id"] == "release-01"

    def test_it_is_made_once_and_a_killed_one_is_completed(self, home, monkeypatch):
        _publish(home, 1, "2026-04-01T02:00:00", "2026-03-31T23:59:59", monkeypatch)
        now = _at("2026-04-06T03:00:00")
        real = issues.sync_folder
        monkeypatch.setattr(
            issues, "sync_folder", lambda path: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            issues.settle(home, now)
        assert not list(home.issues.glob("*/*/issue.json")) or list(home.issues.glob("*/.*.tmp"))
        monkeypatch.setattr(issues, "sync_folder", real)
        made = issues.settle(home, now)["made"]
        assert made and not list(home.issues.glob("*/.*.tmp"))
        before = {p: p.read_bytes() for p in home.issues.rglob("*") if p.is_file()}
        _publish(home, 2, "2026-04-06T04:00:00", "2026-04-05T23:59:59", monkeypatch)
        assert issues.settle(home, now + timedelta(hours=2))["made"] == []
        assert before == {p: p.read_bytes() for p in home.issues.rglob("*") if p.is_file()}

    def test_nothing_is_made_of_what_ended_before_the_house_published(self, home, monkeypatch):
        assert issues.settle(home, _at("2026-04-06T03:00:00")) == {"made": [], "opened": []}
        _publish(home, 1, "2026-04-06T13:00:00", "2026-04-05T23:59:59", monkeypatch)
        issues.settle(home, _at("2026-04-06T14:00:00"))
        assert not home.issues.exists() or not list(home.issues.glob("*/*/issue.json"))
