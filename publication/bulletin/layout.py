"""What stands where in an issue: head, main points, cards, the great table, what is kept back, what was revised, a page an
indicator and a page an area.

Belongs here: arranging the plain values of `contents` for every renderer alike, in words (`wording`). A pure function;
what is null there is nowhere here. How it looks is the renderers'.
"""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache

from ingestion.contract import load_contracts
from publication.bulletin import wording
from publication.bulletin.contents import SERIES_MONTHS
from publication.bulletin.revisions import key_of
from publication.bulletin.variation import limits

AXES = {
    "prevention": "预防",
    "acceptance": "受理",
    "handling": "办理",
    "supervision": "监督追责",
    "order": "维护秩序",
    "none": "总量与结构",
}
DIRECTIONS = {"higher": "越高越好", "lower": "越低越好", "none": "不分高低"}
TRENDS = 3  # of how many rates the months are shown on the first page
BECAUSE = {
    "status": "发布状态变了",
    "sign": "同比升降变了",
    "rank": "位次变了",
    "target": "达标与否变了",
}
FAMILIES = {
    "arithmetic": "重算",
    "definition": "口径",
    "reconciliation": "上下级对照",
    "timing": "报送",
}
ANSWERS = {"passed": "通过", "failed": "未通过", "not_applicable": "不适用"}


@dataclass(frozen=True)
class Edition:
    """Which edition of an issue: a draft as long as nobody has signed it. `notice`: why there is a later version."""

    version: int = 1
    signed_by: str | None = None
    signed_at: str | None = None
    notice: str | None = None

    @property
    def draft(self) -> bool:
        return self.signed_by is None


def layout(said: dict, edition: Edition) -> dict:
    """Return what stands where in an issue, as plain values."""
    found = _Found(said)
    front = [found.indicators[row["indicator_code"], row["variant"]] for row in said["front"]]
    cards = [i for row, i in zip(said["front"], front, strict=True) if row["place_code"] == "card"]
    columns = [_column(i) for i in front]
    rows = [_row(found, area, front) for area in said["areas"]]
    return {
        "head": _head(said, edition),
        "cards": [_cell(found, i, found.own) for i in cards],
        "columns": columns,
        "rows": rows,
        "points": _points(said, found, cards, rows),
        "kept_back": _kept_back(found, front),
        "breaks": said["breaks"],
        "revisions": [_revision(found, row) for row in said["revisions"]],
        "indicators": [p for i in said["indicators"] if (p := _indicator(found, i))["rows"]],
        "items": _items(found, said["items"]),
        "triangles": [_triangle(found, told) for told in said["triangles"]],
        "areas": [_area(found, area, said["owed"]) for area in said["areas"]],
        "badges": wording.BADGES,
        "months": found.months,
        "trends": [c["slug"] for c in columns if c["unit"] == "%"][:TRENDS],
        "data_version": said["data_version"],
    }


@lru_cache
def ledger_names() -> dict[str, str]:
    """Return what each shipped ledger is called."""
    return {contract.ledger: contract.label for contract in load_contracts()}


class _Found:
    """The figures of an issue by their key, its main period, and the months before it."""

    def __init__(self, said: dict) -> None:
        last = said["issue"]["last_date"]
        self.annual = len(said["issue"]["period"]) == len("2026")
        self.period = last[:4] if self.annual else last[:7]
        self.months = _months_before(last)
        self.own = said["issue"]["region_code"]
        self.names = {a["area_code"]: a["area_name"] for a in said["areas"]}
        self.figures = {key_of(row): row for row in said["figures"]}
        self.indicators = {(i["indicator_code"], i["variant"]): i for i in said["indicators"]}
        self.series = {
            (s["indicator_code"], s["variant"], s["area_code"]): {
                m["period"]: m["value"] for m in s["months"]
            }
            for s in said["series"]
        }

    def figure(self, indicator: dict, area: str, period: str | None = None) -> dict | None:
        name = (indicator["indicator_code"], indicator["variant"])
        return self.figures.get((*name, period or self.period, area))

    def months_of(self, indicator: dict, area: str) -> list[float | None]:
        known = self.series.get((indicator["indicator_code"], indicator["variant"], area), {})
        return [known.get(month) for month in self.months]


def _months_before(last: str) -> list[str]:
    day = date.fromisoformat(last)
    number = day.year * 12 + day.month - 1
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(number - SERIES_MONTHS + 1, number + 1)]


def _head(said: dict, edition: Edition) -> dict:
    issue = said["issue"]
    year = issue["period"][:4]
    return {
        "title": f"{issue['region_name']}信访工作情况通报",
        "series": issue["series_name"],
        "number": f"{year}年第{issue['issue_no']}期",
        "document_no": f"{issue['series_name']}〔{year}〕{issue['issue_no']}号",
        "span": f"{wording.day(issue['first_date'])}—{wording.day(issue['last_date'])}",
        "region_name": issue["region_name"],
        "publisher": issue["publisher_name"] or issue["region_name"],
        "print_at": wording.day(issue["print_at"]),
        "print_date": wording.day(issue["print_at"].partition("T")[0]),
        "final_date": wording.day(issue["final_at"].partition("T")[0]),
        "next_date": wording.day(issue["next_print_at"].partition("T")[0])
        if issue["next_print_at"]
        else None,
        "reply_date": wording.day(issue["reply_due_date"]) if issue["reply_due_date"] else None,
        "release_id": said["data_version"]["release_id"],
        "as_of": wording.day(said["data_version"]["as_of"]),
        "compared_with": issue["compared_with"],
        "draft": edition.draft,
    } | asdict(edition)


def _cell(found: _Found, indicator: dict, area: str, period: str | None = None) -> dict | None:
    """Return all that is said of a figure; None where there is none."""
    figure = found.figure(indicator, area, period)
    if figure is None:
        return None
    monthly = figure["period_kind_code"] == "month"
    months = found.months_of(indicator, area) if monthly else []
    share = wording.is_share(indicator["kind_code"])
    within = limits(months[:-1], most=1.0 if share else None) if months else None
    value = wording.value(figure)
    ordinary = within is not None and value is not None and within.hold(value)
    change = wording.change(figure, indicator, ordinary)
    return {
        "indicator_code": figure["indicator_code"], "variant": figure["variant"], "period": figure["period"],
        "area_code": area, "area_name": figure["area_name"], "name": indicator["indicator_name"],
        "number": wording.number(figure, indicator), "unit": wording.unit(indicator),
        "fraction": wording.fraction(figure, indicator), "marks": wording.marks(figure),
        "badge": wording.badge(figure), "status": figure["release_status"], "reason": figure["reason_text"],
        "missing_count": figure["missing_count"], "rank": wording.rank(figure), "rank_span": wording.rank_span(figure),
        "change": asdict(change) | {"note": change.note} if change else None, "months": months,
        "limits": asdict(within) if within else None, "ordinary": ordinary if within else None,
        "value": value, "excluded_count": figure["excluded_count"],
        "interval": _interval(figure) if share else "", "checks": _checks(figure), "target": figure["target"],
        "page": f"{slug(indicator)}/{area}-{figure['period']}.html",
    }  # fmt: skip


def slug(indicator: dict) -> str:
    """Return how an indicator's variant is called in names of files."""
    return f"{indicator['indicator_code']}__{indicator['variant']}"


def _interval(figure: dict) -> str:
    if figure["value_low"] is None:
        return ""
    return f"{100 * figure['value_low']:.1f}—{100 * figure['value_high']:.1f}"


def _checks(figure: dict) -> list[dict]:
    return [
        {
            "family": FAMILIES[told["family_code"]],
            "answer": ANSWERS[told["answer_code"]],
            "code": told["answer_code"],
            "text": told["answer_text"],
        }
        for told in figure["checks"] or ()
    ]


def _column(indicator: dict) -> dict:
    return {
        "name": indicator["indicator_name"],
        "unit": wording.unit(indicator),
        "direction": DIRECTIONS[indicator["direction_code"]],
        "slug": slug(indicator),
    }


def _row(found: _Found, area: dict, front: list[dict]) -> dict:
    code = area["area_code"]
    return area | {"own": code == found.own, "cells": [_cell(found, i, code) for i in front]}


def _points(said: dict, found: _Found, cards: list[dict], rows: list[dict]) -> list[str]:
    """Return three sentences: what is, what is not published, what was corrected."""
    told = [_spoken(cell) for i in cards if (cell := _cell(found, i, found.own))]
    cells = [cell for row in rows for cell in row["cells"] if cell]
    kept = _said_of_kept(found, cells)
    return [f"{found.names[found.own]}{'；'.join(told)}。", kept, _corrected(said, cells)]


def _said_of_kept(found: _Found, cells: list[dict]) -> str:
    """Say what the great table does not print and why, and how many other figures are not printed."""
    held = [c for c in cells if c["status"] == "held"]
    hidden = sum(c["status"] == "suppressed" for c in cells)
    told = []
    if held:
        names = "、".join(f"{c['area_name']}{c['name']}" for c in held[:3])
        more = f"等 {len(held)} 个数" if len(held) > 3 else ""
        told.append(f"{names}{more}本期暂缓发布：{(held[0]['reason'] or '').rstrip('。')}")
    if hidden:
        told.append(f"总表有 {hidden} 个数因基数过小隐去")
    states = Counter(
        f["release_status"] for key, f in found.figures.items() if key[2] == found.period
    )
    others = {"暂缓": states["held"] - len(held), "隐去": states["suppressed"] - hidden}
    beyond = [f"{word} {count} 个" for word, count in others.items() if count]
    if beyond:
        told.append(f"总表以外{'、'.join(beyond)}")
    return f"{'；'.join(told)}。" if told else "本期各数都予发布。"


def _spoken(cell: dict) -> str:
    if cell["status"] != "published":
        return f"{cell['name']}{'暂缓发布' if cell['status'] == 'held' else '隐去'}"
    missing = f"（缺 {cell['missing_count']} 个单位）" if cell["missing_count"] else ""
    change = f"，同比{_moved(cell['change'])}" if cell["change"] else ""
    space = "" if cell["unit"] == "%" else " "
    return f"{cell['name']} {cell['number']}{space}{cell['unit']}{missing}{change}"


def _moved(change: dict) -> str:
    arrow, _, amount = change["text"].partition(" ")
    if arrow == wording.SAME:
        return "持平"
    note = f"（{change['note']}）" if change["note"] else ""
    return f"{'上升' if arrow == wording.UP else '下降'} {amount}{note}"


def _corrected(said: dict, cells: list[dict]) -> str:
    badges = Counter(cell["badge"] for cell in cells)
    state = (
        f"总表 {len(cells)} 个数中 {badges['verified']} 个已核验，{badges['provisional']} 个未全核对，"
        f"{badges['small']} 个基数小，{badges['held']} 个暂缓，{badges['suppressed']} 个隐去"
    )
    before = said["issue"]["compared_with"]
    if before is None:
        return f"这是第一次作这一种通报，没有上期可以对照；{state}。"
    grave = sum(bool(row["substantial_because"]) for row in said["revisions"])
    return f"自上期以来更正 {len(said['revisions'])} 个数，其中实质性 {grave} 个；{state}。"


def _kept_back(found: _Found, front: list[dict]) -> list[dict]:
    """Return each figure of the main period that is held or suppressed, and of the great table what is not wholly
    checked; gravest first.
    """
    in_front = {slug(i) for i in front}
    listed = []
    for key in found.figures:
        cell = _cell(found, found.indicators[key[:2]], key[3]) if key[2] == found.period else None
        if cell and (cell["status"] != "published" or _unchecked(cell) and slug(cell) in in_front):
            failed = [check["text"] for check in cell["checks"] if check["code"] == "failed"]
            listed.append(cell | {"why": "；".join([*filter(None, [cell["reason"]]), *failed])})
    return sorted(listed, key=lambda c: (-_gravity(c), c["name"], c["area_code"]))


def _unchecked(cell: dict) -> bool:
    return cell["badge"] == "provisional"


def _gravity(cell: dict) -> int:
    return {"held": 2, "suppressed": 1}.get(cell["status"], 0)


def _revision(found: _Found, row: dict) -> dict:
    indicator = found.indicators[row["indicator_code"], row["variant"]]
    before = {
        name.removeprefix("before_"): v for name, v in row.items() if name.startswith("before_")
    }
    now = {name.removeprefix("now_"): v for name, v in row.items() if name.startswith("now_")}
    hidden = before["release_status"] == "published" and before["value"] is None
    return {
        "area_name": row["area_name"], "name": indicator["indicator_name"], "period": wording.month(row["period"]),
        "slug": slug(indicator), "area_code": row["area_code"], "told_period": row["period"],
        "before": "不再重复" if hidden else wording.number(before, indicator),
        "now": wording.number(now, indicator), "unit": wording.unit(indicator),
        "substantial": "、".join(BECAUSE[code] for code in row["substantial_because"]),
    }  # fmt: skip


def _indicator(found: _Found, indicator: dict) -> dict:
    """Return the page of an indicator: its definition, and a row an area, of the main period and of the year."""
    year = found.period[:4]
    rows = [
        {
            "area_code": code,
            "area_name": name,
            "own": code == found.own,
            "cell": _cell(found, indicator, code),
            "year": None if found.annual else _cell(found, indicator, code, year),
        }
        for code, name in found.names.items()
    ]
    return indicator | {
        "slug": slug(indicator),
        "axis": AXES[indicator["axis_code"]],
        "direction": DIRECTIONS[indicator["direction_code"]],
        "unit": wording.unit(indicator),
        "rows": [row for row in rows if row["cell"] or row["year"]],
    }


def _items(found: _Found, lines: list[dict]) -> list[dict]:
    """Return the statutory items in words, the lines of each together."""
    items: dict[tuple, list] = {}
    for line in lines:
        indicator = found.indicators.get((line["indicator_code"], line["variant"]))
        said = _line(found, indicator, line) if indicator else "本期没有数字"
        items.setdefault((line["item_no"], line["item_name"]), []).append(
            {"label": line["label"], "said": said}
        )
    return [
        {"number": number, "name": name, "lines": told}
        for (number, name), told in sorted(items.items())
    ]


def _line(found: _Found, indicator: dict, line: dict) -> str:
    kind = line["part_code"].partition(":")[0]
    if kind in ("cut", "organs"):
        part = "den" if kind == "organs" else "num"
        shown = [f"{p['part_name']} {wording.part(p, part)}" for p in line["parts"]]
        return f"{'、'.join(shown)}（{indicator['unit_name']}）" if shown else "本期没有数字"
    figure = found.figure(indicator, found.own)
    if figure is None:
        return "本期没有数字"
    if kind == "value":
        beside = wording.fraction(figure, indicator)
        number = wording.number(figure, indicator)
        return f"{number}{wording.unit(indicator) if figure['value'] is not None else ''}{f'（{beside}）' if beside else ''}"
    return f"{wording.part(figure | {'status_code': figure['release_status']}, kind)} {indicator['unit_name']}"


def _triangle(found: _Found, told: dict) -> dict:
    """Return a triangle in words: a row a month, what each issue said of it, and by how much the last differs from the
    first.
    """
    indicator = found.indicators[told["indicator_code"], told["variant"]]
    rows = []
    for row in told["rows"]:
        shown = [
            wording.number(one | {"release_status": "published"}, indicator) if one else ""
            for one in row["said"]
        ]
        rows.append(
            {
                "period": wording.month(row["period"]),
                "shown": shown,
                "moved": len({*filter(None, shown)}) > 1,
            }
        )
    return {
        "name": indicator["indicator_name"],
        "unit": wording.unit(indicator),
        "columns": told["columns"],
        "rows": rows,
    }


def _area(found: _Found, area: dict, owed: list[dict]) -> dict:
    """Return the page of an area: its figures by axis, and what its offices still owe."""
    code = area["area_code"]
    by_axis: dict[str, list] = {name: [] for name in AXES.values()}
    for indicator in found.indicators.values():
        cell = _cell(found, indicator, code) or _cell(found, indicator, code, found.period[:4])
        if cell:
            by_axis[AXES[indicator["axis_code"]]].append(cell | {"slug": slug(indicator)})
    return area | {
        "axes": [{"name": n, "cells": cells} for n, cells in by_axis.items() if cells],
        "owed": [
            row | {"ledger_name": ledger_names().get(row["ledger"], row["ledger"])}
            for row in owed
            if row["area_code"] == code
        ],
    }
