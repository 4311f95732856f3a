"""An issue as a Word file: to be edited into an official letter. Tables are tables, and held figures are words.

Belongs here: laying out paragraphs and tables. Fonts are named (仿宋_GB2312, 方正小标宋), not embedded: they are on the
office's own machines. Rewritten, it is the same bytes: its dates are the issue's.
"""

import io
import zipfile
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

BODY, TITLE, HEAD, SUBHEAD = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
FIRST_INSTANT = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
AT_ONCE = 8  # columns of figures that a page across holds


def write(page: dict, target: Path, made_at: datetime) -> None:
    """Write the Word file of an issue; `made_at` is the date that it carries."""
    document, head = Document(), page["head"]
    document.core_properties.created = document.core_properties.modified = made_at
    document.core_properties.author = head["publisher"]
    document.core_properties.title = head["title"]
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    if head["draft"]:
        _line(document, "送审稿　未经签发，不得外传", HEAD, 14, center=True, red=True)
    _line(document, head["title"], TITLE, 22, center=True)
    _line(
        document,
        f"{head['number']}（{head['series']}，统计期：{head['span']}）",
        BODY,
        14,
        center=True,
    )
    if head["notice"]:
        _line(document, f"更正说明：{head['notice']}", BODY, 16)
    _line(document, "一、总体情况", HEAD, 16)
    for point in page["points"]:
        _line(document, point, BODY, 16, indent=True)
    for item in page["items"]:
        _line(document, f"（{item['number']}）{item['name']}", SUBHEAD, 16, indent=True)
        for told in item["lines"]:
            _line(document, f"{told['label']}：{told['said']}。", BODY, 16, indent=True)
    _line(document, "二、暂缓、隐去与未全核对", HEAD, 16)
    kept = [
        (c["area_name"], c["name"], page["badges"][c["badge"]][1], c["why"])
        for c in page["kept_back"]
    ]
    _table(document, ("地区", "指标", "状态", "原因"), kept)
    _line(document, "三、自上期以来的更正", HEAD, 16)
    revised = [
        (r["area_name"], r["name"], r["period"], r["before"], f"{r['now']} {r['unit']}", r["substantial"] or "否")
        for r in page["revisions"]
    ]  # fmt: skip
    _table(document, ("地区", "指标", "期间", "原为", "现为", "是否实质性"), revised)
    _line(document, head["publisher"], BODY, 16, right=True)
    _line(document, head["print_date"], BODY, 16, right=True)
    _annex(document, page)
    _save(document, target)


def _annex(document, page: dict) -> None:
    """Add the great table on pages across, so many indicators at once."""
    section = document.add_section()
    section.orientation, section.page_width, section.page_height = (
        WD_ORIENT.LANDSCAPE,
        Mm(297),
        Mm(210),
    )
    section.left_margin = section.right_margin = Mm(20)
    for first in range(0, len(page["columns"]), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        _line(
            document,
            f"附表　各地主要指标（率为%，括号内为位次，下行为同比）{first // AT_ONCE + 1}",
            HEAD,
            12,
        )
        names = ("地区", *(f"{c['name']}（{c['unit']}）" for c in page["columns"][part]))
        rows = [
            (row["area_name"], *(_cell(cell) for cell in row["cells"][part]))
            for row in page["rows"]
        ]
        _table(document, names, rows)


def _cell(cell: dict | None) -> str:
    if cell is None:
        return "—"
    rank = f"（{cell['rank']}）" if cell["rank"] else ""
    change = f"\n{cell['change']['text']}" if cell["change"] else ""
    return f"{cell['number']}{cell['marks'] if cell['value'] is not None else ''}{rank}{change}"


def _line(
    document,
    text: str,
    font: str,
    size: float,
    *,
    center=False,
    right=False,
    indent=False,
    red=False,
) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(28.9) if size >= 16 else None
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    if center or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if center else WD_ALIGN_PARAGRAPH.RIGHT
    _run(paragraph, text, font, size, red)


def _run(paragraph, text: str, font: str, size: float, red: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font, Pt(size)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if red:
        run.font.color.rgb = RGBColor(0xB3, 0x1B, 0x1B)


def _table(document, names: tuple, rows: list[tuple]) -> None:
    if not rows:
        _line(document, "没有。", BODY, 16, indent=True)
        return
    table = document.add_table(rows=1, cols=len(names))
    table.style = "Table Grid"
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        _run(cell.paragraphs[0], name, HEAD, 10.5)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _run(cell.paragraphs[0], text or "", BODY, 10.5)


def _save(document, target: Path) -> None:
    """Write the document's parts in one order and with one date: the library puts the clock into every part."""
    made = io.BytesIO()
    document.save(made)
    with (
        zipfile.ZipFile(made) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in sorted(source.namelist()):
            copy.writestr(
                zipfile.ZipInfo(name, FIRST_INSTANT), source.read(name), zipfile.ZIP_DEFLATED
            )
