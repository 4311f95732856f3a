"""What is said of a figure, where it stands, and what is told by several months: planted contents, known answers."""

import pytest

from publication.bulletin import revisions, targets, triangles, variation, wording
from publication.bulletin.layout import Edition, layout
from publication.bulletin.pictures import spark
from tests import planted_issue as planted

EAST, WEST, SOUTH = planted.CITIES


@pytest.fixture
def page() -> dict:
    return layout(planted.said(), Edition())


def _cell(page: dict, area: str, code: str) -> dict:
    row = next(r for r in page["rows"] if r["area_code"] == area)
    return next(c for c in row["cells"] if c and c["indicator_code"] == code)


@pytest.mark.parametrize(
    ("num", "den", "kind", "printed"),
    [
        (143, 145, "share", "98.6"), (1, 3, "stock", "33.3"), (1_234, 1_234, "count", "1,234"), (0, 0, "share", "—"),
        (7, 200_000, "per_capita", "0.4"), (31, 4, "mean", "7.8"), (12.5, None, "count", "12.5"),
    ],
)  # fmt: skip
def test_a_number_is_printed_once_from_its_fraction(num, den, kind, printed):
    figure = {"release_status": "published", "num": num, "den": den}
    assert wording.number(figure, {"kind_code": kind}) == printed


def test_what_is_kept_back_is_a_word_wherever_it_stands(page):
    held, hidden = _cell(page, WEST, "on_time_reply"), _cell(page, SOUTH, "repeat_share")
    assert (held["number"], held["badge"]) == ("暂缓", "held")
    assert (hidden["number"], hidden["badge"]) == ("※", "suppressed")
    for cell in (held, hidden):
        assert not cell["fraction"] and not cell["interval"] and not cell["rank"]
        assert cell["change"] is None and cell["value"] is None


def test_a_change_says_where_to_and_whether_that_is_better(page):
    up, down = _cell(page, planted.PROVINCE, "on_time_reply"), _cell(page, EAST, "on_time_reply")
    worse = _cell(page, EAST, "repeat_share")
    assert (up["change"]["text"], up["change"]["tone"]) == ("▲ 3.4 个百分点", "good")
    assert (down["change"]["text"], down["change"]["tone"]) == ("▼ 1.3 个百分点", "bad")
    assert (worse["change"]["text"], worse["change"]["tone"]) == ("▲ 2.0 个百分点", "bad")


def test_what_was_revised_is_said_before_a_small_base(page):
    assert _cell(page, SOUTH, "on_time_reply")["badge"] == "revised"
    assert _cell(page, SOUTH, "on_time_reply")["marks"] == "ru"


def test_three_sentences_say_what_is_what_is_not_and_what_was_corrected(page):
    what, kept, corrected = page["points"]
    assert what.startswith(
        "2026年3月，假省信访量 798 件（缺 1 个单位）；按期答复率 97.4%，同比上升 3.4 个百分点"
    )
    assert (
        "=西市()按期答复率本期暂缓发布：报送的行被隔离过多" in kept
        and "1 个数因基数过小隐去" in kept
    )
    assert "没有上期可以对照" in corrected and "1 个暂缓，1 个隐去" in corrected


def test_what_is_kept_back_is_listed_gravest_first(page):
    assert [(c["area_code"], c["badge"]) for c in page["kept_back"]] == [
        (WEST, "held"), (SOUTH, "suppressed"), (planted.PROVINCE, "provisional"),
    ]  # fmt: skip


def _series(values: list[float | None]) -> dict:
    months = [f"{2024 + (3 + n) // 12}-{(3 + n) % 12 + 1:02d}" for n in range(24)]
    told = [
        {"period": m, "status_code": "published", "value": v}
        for m, v in zip(months, values, strict=True)
    ]
    return {
        "indicator_code": "on_time_reply",
        "variant": "project",
        "area_code": EAST,
        "months": told,
    }


def test_a_change_within_ordinary_variation_is_no_news():
    steady = [0.9 + 0.01 * (n % 2) for n in range(24)]
    page = layout(planted.said(series=[_series([*steady[:-1], 0.91])]), Edition())
    cell = _cell(page, EAST, "on_time_reply")
    assert cell["ordinary"] is False, (
        "the figure itself, 143 of 145, is outside what the months say"
    )
    figures = planted.each_state()
    figures[4] |= {"num": 181, "den": 200, "value": 0.905}
    cell = _cell(layout(planted.said(figures, [_series(steady)]), Edition()), EAST, "on_time_reply")
    assert cell["ordinary"] is True and cell["change"]["tone"] == "none"
    assert cell["change"]["note"] == "在正常波动范围内"


def test_limits_are_the_mean_and_2_66_mean_moving_ranges():
    found = variation.limits([10.0, 12.0] * 6)
    assert (found.low, found.middle, found.high) == pytest.approx((11 - 5.32, 11, 11 + 5.32))
    assert variation.limits([10.0, 12.0] * 5 + [10.0]) is None, "eleven months are too few"
    assert variation.limits([None, *[10.0, 12.0] * 6]).middle == 11
    assert variation.limits([0.99, 1.0] * 6, most=1.0).high == 1.0


def test_a_gap_parts_the_line_and_nothing_printed_is_no_picture():
    assert spark([None] * 24) == ""
    assert spark([1.0, 2.0, None, 3.0]).count("<polyline") == 2
    apart = {"low": 0.0, "middle": 1.0, "high": 2.0}
    assert "<polygon" in spark([1.0, 3.0], apart) and "<circle" in spark([1.0, 2.0], apart)


@pytest.mark.parametrize(
    ("now", "because"),
    [
        ({"num": 91, "value": 0.91}, []),
        ({"year_over_year": planted.changed(-0.1), "num": 79}, ["sign"]),
        ({"rank": planted.ranked(2, 1, 3), "num": 89}, ["rank"]),
        ({"target": {"met_flag": False}, "num": 84}, ["target"]),
        ({"release_status": "held", "num": None}, ["status"]),
    ],
)
def test_a_revision_is_substantial_when_a_conclusion_would_be_another(now, because):
    old = planted.figure(
        "on_time_reply", EAST, year_over_year=planted.changed(1.0), rank=planted.ranked(1, 1, 2), target={"met_flag": True}
    )  # fmt: skip
    assert revisions.substantial(old | now, old) == because
    (row,) = revisions.since([old | now], {revisions.key_of(old): old}, planted.NAMES)
    assert row["substantial_because"] == because
    assert row["before_num"] == (None if "release_status" in now else 90)


def test_a_target_is_in_points_for_shares(tmp_path):
    (tmp_path / "targets.csv").write_text(
        "indicator_code,variant,region_code,side_code,target_value,valid_from,valid_to,basis\n"
        "on_time_reply,project,,at_least,95,2026-01-01,,考核办法\n"
        f"on_time_reply,project,{EAST},at_least,90,2026-01-01,,考核办法\n"
        "volume,project,,at_most,200,2026-01-01,2026-03-30,考核办法\n",
        "utf-8",
    )
    from datetime import date

    wanted = targets.holding(tmp_path, date(2026, 3, 31))
    assert wanted.of(planted.figure("on_time_reply", EAST))["met_flag"] is True
    assert wanted.of(planted.figure("on_time_reply", WEST))["met_flag"] is False
    assert wanted.of(planted.figure("volume", EAST, 100, 100)) is None, (
        "its rule ended the day before"
    )


def _month(period: str, value: float | None) -> dict:
    told = {"period": period, "status_code": "held", "num": None, "den": None, "value": None}
    return (
        told
        if value is None
        else told | {"status_code": "published", "num": value, "den": 100, "value": value / 100}
    )


def _told(*values: float | None) -> list[dict]:
    months = [_month(f"2026-{n:02d}", value) for n, value in enumerate(values, start=1)]
    name = {"indicator_code": "on_time_reply", "variant": "project", "area_code": planted.PROVINCE}
    return [name | {"months": months}]


def test_a_triangle_grows_a_column_an_issue_and_forgets_what_is_no_longer_printed():
    front = [{"indicator_code": "on_time_reply", "variant": "project", "place_code": "card"}]
    first = triangles.grown(None, front, _told(80, 90), planted.PROVINCE, "2026-02")
    second = triangles.grown(
        {"triangles": first}, front, _told(82, None, 70), planted.PROVINCE, "2026-03"
    )
    assert second[0]["columns"] == ["2026-02", "2026-03"]
    said = {row["period"]: [one and one["num"] for one in row["said"]] for row in second[0]["rows"]}
    assert said == {"2026-01": [80, 82], "2026-02": [None, None], "2026-03": [None, 70]}
    for number in range(4, 12):
        second = triangles.grown(
            {"triangles": second},
            front,
            _told(*range(50, 50 + number)),
            planted.PROVINCE,
            f"2026-{number:02d}",
        )
    assert len(second[0]["columns"]) == triangles.MONTHS == len(second[0]["rows"])
    assert all(len(row["said"]) == triangles.MONTHS for row in second[0]["rows"])
    shown = layout(planted.said(triangles=second), Edition())["triangles"][0]
    assert shown["rows"][-1]["shown"][-1] == "60.0"


def test_a_figure_that_there_is_no_longer_is_told_as_gone():
    old = planted.figure("on_time_reply", EAST)
    (row,) = revisions.since([], {revisions.key_of(old): old}, planted.NAMES)
    assert (row["now_release_status"], row["before_num"], row["substantial_because"]) == (
        "gone",
        None,
        ["status"],
    )
    shown = layout(planted.said(revisions=[row]), Edition())["revisions"][0]
    assert (shown["before"], shown["now"]) == ("不再重复", "本期没有")


def test_an_unfinished_month_is_judged_by_no_limits():
    steady = [0.9 + 0.01 * (n % 2) for n in range(24)]
    page = layout(planted.said(series=[_series(steady)], month_over_flag=False), Edition())
    cell = _cell(page, EAST, "on_time_reply")
    assert cell["limits"] is None and cell["ordinary"] is None
    assert page["points"][0].startswith("2026年3月（未过完）")


def test_a_name_cannot_become_markup_in_a_picture():
    assert "<script" not in spark([1.0, 2.0], said='"><script>')


def test_a_correction_replaces_the_column_of_its_own_issue():
    front = [{"indicator_code": "on_time_reply", "variant": "project", "place_code": "card"}]
    first = triangles.grown(None, front, _told(80), planted.PROVINCE, "2026-01")
    again = triangles.grown({"triangles": first}, front, _told(81), planted.PROVINCE, "2026-01")
    assert again[0]["columns"] == ["2026-01"]
    assert [one["num"] for one in again[0]["rows"][0]["said"]] == [81]
