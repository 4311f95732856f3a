"""An issue as a PDF in the look of an official letter (GB/T 9704-2012), set by Typst. Needs the extra `pdf`.

Belongs here: handing the page to the template, and which fonts it may use. The same page with the same fonts gives the
same bytes. A home's `fonts/` goes before what Debian ships: the office's licensed 仿宋 and 小标宋 belong there.
"""

import json
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from ingestion.errors import HouseError
from publication.bulletin import pictures

TEMPLATE = Path(__file__).parent / "templates" / "official.typ"
DEBIAN = Path("/usr/share/fonts/opentype/noto")
# which of its kinds a page asks for, best first; the last of each is what Debian ships
FONTS = {
    "song": ("FangSong_GB2312", "FangSong", "STFangsong", "Noto Serif CJK SC"),
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "Noto Serif CJK SC"),
    "hei": ("SimHei", "STHeiti", "Noto Sans CJK SC"),
    "kai": ("KaiTi_GB2312", "KaiTi", "STKaiti", "Noto Serif CJK SC"),
}
STANDARD = "a-2b"
AT_ONCE = 8  # indicators that a page across holds
SAID_OF_RANKS = 3
NO_FONTS = (
    "没有可用的中文字体，作不成 PDF。请把单位的仿宋、小标宋、黑体、楷体放进 家目录/fonts/，"
    "或者安装 Debian 的 fonts-noto-cjk，再作一次。"
)


class NoFonts(HouseError):
    """No font is there that has Chinese; the message says where to put one, in Chinese."""


def available() -> bool:
    """Return whether the extra that sets pages is installed."""
    return find_spec("typst") is not None


def fonts(folder: Path | None = None) -> list[Path]:
    """Return the folders that fonts are taken from. Raises NoFonts where none of them holds any."""
    found = [p for p in (folder, DEBIAN) if p and p.is_dir() and any(p.rglob("*.[ot]t[fc]"))]
    if not found:
        raise NoFonts(NO_FONTS)
    return found


def chosen(folder: Path | None = None) -> dict[str, str]:
    """Return the font that each kind of text is set in, as the issue's manifest records it. Raises NoFonts."""
    import typst

    places = [str(p) for p in fonts(folder)]
    there = {
        info.family for info in typst.Fonts(include_system_fonts=False, font_paths=places).fonts()
    }
    found = {kind: next((n for n in names if n in there), None) for kind, names in FONTS.items()}
    if None in found.values():
        raise NoFonts(NO_FONTS)
    return found


def write(page: dict, target: Path, made_at: datetime, folder: Path | None = None) -> None:
    """Write the PDF of an issue; `made_at` is the date that it carries, `folder` the home's fonts."""
    import typst

    typst.compile(
        str(TEMPLATE),
        output=str(target),
        root=str(TEMPLATE.parent),
        font_paths=[str(p) for p in fonts(folder)],
        ignore_system_fonts=True,
        sys_inputs={
            "page": json.dumps(_set(page, made_at) | {"fonts": chosen(folder)}, ensure_ascii=False)
        },
        pdf_standards=STANDARD,
        timestamp=int(made_at.timestamp()),
    )


def _set(page: dict, made_at: datetime) -> dict:
    """Return what the template needs, and nothing else of the page."""
    columns, rows = page["columns"], page["rows"]
    parts = [slice(n, n + AT_ONCE) for n in range(0, len(columns), AT_ONCE)]
    return {
        "made": {"year": made_at.year, "month": made_at.month, "day": made_at.day},
        **{name: page[name] for name in ("head", "points", "badges", "items")},
        "ranked": _ranked(page),
        "kept": _kept(page),
        "annexes": [
            {
                "columns": columns[part],
                "rows": [row | {"cells": row["cells"][part]} for row in rows],
            }
            for part in parts
        ],
        "trends": [_trend(one) for one in page["indicators"] if one["slug"] in page["trends"]],
    }


def _ranked(page: dict) -> list[str]:
    """Say of each rate of the great table who is ranked first to third, and how sure that is."""
    told = []
    for number, column in enumerate(page["columns"]):
        cells = [row["cells"][number] for row in page["rows"] if row["cells"][number]]
        ranked = [c for c in cells if c["rank"].isdigit()]
        if ranked:
            first = sorted(ranked, key=lambda c: (int(c["rank"]), c["area_code"]))[:SAID_OF_RANKS]
            names = "、".join(
                f"{c['area_name']} {c['number']}{c['unit']}（第 {c['rank']}，可能在 {c['rank_span']} 之间）"
                for c in first
            )
            told.append(f"{column['name']}：{names}。在 {len(ranked)} 个可排名单位中。")
    return told or ["本期没有可以排名的数：可排名的单位不足，或者基数小。"]


def _kept(page: dict) -> list[str]:
    kept = [
        f"{c['area_name']}{c['name']}{page['badges'][c['badge']][1]}：{(c['why'] or '').rstrip('。')}。"
        for c in page["kept_back"] if c["status"] != "published"
    ]  # fmt: skip
    revised = [
        f"{r['area_name']}{r['period']}{r['name']}由 {r['before']} 更正为 {r['now']}{r['unit']}"
        f"{'（实质性：' + r['substantial'] + '）' if r['substantial'] else ''}。"
        for r in page["revisions"]
    ]  # fmt: skip
    return [*(kept or ["本期没有暂缓、隐去的数。"]), *(revised or ["自上期以来没有更正。"])]


def _trend(indicator: dict) -> dict:
    cells = [(row["area_name"], row["cell"]) for row in indicator["rows"] if row["cell"]]
    panels = [
        {
            "area_name": name,
            "number": cell["number"] + (cell["unit"] if cell["status"] == "published" else ""),
            "svg": pictures.spark(cell["months"], cell["limits"], name, 150, 44),
        }
        for name, cell in cells
    ]
    return {"name": indicator["indicator_name"], "panels": [p for p in panels if p["svg"]]}
