"""From when a region's figures compare: coverage by rule, boundaries by date. A break is said, never silent."""

from datetime import datetime

import pytest

from tests.spine import COUNTY, REGIONS, Spine, item

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]


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


def _published(
    spine: Spine, indicator: str, variant: str, kind: str = "region"
) -> dict[str, tuple]:
    rows = spine.ask(
        "select period, yoy_status_code, reason_text from published.mart_published_yoy"
        " where indicator_code = ? and variant = ? and period_kind_code = 'month'"
        " and area_kind_code = ? and area_code in ('980101000000', ?)"
        " and substr(period, 6) = '06'",
        *(indicator, variant, kind, COUNTY),
    )
    return {period[:4]: (status, reason) for period, status, reason in rows}


def test_a_series_breaks_where_the_law_behind_its_clock_or_its_definition_changed(tmp_path):
    spine = Spine(tmp_path / "home", datetime(2024, 8, 2, 9))
    days = [f"{year}-06-{day:02}" for year in range(2021, 2025) for day in range(1, 21)]
    spine.tell(COUNTY, [item(f"A{n}", day) for n, day in enumerate(days)])
    sent = {"流转序号": 1, "办理方式": "转送"}
    spine.tell(
        COUNTY, [{"信访件编号": f"A{n}", "办理时间": day} | sent for n, day in enumerate(days)]
    )
    spine.build()
    law = (
        "自2022-05-01起期限依《信访工作条例》（2022年）第二十二条，"
        "此前依《信访条例》（国务院令第431号）第二十一条，前后不可比，不作同比。"
    )
    for kind in ("region", "org"):
        found = _published(spine, "timely_accept_office", "project", kind)
        assert found["2022"] == ("series_break", law)
        assert [found[year][0] for year in ("2023", "2024")] == ["compared"] * 2
    # a count has no clock, and Guangdong's hours are its own: neither was changed by the law
    assert _published(spine, "volume", "project")["2022"][0] == "compared"
    assert _published(spine, "timely_accept_office", "chongqing")["2022"][0] != "series_break"
    rule = spine.home.rules / "definition_breaks.csv"
    rule.write_text(
        "indicator_code,variant,changed_on,text_zh\nvolume,project,2024-01-01,乡镇的并入县里登记\n",
        "utf-8",
    )
    spine.build()
    said = "自2024-01-01起口径改变：乡镇的并入县里登记，前后不可比，不作同比。"
    found = _published(spine, "volume", "project")
    assert (found["2023"][0], found["2024"]) == ("compared", ("series_break", said))
    assert _published(spine, "volume", "by_petition_date")["2024"][0] == "compared"
    rule.write_text("indicator_code,changed_on,text_zh,variant\nvolume,2024-01-01,改了,\n", "utf-8")
    spine.build()
    assert _published(spine, "volume", "by_petition_date")["2024"][0] == "series_break"
    rule.write_text("indicator_code,variant,changed_on,text_zh\nvolume,,去年,改了\n", "utf-8")
    with pytest.raises(Exception, match="definition_breaks.csv 第 2 行的 changed_on"):
        spine.build()
