"""What a ledger's template says: its columns, how each is filled in, and how the ledger is told.

Belongs here: words and forms, all from the contract; every example is one that the door takes. How
they stand in a workbook is `template_book`'s.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.contract import Contract, Remit
from ingestion.fields import Field, refused_words
from ingestion.header import GUIDE
from ingestion.mapping import References
from ingestion.text import plain

TICK = "√"
YES_NO = ("是", "否")
DAY, INSTANT = "2025-04-08", "2025-04-08 09:30"
CODES = (
    "XF-2025-0001",
    "2025",
    "1",
    "A",
    "XF20250001",
    "信〔2025〕1号",
    "C09",
    "on_time_reply",
    "s3f0a91c2d47e5b6",
)  # one of them, as a rule
RELATIONS = {
    "own": "本单位的",
    "received": "本单位收到的",
    "issued_to": "交办给本单位的",
    "acted": "本单位经手的",
    "came_down": "上级转下来的",
}
HEADINGS = ("列名", "是否必填", "类型和写法", "可填的值", "说明")


@dataclass(frozen=True)
class Column:
    """One column of a template: its header and the field that is read from it.

    `tick` is the code that a tick in it stands for; `beside` are the headers of the columns that
    tell the same field together with it.
    """

    header: str
    field: Field
    tick: str | None = None
    beside: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        return self.field.needs_header

    @property
    def kind(self) -> str:
        """The type of its cells: the field's, or text where cells are words or parts of it."""
        worded = self.tick or self.beside or self.field.enum or self.field.type == "boolean"
        return "string" if worded else self.field.type


def columns(contract: Contract) -> tuple[Column, ...]:
    """Return the columns that an office fills in: what is stored, and no more of persons than the
    contract cannot do without.
    """
    found: dict[str, Column] = {}
    for field in contract.fields:
        if field.constant is None and (not field.dropped or field.needs_header):
            for column in _of_field(field):
                found.setdefault(plain(column.header), column)
    return tuple(found.values())


def _of_field(field: Field) -> list[Column]:
    if field.parts:
        headers = {part[0]: None for part in field.parts if part}
    elif field.one_hot:
        codes = {code: header for header, code in reversed(field.one_hot.items())}
        headers = {codes[code]: code for code in dict.fromkeys(field.one_hot.values())}
    else:
        return [Column(field.label, field)] if field.headers else []
    return [
        Column(header, field, tick, tuple(h for h in headers if h != header))
        for header, tick in headers.items()
    ]


def choices(column: Column, references: References) -> tuple[str, ...]:
    """Return the words that a column may hold, as the door takes them; none: it holds no words."""
    field = column.field
    if column.tick:
        return (TICK,)
    if field.enum:
        return tuple(w for code, w in field.enum.items() if field.words.get(plain(w)) == code)
    if field.type == "boolean":
        return YES_NO
    if field.role == "category":
        return tuple(references.category_labels.values())
    return ()


def example(column: Column, references: References) -> str | None:
    """Return a cell that the door takes; None where a pattern fits none that is known here."""
    field, words = column.field, choices(column, references)
    if words:
        return words[0]
    if field.role == "organisation":
        return next(iter(references.org_labels.values()))
    if field.role == "region":
        return _a_region(references)[0]
    if field.code_of:
        return next(iter(references.org_labels))
    if field.role == "stand_in":
        return "某某办"
    if field.type in ("date", "timestamp"):
        return DAY if field.type == "date" else INSTANT
    if field.type in ("integer", "number"):
        return f"{_a_number(field):.15g}"
    codes = (c for c in CODES if not field.pattern or re.fullmatch(field.pattern, c))
    return next(codes, None)


def _a_number(field: Field) -> float:
    least = -math.inf if field.minimum is None else field.minimum
    most = math.inf if field.maximum is None else field.maximum
    return next(n for n in (1, 2025, least, most) if least <= n <= most and math.isfinite(n))


def _a_region(references: References) -> tuple[str, str]:
    """Return name and code of a region below the country that its name alone tells."""
    return next(
        (name, code)
        for name, code in references.region_labels
        if references.region_parents[code] and references.region((name,), "") == code
    )


def form(column: Column, references: References) -> str:
    """Say how a cell is written, with an example."""
    field, shown = column.field, example(column, references)
    if column.tick:
        said = f"是这一种的打 {TICK}，其余空着；与「{'」「'.join(column.beside)}」只打一个"
    elif field.role in ("organisation", "region"):
        said = _name_form(field.role, shown, references)
    elif field.role == "category":
        said = f"一级分类，从所列的名称中选一个，如 {shown}"
    elif field.role == "stand_in":
        said = f"台账里写的名称（如 {shown}），或 petition worklist 列出的代称"
    elif field.role == "own_delivery":
        said = f"本单位已收下的报送号，见回执或 petition status，如 {shown}"
    elif field.code_of:
        said = f"代码，须在名录中，如 {shown}"
    elif field.enum or field.type == "boolean":
        said = f"从所列的值中选一个，如 {shown}"
    else:
        said = _plain_form(field, shown)
    if field.parts and column.beside:
        least = "，至少填一列" if column.required else ""
        said += f"；与「{'」「'.join(column.beside)}」合起来看{least}"
    return said


def _name_form(role: str, shown: str, references: References) -> str:
    if role == "organisation":
        return f"机构全称或机构代码，如 {shown} 或 {next(iter(references.org_labels))}"
    return f"地区名称或 12 位区划代码，如 {shown} 或 {_a_region(references)[1]}；重名的写代码"


def _plain_form(field: Field, shown: str | None) -> str:
    late = "，不得晚于报送之日" if field.past else ""
    if field.type == "date":
        return f"日期，如 {shown} 或 2025/4/8{late}"
    if field.type == "timestamp":
        return f"日期和时间，如 {shown}；只有日期的按当日零时{late}"
    if field.type in ("integer", "number"):
        name = "整数" if field.type == "integer" else "数，可以有小数"
        least = "" if field.minimum is None else f"，最小 {field.minimum:.15g}"
        most = "" if field.maximum is None else f"，最大 {field.maximum:.15g}"
        return f"{name}，如 {shown}{least}{most}；不写单位"
    if shown is None:
        return f"编号，须合于 {field.pattern}"
    return f"{'编号' if field.pattern else '文字'}，如 {shown}；不要写姓名、证件号、手机号"


def need(column: Column, contract: Contract) -> str:
    """Say whether a column must be filled in, and what an empty cell means."""
    field = column.field
    key = "（主键）" if field.name in contract.key else ""
    if column.required:
        return f"必填{key}"
    if field.default is None:
        return f"选填{key}"
    return f"选填{key}，空着即为{_default(field)}"


def _default(field: Field) -> str:
    if field.default == "sending_office":
        return "报送单位"
    return f" {field.enum.get(field.default, field.default)}"


def table(contract: Contract, references: References) -> list[tuple[str, ...]]:
    """Return what is said of each column, under HEADINGS. A name stands in brackets: no row of it
    may look like a header of a ledger.
    """
    return [
        (
            f"「{column.header}」",
            need(column, contract),
            form(column, references),
            "、".join(choices(column, references)),
            column.field.description,
        )
        for column in columns(contract)
    ]


def facts(contract: Contract) -> list[tuple[str, str]]:
    """Return what is said of the ledger as a whole: heading and text."""
    names = labels(contract)
    fixed = [f for f in contract.fields if f.constant is not None]
    said = [
        ("台账", f"《{contract.label}》（{contract.id}）"),
        ("怎样报", _told(contract, names)),
        ("主键", _key(contract, names)),
        ("谁可以报", _tellers(contract, names)),
        ("只适用于", "、".join(contract.offices)),
        ("固定的值", "；".join(f"{f.label}：{_fixed(f)}" for f in fixed)),
        ("另请注意", _conditions(contract)),
        ("不收的列", _refused(contract)),
        ("只比相同的列", _linked(contract)),
        (
            "零报",
            "没有要报的，只留表头，或在表头下第一格写「零报 2025年4月」。零报不替代已报的行。",
        ),
        ("所属月份", "写在工作表名里，如 2025年4月；或在表头之上加一行标题写明。"),
        (
            "文件放哪里",
            "landing/机构代码/ 下，文件名不限；历年旧账放 landing/机构代码/历史/。"
            "放之前可用 petition check 看一遍。改错：改好再报；整次撤回：报《撤回台账》。",
        ),
        (
            "填表时",
            f"深色表头必填，浅色选填。表头不要改名，次序可以变，用不着的选填列可以删。"
            f"本表「{GUIDE}」可以留在文件里，不作台账读。",
        ),
    ]
    return [(heading, text) for heading, text in said if text]


def labels(contract: Contract) -> dict[str, str]:
    """Return the Chinese names of a ledger's columns, as this contract calls them."""
    return {f.name: f.label for f in (*contract.ledger_fields, *contract.fields)}


def _quoted(names: Iterable[str]) -> str:
    return "、".join(f"「{name}」" for name in names)


def _key(contract: Contract, names: dict[str, str]) -> str:
    there = {column.field.name for column in columns(contract)}
    empty = {f.name: f"（即{_default(f)}）" for f in contract.fields if f.default is not None}
    told = "、".join(
        f"「{names[n]}」{'' if n in there else empty.get(n, '')}" for n in contract.key
    )
    return told or "没有主键：完全相同的行只算一行。"


def _conditions(contract: Contract) -> str:
    roles = {field.role for field in contract.fields}
    if "stand_in" in roles:
        return "没有配置关联钥匙时，本台账收不了。"
    if "own_delivery" in roles:
        return "请单独成文件，不与别的台账同在一个工作簿。"
    return ""


def _told(contract: Contract, names: dict[str, str]) -> str:
    if contract.told == "upsert":
        return "按主键更新：主键相同的行再报一次就是改正；没有再报的行照旧有效。"
    if contract.told == "append":
        return "只增：每次只报新发生的；报过的照旧有效，不必再报。"
    scope = f"「{names[contract.scope]}」相同的全部行" if contract.scope else "本单位的全部行"
    return f"全量：每次报{scope}；上次有、这次没有的行视为撤回。"


def _tellers(contract: Contract, names: dict[str, str]) -> str:
    if not contract.may_tell:
        return "不判断。"

    def shown(remit: Remit) -> str:
        within = "是本地区或上级的信访部门" if remit.above else "在本单位辖区内"
        return f"「{names[remit.column]}」{within}"

    told = [
        f"{RELATIONS.get(relation, relation)}（{relation}）：{'，或'.join(map(shown, remits))}"
        for relation, remits in contract.may_tell.items()
    ]
    return (
        f"{'；'.join(told)}。判断得了而都不成立的行算越权，隔离。"
        "信访部门的辖区是所在地区和以下各级，其他机关、单位只有自己。"
    )


def _fixed(field: Field) -> str:
    if field.constant == "office_region":
        return "报送单位所在地区"
    return str(field.enum.get(field.constant, field.constant))


def _refused(contract: Contract) -> str:
    own = _quoted(f.label for f in contract.fields if f.dropped and not f.linkage)
    words = "、".join(refused_words())
    named = f"{own}不用报，报了也在入口丢弃。" if own else ""
    return f"{named}表头里有这些字样的列一概丢弃，不入库：{words}。"


def _linked(contract: Contract) -> str:
    linked = _quoted(f.label for f in contract.fields if f.linkage)
    if not linked:
        return ""
    return (
        f"{linked}：模板里没有；全网配置了关联钥匙的可以加上，值在入口丢弃，"
        "只留下可比相同与否的钥匙；没有配置的整列丢弃。"
    )
