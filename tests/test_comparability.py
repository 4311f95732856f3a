"""From when a region's figures compare: coverage by rule, boundaries by date. A break is said, never silent."""

from datetime import datetime

import pytest

from tests.spine import COUNTY, REGIONS, Spine, item

pytestmark = pytest.mark.slow


def _changes(spine: Spine) -> dict[str, tuple]:
    rows = spine.ask(
        "select area_code, yoy_status_code, reason_text from published.mart_published_yoy"
        " where indicator_code = 'volume' and variant = 'project' and period = '2026-03'"
        " and area_kind_code = 'region' and substr(area_code, 1, 2) in ('00', '98')"
    )
    return {area.rstrip("0") or "0": (status, reason) for area, status, reason in rows}


def test_a_series_breaks_where_coverage_began_or_a_boundary_moved(tmp_path):
    spine = Spine(tmp_path / "home", datetime(2026, 4, 2, 9))
    days = [f"{year}-03-{day:02}" for year in (2025, 2026) for day in range(1, 21)]
    spine.tell(COUNTY, [item(f"A{n}", day) for n, day in enumerate(days)])
    spine.build()
    assert {status for status, _ in _changes(spine).values()} == {"compared"}
    rule = spine.home.rules / "system_coverage.csv"
    rule.write_text(
        "region_code,covered_from,source\n980100000000,2025-07-01,市发〔2025〕1号\n", "utf-8"
    )
    spine.build()
    said = "自2025-07-01起报送齐全，前后不可比，不作同比。"
    # the city, what is in it and what it is in: no part of a total may silently begin in between
    assert _changes(spine) == dict.fromkeys(("0", "98", "9801", "980101"), ("series_break", said))
    rule.unlink()
    founded = REGIONS.replace("甲一县,county,980100000000,2000", "甲一县,county,980100000000,2025")
    (spine.home.rules / "regions.csv").write_text(founded, "utf-8")
    spine.build()
    said = "甲一县自2025年启用现行代码，前后不可比，不作同比。"
    assert _changes(spine).pop("980101") == ("series_break", said)
    assert _changes(spine)["9801"][0] == "compared", "a city is not moved by what moves within it"
    with pytest.raises(Exception, match="system_coverage.csv 第 2 行的 covered_from"):
        rule.write_text("region_code,covered_from,source\n980100000000,去年,无\n", "utf-8")
        spine.build()
