"""Ledgers with marked identities in every place that a file has, failing in every way that one can.

Each maker takes the folder and `people.at(place)`; the place is what a leak is reported by.
"""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import msoffcrypto.format.ooxml
import xlsxwriter

from ingestion.contract import Contract, Field, load_contracts
from ingestion.home import Home
from tests.door_files import HEADERS, OFFICE, row, text, xls, xlsx
from tests.identity_marks import KINDS, Identity, People

FILE_NAMES = (
    "文件名"  # places of this group may be shown on a terminal: the operator must find the file
)
GOOD = {
    "organisation": "甲一县信访局",
    "region": "甲一县",
    "category": "农村农业",
    "stand_in": "某名称",
}
FORMATS = ("csv", "xlsx", "xls", "gb18030", "utf-16")
PLAIN_FORMATS = FORMATS[:2]


def good_cell(field: Field, number: int) -> object:
    """Return a cell that the contract takes; different per row where it is part of the key."""
    if field.role:
        return GOOD.get(field.role, "甲")
    if field.enum:
        return next(iter(field.enum.values()))
    if field.type in ("date", "timestamp"):
        return "2025-04-08"
    if field.type in ("integer", "number"):
        return number % 90 + 1 if field.key_position else 1
    return "是" if field.type == "boolean" else f"K{number}"


def every_column(folder: Path, people: People, contract: Contract, kind: str) -> None:
    """A ledger with a row for each column and each kind of token, put into an otherwise good row."""
    fields = [f for f in contract.fields if f.headers and f.constant is None]
    table = [[f.headers[0] for f in fields]]
    for planted in fields:
        person = people.at(f"列 {contract.id}.{planted.name}（{kind}）")
        for token in person.tokens().values():
            number = len(table)
            table.append([token if f is planted else good_cell(f, number) for f in fields])
    path = folder / f"{contract.id}-{kind}.{kind if kind in ('xlsx', 'xls') else 'csv'}"
    if kind in ("xlsx", "xls"):
        {"xlsx": xlsx, "xls": xls}[kind](path, table)
    else:
        text(path, table, "utf-8" if kind == "csv" else kind)


def embedded_numbers(folder: Path, people: People) -> None:
    """Item numbers that hold a person's number among other characters."""
    for pattern in ("{}-1", "A{}", "{}/2025", "XF.{}", "1-{}", "{}信"):
        person = people.at(f"编号内嵌 {pattern.format('N')}")
        rows = [row(信访件编号=pattern.format(n)) for n in (person.id_number, person.phone)]
        text(folder / f"embedded-{len(people.known)}.csv", [HEADERS, *rows, row(len(people.known))])


def numbers_as_numbers(folder: Path, people: People) -> None:
    person = people.at("数字格中的手机号")
    rows = [
        row(信访件编号=int(person.phone)),
        row(9001, 信访人数=int(person.phone)),
        row(9002, int(person.phone)),
    ]
    xlsx(folder / "numbers.xlsx", [HEADERS, *rows])


def names_everywhere(home: Home, people: People) -> None:
    """Names of files and folders: taken, refused, misplaced, of an unknown office."""
    office = home.landing / OFFICE
    table = [HEADERS, row(1)]

    def person(place: str) -> Identity:
        return people.at(f"{FILE_NAMES} {place}")

    for kind in KINDS:
        found = person(f"收下的文件 {kind}")
        text(office / f"{found.tokens()[kind]}.csv", [HEADERS, row(f"F{found.number}")])
    (office / f"{person('拒收的文件').name}.xlsx").write_bytes(b"PK\x03\x04broken")
    text(home.landing / f"{person('放错的文件').name}.csv", table)
    for place, folder in (
        ("不知名的单位", home.landing / person("单位目录").name),
        ("不知名的台账", office / person("台账目录").name),
        ("过深的目录", office / "petition_register" / person("过深").name),
    ):
        folder.mkdir(parents=True)
        text(folder / f"{person(place).name}.csv", table)
    (office / f"{person('链接').name}.csv").symlink_to(person("链接指向").name)


def workbook_corners(folder: Path, people: People) -> None:
    """Everything of a workbook that is no cell of the ledger."""
    at = people.at
    book = xlsxwriter.Workbook(str(folder / "corners.xlsx"), {"strings_to_formulas": True})
    properties = (
        "title",
        "subject",
        "author",
        "manager",
        "company",
        "category",
        "keywords",
        "comments",
    )
    book.set_properties({name: at(f"文档属性 {name}").name for name in properties})
    book.set_custom_property(at("自定属性名").name, at("自定属性值").id_number)
    page = book.add_worksheet(at("工作表名").name)
    hidden = book.add_worksheet(at("隐藏工作表名").name)
    hidden.hide()
    hidden.write_row(0, 0, [at("隐藏工作表").name, at("隐藏工作表").phone])
    book.define_name(f"_{at('定义的名称').name}", "=Sheet1!$A$1")
    page.merge_range(0, 0, 0, 5, f"{at('合并标题').name} 的台账")
    for column, cell in enumerate(
        [*HEADERS, at("不认识的表头").name, at("盯人表头").name + "重点人员", "姓名"]
    ):
        page.write(1, column, cell)
    marked = book.add_format({"num_format": f'"{at("数字格式").name}"0'})
    page.write_row(2, 0, row("C1"))
    page.write_number(2, 5, 2, marked)
    page.write_row(
        2,
        6,
        [at("不认识的列").text, at("盯人列").name, at("姓名列").name, at("没有表头的列").address],
    )
    page.write_comment("A3", at("批注").text, {"author": at("批注作者").name})
    page.set_header(f"&C{at('页眉').name}")
    page.set_footer(f"&C{at('页脚').phone}")
    page.data_validation("B3", {"validate": "list", "source": [at("下拉").name, "b"]})
    page.data_validation(
        "C3", {"validate": "any", "input_title": "填", "input_message": at("输入提示").name}
    )
    page.insert_textbox("K3", at("文本框").text)
    page.write_url(
        "L3", f"https://example.invalid/{at('链接地址').phone}", string=at("链接文字").name
    )
    page.write_formula("M3", f'="{at("公式").name}"', None, at("公式缓存").name)
    page.write_row(3, 0, ["合计", at("合计行").name, "", "", "", 2])
    page.write_row(4, 0, [at("表尾说明").text])
    book.close()


def text_corners(folder: Path, people: People) -> None:
    """Lines of a text that are no rows of the ledger, and rows that are ragged."""
    at = people.at
    titles = [[f"填报人：{at('文本抬头').name}", *[""] * 5], [at("文本抬头二").phone, *[""] * 5]]
    ragged = [[*row(901), at("多出的格").name], row(902)[:3] + [at("缺格的行").name]]
    footer = [
        ["合计：2 件", at("文本合计行").name, "", "", "", ""],
        [at("文本表尾").text],
        [f"制表：{at('制表人').name}"],
    ]
    text(folder / "corners.csv", [*titles, HEADERS, row(900), *ragged, *footer])
    clash = [row(903), row(903, 责任单位=at("同号异文").name)]
    missing = [
        row("", 责任单位=at("缺必填").address),
        row(904, "2026-01-01", 责任单位=at("未来日期").name),
    ]
    text(folder / "rows.csv", [HEADERS, *clash, *missing])


def refused_files(folder: Path, people: People) -> None:
    """One file for each way of being refused, each full of tokens."""

    def table(place: str) -> list[list]:
        person = people.at(f"拒收 {place}")
        head = [*HEADERS, person.name]
        return [head, *([*row(i), token] for i, token in enumerate(person.tokens().values()))]

    def one(place: str) -> str:
        return "\n".join(",".join(map(str, line)) for line in table(place))

    whole = xlsx(folder / "whole.part", table("截断")).read_bytes()
    (folder / "truncated.xlsx").write_bytes(whole[: len(whole) * 2 // 3])
    (folder / "unreadable.xls").write_bytes(
        _damaged(xls(folder / "old.part", table("损坏的 xls")).read_bytes())
    )
    with (
        (folder / "encrypted.xlsx").open("wb") as target,
        (folder / "whole.part").open("rb") as source,
    ):
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("口令", target)
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.xml", "<workbook/>")
        target.writestr("xl/worksheets/sheet1.xml", one("炸弹") + " " * 100 * 2**20)
    with zipfile.ZipFile(folder / "word.xlsx", "w") as target:
        target.writestr("word/document.xml", one("另一种文档"))
    (folder / "page.xls").write_text("<html>" + one("网页") + " " * 600, "utf-8")
    (folder / "encoding.csv").write_bytes(one("错误编码").encode() + b"\xff\xff\x80\x00\xff\n")
    (folder / "empty.csv").write_bytes(b"")
    with (folder / "large.csv").open("wb") as handle:
        handle.write(one("过大").encode())
        handle.truncate(513 * 2**20)
    text(folder / "no_header.csv", [["表", "头"], *table("没有表头")[1:]])
    text(
        folder / "near.csv",
        [["信访件编号", people.at("缺列的表头").name], ["A1", people.at("缺列的行").name]],
    )
    xlsx(folder / "no_data.xlsx", [[people.at("没有数据").name]])
    double = table("重复表头")
    text(
        folder / "duplicate.csv",
        [[*double[0], "登记时间"], *([*line, "2025-04-08"] for line in double[1:])],
    )
    formula = people.at("没有值的公式").name
    xlsx(folder / "formula.xlsx", [HEADERS, *(row(i, f'="{formula}"') for i in range(3))])
    far = xlsxwriter.Workbook(str(folder / "far.xlsx"))
    page = far.add_worksheet()
    page.write_row(0, 0, HEADERS)
    page.write_string(1_000_000, 16_000, people.at("远处的格").name)
    far.close()
    text(
        folder / "two.csv",
        [
            ["编码", "时刻", people.at("两份契约").name],
            ["A1", "2025-04-08", people.at("两份契约的行").id_number],
        ],
    )
    unmapped = people.at("零报标题").name
    text(folder / "nil.csv", [[unmapped, *[""] * 5], HEADERS])
    mixed = [[people.at("另表的表头").name, "乙"], [people.at("另表的行").name, "丁"]]
    xlsx(folder / "sheets.xlsx", [HEADERS, row(950)], mixed)
    for half in folder.glob("*.part"):
        half.unlink()


def _damaged(raw: bytes) -> bytes:
    """Return an old workbook whose first sheet points nowhere; its texts stay readable."""
    return raw[:512] + b"\xff" * 64 + raw[576:]


OWN_LEDGER = """
apiVersion: v3.2.0
kind: DataContract
id: {name}
version: 1.0.0
status: active
schema:
  - name: {name}
    logicalType: object
    customProperties: [{{property: told, value: append}}]
    properties:
      - name: code
        businessName: 编码
        logicalType: string
        required: true
        logicalTypeOptions: {{pattern: "[A-Z0-9]{{1,9}}"}}
      - {{name: at, businessName: 时刻, logicalType: timestamp, required: true}}
"""


def plant(home: Home, people: People) -> None:
    """Fill the landing folder of a small home."""
    office = home.landing / OFFICE
    home.contracts.mkdir(exist_ok=True)
    for name in ("town_a", "town_b"):
        (home.contracts / f"{name}.odcs.yml").write_text(OWN_LEDGER.format(name=name), "utf-8")
    text(office / "good.csv", [HEADERS, *(row(f"G{i}") for i in range(30))])
    for contract in load_contracts():
        formats = FORMATS if contract.id == "petition_register" else PLAIN_FORMATS
        for kind in formats:
            every_column(office, people, contract, kind)
    makers: list[Callable[[Path, People], None]] = [
        embedded_numbers, numbers_as_numbers, workbook_corners, text_corners, refused_files,
    ]  # fmt: skip
    for maker in makers:
        maker(office, people)
    names_everywhere(home, people)
    again = people.at(f"{FILE_NAMES} 再报的文件").name
    (office / f"{again}.csv").write_bytes((office / "nil.csv").read_bytes())
    # the repeat must come after all others of its ledger to be one
    for age, path in enumerate(sorted(office.rglob("*.*"), key=lambda p: p.name)):
        if not path.is_symlink():
            os.utime(path, (age + 1, age + 1))
    os.utime(office / "nil.csv", (10_000, 10_000))
    os.utime(office / f"{again}.csv", (10_001, 10_001))
