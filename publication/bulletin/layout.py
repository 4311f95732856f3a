"""What stands where in an issue: head, main points, cards, the great table, what is kept back, what was revised, a page an
indicator and a page an area.

Belongs here: arranging the plain values of `contents` for every renderer alike, in words (`wording`). A pure function;
what is null there is nowhere here. How it looks is the renderers'.
"""

from collections import Counter
from dataclasses import asdict, dataclass

from publication.bulletin import wording
from publication.bulletin.cells import Found, slug
from publication.bulletin.cells import cell as cell_of

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


@dataclass(frozen=True)
class Edition:
    """Which edition of an issue: a draft as long as nobody has signed it. `notice`: why there is a later version;
    `key_id`: the key that its manifest is signed with.
    """

    version: int = 1
    signed_by: str | None = None
    signed_at: str | None = None
    notice: str | None = None
    key_id: str | None = None

    @property
    def draft(self) -> bool:
        return self.signed_by is None


def layout(said: dict, edition: Edition) -> dict:
    """Return what stands where in an issue, as plain values."""
    found = Found(said)
    front = [found.indicators[row["indicator_code"], row["variant"]] for row in said["front"]]
    cards = [i for row, i in zip(said["front"], front, strict=True) if row["place_code"] == "card"]
    columns = [_column(i) for i in front]
    rows = [_row(found, area, front) for area in said["areas"]]
    owed = [
        row | {"ledger_name": said["ledgers"].get(row["ledger"], row["ledger"])}
        for row in said["owed"]
    ]
    return {
        "head": _head(said, edition),
        "cards": [cell_of(found, i, found.own) for i in cards],
        "columns": columns,
        "rows": rows,
        "points": _points(said, found, cards, rows),
        "kept_back": _kept_back(found, front),
        "breaks": said["breaks"],
        "revisions": [_revision(found, row) for row in said["revisions"]],
        "indicators": [p for i in said["indicators"] if (p := _indicator(found, i))["rows"]],
        "items": _items(found, said["items"]),
        "triangles": [_triangle(found, told) for told in said["triangles"]],
        "areas": [_area(found, area, owed) for area in said["areas"]],
        "badges": wording.BADGES,
        "months": found.months,
        "trends": [c["slug"] for c in columns if c["unit"] == "%"][:TRENDS],
        "data_version": said["data_version"],
    }


def _head(said: dict, edition: Edition) -> dict:
    issue = said["issue"]
    year = issue["period"][:4]
    printed = max(issue["print_at"], edition.signed_at or "")  # one signed late goes out then
    return {
        "title": f"{issue['region_name']}信访工作情况通报",
        "series": issue["series_name"],
        "number": f"{year}年第{issue['issue_no']}期",
        "document_no": f"{issue['series_name']}〔{year}〕{issue['issue_no']}号",
        "span": f"{wording.day(issue['first_date'])}—{wording.day(issue['last_date'])}",
        "region_name": issue["region_name"],
        "publisher": issue["publisher_name"] or issue["region_name"],
        "print_at": wording.day(printed),
        "print_date": wording.day(printed.partition("T")[0]),
        "figures_of": wording.month(issue["main_period"]),
        "next_date": wording.day(issue["next_print_at"].partition("T")[0])
        if issue["next_print_at"]
        else None,
        "reply_date": wording.day(issue["reply_due_date"]) if issue["reply_due_date"] else None,
        "release_id": said["data_version"]["release_id"],
        "as_of": wording.day(said["data_version"]["as_of"]),
        "compared_with": issue["compared_with"],
        "draft": edition.draft,
    } | asdict(edition)


def _column(indicator: dict) -> dict:
    return {
        "name": indicator["indicator_name"],
        "unit": wording.unit(indicator),
        "direction": DIRECTIONS[indicator["direction_code"]],
        "slug": slug(indicator),
    }


def _row(found: Found, area: dict, front: list[dict]) -> dict:
    code = area["area_code"]
    return area | {"own": code == found.own, "cells": [cell_of(found, i, code) for i in front]}


def _points(said: dict, found: Found, cards: list[dict], rows: list[dict]) -> list[str]:
    """Return three sentences: what is, what is not published, what was corrected."""
    told = [_spoken(cell) for i in cards if (cell := cell_of(found, i, found.own))]
    cells = [cell for row in rows for cell in row["cells"] if cell]
    kept = _said_of_kept(found, cells)
    when = wording.month(found.period) + ("" if found.over else "（未过完）")
    return [f"{when}，{found.names[found.own]}{'；'.join(told)}。", kept, _corrected(said, cells)]


def _said_of_kept(found: Found, cells: list[dict]) -> str:
    """Say what the great table does not print and why, and how many other figures are not printed."""
    held = [c for c in cells if c["status"] == "held"]
    hidden = sum(c["status"] == "suppressed" for c in cells)
    told = []
    if held:
        names = "、".join(f"{c['area_name']}{c['name']}" for c in held[:3])
        more = f"等 {len(held)} 个数" if len(held) > 3 else ""
        reasons = "；".join(dict.fromkeys((c["reason"] or "").rstrip("。") for c in held))
        told.append(f"{names}{more}本期暂缓发布：{reasons}")
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
    unchecked = sum(_unchecked(cell) for cell in cells)
    state = (
        f"总表 {len(cells)} 个数中 {badges['verified']} 个已核验，{unchecked} 个未全核对，"
        f"{badges['small']} 个基数小，{badges['held']} 个暂缓，{badges['suppressed']} 个隐去"
    )
    before = said["issue"]["compared_with"]
    if before is None:
        return f"这是第一次作这一种通报，没有上期可以对照；{state}。"
    grave = sum(bool(row["substantial_because"]) for row in said["revisions"])
    since = "上期" if before["period"] != said["issue"]["period"] else f"第 {before['version']} 版"
    return f"自{since}以来更正 {len(said['revisions'])} 个数，其中实质性 {grave} 个；{state}。"


def _kept_back(found: Found, front: list[dict]) -> list[dict]:
    """Return each figure of the main period that is held or suppressed, and of the great table what is not wholly
    checked; gravest first.
    """
    in_front = {slug(i) for i in front}
    listed = []
    for key in found.figures:
        cell = cell_of(found, found.indicators[key[:2]], key[3]) if key[2] == found.period else None
        if cell and (cell["status"] != "published" or _unchecked(cell) and slug(cell) in in_front):
            failed = [check["text"] for check in cell["checks"] if check["code"] == "failed"]
            listed.append(cell | {"why": "；".join([*filter(None, [cell["reason"]]), *failed])})
    return sorted(listed, key=lambda c: (-_gravity(c), c["name"], c["area_code"]))


def _unchecked(cell: dict) -> bool:
    return "p" in cell["marks"]


def _gravity(cell: dict) -> int:
    return {"held": 2, "suppressed": 1}.get(cell["status"], 0)


def _revision(found: Found, row: dict) -> dict:
    indicator = found.indicators[row["indicator_code"], row["variant"]]
    before = {
        name.removeprefix("before_"): v for name, v in row.items() if name.startswith("before_")
    }
    now = {name.removeprefix("now_"): v for name, v in row.items() if name.startswith("now_")}
    hidden = before["release_status"] == "published" and before["num"] is None
    return {
        "area_name": row["area_name"], "name": indicator["indicator_name"], "period": wording.month(row["period"]),
        "slug": slug(indicator), "area_code": row["area_code"], "told_period": row["period"],
        "before": "不再重复" if hidden else wording.number(before, indicator),
        "now": wording.number(now, indicator), "unit": wording.unit(indicator),
        "substantial": "、".join(BECAUSE[code] for code in row["substantial_because"]),
    }  # fmt: skip


def _indicator(found: Found, indicator: dict) -> dict:
    """Return the page of an indicator: its definition, and a row an area, of the main period and of the year."""
    year = found.period[:4]
    rows = [
        {
            "area_code": code,
            "area_name": name,
            "own": code == found.own,
            "cell": cell_of(found, indicator, code),
            "year": None if found.annual else cell_of(found, indicator, code, year),
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


def _items(found: Found, lines: list[dict]) -> list[dict]:
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


def _line(found: Found, indicator: dict, line: dict) -> str:
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


def _triangle(found: Found, told: dict) -> dict:
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


def _area(found: Found, area: dict, owed: list[dict]) -> dict:
    """Return the page of an area: its figures by axis, and what its offices still owe."""
    code = area["area_code"]
    by_axis: dict[str, list] = {name: [] for name in AXES.values()}
    for indicator in found.indicators.values():
        cell = cell_of(found, indicator, code) or cell_of(found, indicator, code, found.period[:4])
        if cell:
            by_axis[AXES[indicator["axis_code"]]].append(cell | {"slug": slug(indicator)})
    return area | {
        "own": code == found.own,
        "axes": [{"name": n, "cells": cells} for n, cells in by_axis.items() if cells],
        "owed": [row for row in owed if row["area_code"] == code],
    }
