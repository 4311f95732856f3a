"""An issue as a workbook: the great table, a long table of every figure, the months, what is kept back, notes.

Belongs here: laying out cells. Numbers stay numbers, words stay text, and no cell can become a formula; what is held or
suppressed is a word. Rewritten, it is the same bytes: its date is the issue's.
"""

from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_range

LONG = (
    ("地区", 10), ("指标", 30), ("口径", 12), ("期间", 10), ("数值", 10), ("单位", 8), ("标记", 6), ("分子/分母", 14),
    ("95% 区间", 13), ("同比", 16), ("位次", 6), ("位次范围", 9), ("缺单位", 7), ("状态", 12), ("说明", 50),
)  # fmt: skip
NOTES = (
    "率为%，同比的率为百分点、总量为%。标记：p 未全核对，r 已更正，b 口径或范围在一年内有变，e 估算，u 基数小（不足 30）。",
    "暂缓：未通过核验，数值不发布、不参加排名。※：基数过小或可以推出，为保护个人隐去。",
    "位次并列时取相同名次；位次范围是只凭偶然也可能落到的名次。",
    "本刊衡量单位的工作，不列出、不评价信访人。",
)
# a text that begins like a formula, or an address, stays a text
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write(page: dict, target: Path, made_at: datetime) -> None:
    """Write the workbook of an issue; `made_at` is the date that it carries."""
    book = xlsxwriter.Workbook(str(target), PLAIN)
    book.set_properties({"title": page["head"]["title"], "created": made_at})
    style = {
        "head": book.add_format(
            {
                "bold": True,
                "bg_color": "#EDF2F7",
                "bottom": 1,
                "text_wrap": True,
                "valign": "bottom",
            }
        ),
        "title": book.add_format({"bold": True, "font_size": 16, "font_color": "#A3231A"}),
        "held": book.add_format({"font_color": "#7A4A00", "bg_color": "#FFF3DC", "align": "right"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "right": book.add_format({"align": "right"}),
        "one": book.add_format({"num_format": "#,##0.0"}),
        "whole": book.add_format({"num_format": "#,##0.##"}),
    }
    _great(book.add_worksheet("总表"), page, style)
    _long(book.add_worksheet("全部数字"), page, style)
    _months(book.add_worksheet("走势"), page, style)
    _kept(book.add_worksheet("暂缓与更正"), page, style)
    _notes(book.add_worksheet("说明"), page, style)
    book.close()


def _great(sheet, page: dict, style: dict) -> None:
    head = page["head"]
    sheet.write_string(
        0, 0, head["title"] + ("（送审稿，未经签发）" if head["draft"] else ""), style["title"]
    )
    sheet.write_string(
        1,
        0,
        f"{head['number']}（{head['series']}，{head['span']}）　{head['publisher']}　{head['release_id']}",
    )
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 3 * len(page["columns"]), 10)
    sheet.write_string(3, 0, "地区", style["head"])
    for number, column in enumerate(page["columns"]):
        at = 1 + 3 * number
        sheet.write_string(3, at, f"{column['name']}（{column['unit']}）", style["head"])
        sheet.write_string(3, at + 1, "位次", style["head"])
        sheet.write_string(3, at + 2, "同比", style["head"])
    for line, row in enumerate(page["rows"], start=4):
        sheet.write_string(line, 0, row["area_name"])
        for number, cell in enumerate(row["cells"]):
            if cell:
                at = 1 + 3 * number
                _number(sheet, line, at, cell, style)
                _rank(sheet, line, at + 1, cell)
                sheet.write_string(
                    line, at + 2, cell["change"]["text"] if cell["change"] else "—", style["right"]
                )
    sheet.freeze_panes(4, 1)


def _long(sheet, page: dict, style: dict) -> None:
    for at, (name, width) in enumerate(LONG):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, name, style["head"])
    line = 0
    for indicator in page["indicators"]:
        for row in indicator["rows"]:
            for cell in filter(None, (row["cell"], row["year"])):
                line += 1
                _long_line(sheet, line, cell, page["badges"], style)
    sheet.autofilter(0, 0, line, len(LONG) - 1)
    sheet.freeze_panes(1, 2)


def _long_line(sheet, line: int, cell: dict, badges: dict, style: dict) -> None:
    for at, text in enumerate((cell["area_name"], cell["name"], cell["variant"], cell["period"])):
        sheet.write_string(line, at, text)
    _number(sheet, line, 4, cell, style)
    change = cell["change"]["text"] if cell["change"] else ""
    for at, text in enumerate(
        (cell["unit"], cell["marks"], cell["fraction"], cell["interval"], change), start=5
    ):
        sheet.write_string(line, at, text)
    _rank(sheet, line, 10, cell)
    sheet.write_string(line, 11, cell["rank_span"])
    sheet.write_number(line, 12, cell["missing_count"])
    sheet.write_string(line, 13, badges[cell["badge"]][1])
    sheet.write_string(line, 14, cell["reason"] or "", style["text"])


def _number(sheet, line: int, at: int, cell: dict, style: dict) -> None:
    """Write a figure as a number where it is printed, and as a word where it is kept back."""
    if cell["status"] != "published":
        sheet.write_string(line, at, cell["number"], style["held"])
    elif cell["value"] is None:
        sheet.write_string(line, at, "—", style["right"])
    else:
        printed = float(cell["number"].replace(",", ""))
        sheet.write_number(line, at, printed, style["one" if "." in cell["number"] else "whole"])


def _rank(sheet, line: int, at: int, cell: dict) -> None:
    if cell["rank"].isdigit():
        sheet.write_number(line, at, int(cell["rank"]))
    else:
        sheet.write_string(line, at, cell["rank"])


def _months(sheet, page: dict, style: dict) -> None:
    """Write the months of each figure, percent for shares; of what stands in front, with a line beside them."""
    drawn = {column["slug"] for column in page["columns"]}
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 30)
    for at, name in enumerate(("地区", "指标", "走势")):
        sheet.write_string(0, at, name, style["head"])
    line = 0
    for indicator in page["indicators"]:
        times = 100 if indicator["unit"] == "%" else 1
        for row in indicator["rows"]:
            months = row["cell"]["months"] if row["cell"] else []
            if not any(month is not None for month in months):
                continue
            line += 1
            sheet.write_string(line, 0, row["area_name"])
            sheet.write_string(line, 1, indicator["indicator_name"])
            for at, month in enumerate(months, start=3):
                if month is not None:
                    sheet.write_number(line, at, round(month * times, 4), style["one"])
            if indicator["slug"] in drawn:
                sheet.add_sparkline(
                    line, 2, {"range": f"{sheet.name}!{xl_range(line, 3, line, 2 + len(months))}"}
                )
    for at, month in enumerate(page["months"], start=3):
        sheet.write_string(0, at, month, style["head"])
    sheet.freeze_panes(1, 3)


def _kept(sheet, page: dict, style: dict) -> None:
    sheet.set_column(0, 3, 16)
    sheet.set_column(4, 5, 40)
    for at, name in enumerate(("地区", "指标", "期间", "状态", "原因")):
        sheet.write_string(0, at, name, style["head"])
    line = 0
    for line, cell in enumerate(page["kept_back"], start=1):
        told = (
            cell["area_name"],
            cell["name"],
            cell["period"],
            page["badges"][cell["badge"]][1],
            cell["why"],
        )
        for at, text in enumerate(told):
            sheet.write_string(line, at, text, style["text"])
    line += 3
    for at, name in enumerate(("地区", "指标", "期间", "原为", "现为", "是否实质性")):
        sheet.write_string(line - 1, at, name, style["head"])
    for row in page["revisions"]:
        told = (
            row["area_name"],
            row["name"],
            row["period"],
            row["before"],
            f"{row['now']} {row['unit']}",
            row["substantial"] or "否",
        )
        for at, text in enumerate(told):
            sheet.write_string(line, at, text, style["text"])
        line += 1


def _notes(sheet, page: dict, style: dict) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    for line, text in enumerate((*page["points"], *NOTES)):
        sheet.write_string(line, 1, text, style["text"])
    line = len(page["points"]) + len(NOTES) + 1
    for indicator in page["indicators"]:
        sheet.write_string(line, 0, indicator["indicator_name"])
        sheet.write_string(
            line,
            1,
            f"{indicator['definition_text']}（{indicator['definition_version']} 版，{indicator['legal_basis']}）",
            style["text"],
        )
        line += 1
