"""Planted contents of an issue: what `contents` would say, with every state a figure can be in, and known answers.

Belongs here: plain values, no release behind them.
"""

from datetime import datetime

PROVINCE, CITIES = "970000000000", ("970100000000", "970200000000", "970300000000")
NAMES = {PROVINCE: "假省", CITIES[0]: "东市", CITIES[1]: "=西市()", CITIES[2]: "南市"}
MADE_AT = datetime(2026, 4, 7, 9, 30)
INDICATORS = (
    ("volume", "信访量", "count", "件", "none"),
    ("on_time_reply", "按期答复率", "share", "件", "higher"),
    ("repeat_share", "重复信访件占比", "share", "件", "lower"),
)


def indicator(code: str, name: str, kind: str, unit: str, direction: str) -> dict:
    return {
        "indicator_code": code, "variant": "project", "indicator_name": name, "kind_code": kind, "unit_name": unit,
        "direction_code": direction, "attribution_code": "register", "axis_code": "handling",
        "legal_basis": "《信访工作条例》", "clock_rule": "60日", "cohort_rule": "期内到期", "window_rule": "无",
        "definition_version": "1.0", "definition_text": "说明", "not_shown_text": None,
        "ledgers": "petition_register", "model_name": f"ind_{code}",
    }  # fmt: skip


def figure(code: str, area: str, num: float | None = 90, den: float | None = 100, **more) -> dict:
    """Return a printed figure, or one in the state that `more` says."""
    printed = more.get("release_status", "published") == "published"
    share = code != "volume"
    told = {
        "indicator_code": code, "variant": "project", "kind_code": "share" if share else "count",
        "period_kind_code": "month", "period": "2026-03", "area_code": area, "area_name": NAMES[area],
        "level_code": "prefecture", "reason_text": None, "missing_count": 0, "num": num, "den": den, "excluded_count": 0,
        "value": (num / den if share else num) if printed else None, "value_low": 0.8 if share and printed else None,
        "value_high": 0.95 if share and printed else None, "release_status": "published", "checks": [], "rank": None,
        "year_over_year": None, "observation_status": [], "target": None, "counted_first": None, "counted_last": None,
    } | more  # fmt: skip
    if not printed:
        told |= dict.fromkeys(("num", "den", "value", "value_low", "value_high", "excluded_count"))
    return told


def ranked(rank: int, low: int, high: int) -> dict:
    return {
        "rank_status_code": "ranked", "reason_text": None, "rank": rank, "rank_label": f"第 {rank}", "tied_count": 1,
        "ranked_count": 3, "left_out_count": 0, "peers_label": "", "rank_low": low, "rank_high": high,
        "rank_wide_flag": False, "printed_value": 0.9, "limit_code": None,
    }  # fmt: skip


def changed(points: float) -> dict:
    return {
        "base_period": "2025-03", "yoy_status_code": "compared", "reason_text": None, "unit": "percentage_point",
        "yoy_percent": None, "yoy_points": points, "base_num": 80, "base_den": 100, "base_value": 0.8,
        "comparable_flag": True, "left_out_count": 0,
    }  # fmt: skip


def said(
    figures: list[dict] | None = None,
    series: list[dict] = (),
    revisions: list[dict] = (),
    triangles: list[dict] = (),
    **issue,
) -> dict:
    """Return the contents of an issue: the figures given, or one of each state."""
    told = [indicator(*one) for one in INDICATORS]
    return {
        "issue": {
            "series_code": "monthly_assessment", "series_name": "月考核", "period": "2026-03", "issue_no": 3,
            "first_date": "2026-03-01", "last_date": "2026-03-31", "cut_off_at": "2026-04-05T12:00:00",
            "print_at": MADE_AT.isoformat(), "final_at": "2026-06-29T09:30:00", "region_code": PROVINCE,
            "region_name": NAMES[PROVINCE], "publisher_name": "假省信访局", "next_print_at": "2026-05-07T09:30:00",
            "compared_with": None, "reply_due_date": "2026-04-17", "main_period": "2026-03", "main_kind": "month",
            "month_over_flag": True,
        } | issue,
        "data_version": {"release_id": "20260331-00001-abcdef12", "as_of": "2026-03-31T23:59:59"},
        "areas": [{"area_code": code, "area_name": name} for code, name in NAMES.items()],
        "indicators": told,
        "front": [
            {"indicator_code": i["indicator_code"], "variant": "project", "place_code": "card"} for i in told
        ],
        "figures": each_state() if figures is None else figures,
        "series": list(series), "triangles": list(triangles), "owed": [], "items": [], "ledgers": {}, "breaks": [],
        "revisions": list(revisions),
    }  # fmt: skip


def each_state() -> list[dict]:
    """Return a figure in each state: printed, ranked and changed, revised, small, held, suppressed."""
    east, west, south = CITIES
    return [
        figure("volume", PROVINCE, 798, 798, missing_count=1, reason_text="缺1", observation_status=["p"]),
        figure("volume", east, 145, 145),
        figure("volume", west, 1_234, 1_234),
        figure("on_time_reply", PROVINCE, 487, 500, year_over_year=changed(3.4)),
        figure("on_time_reply", east, 143, 145, rank=ranked(1, 1, 2), year_over_year=changed(-1.25)),
        figure("on_time_reply", west, release_status="held", reason_text="报送的行被隔离过多，待改正重报后发布。"),
        figure("on_time_reply", south, 10, 11, observation_status=["r", "u"]),
        figure("repeat_share", east, 24, 100, year_over_year=changed(2.0)),
        figure("repeat_share", south, release_status="suppressed", reason_text="基数过小，为保护个人不予公布。"),
    ]  # fmt: skip
