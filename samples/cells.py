"""Turns a fact into the cell an office would write, and says what that cell tells.

The answers are computed from what the cells tell, so a ledger that writes only the day has told
midnight. Every choice here hangs on the row's own key, never on a dice throw: an event told twice
must be told in the same words.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zlib import crc32

from samples.rules import Home, county_alias
from samples.senders import Sender

UNMAPPED = "unmapped"
IDENTITY_MARK = "样例身份"
# A value that begins with this is a name no reference list knows.
UNKNOWN = "?"

DAY_STYLES = ("cn", "compact")
SERIAL_ZERO = datetime(1899, 12, 30)
WIDE = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}

LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "channel_code": {
        "letter": ("来信", "信件", "群众来信"), "visit": ("来访", "走访", "群众来访"),
        "web": ("网信", "网上信访", "领导信箱"), "call": ("来电", "电话信访"),
        "fax": ("传真",), "other": ("其他",),
    },
    "purpose_code": {
        "demand": ("申诉求决", "求决", "申诉"), "advice": ("意见建议", "建议"),
        "accusation": ("检举控告", "揭发控告"), "other": ("其他",),
    },
    "declared_timeliness_code": {
        "on_time": ("按期结办", "按期"), "overdue": ("超期结办", "超期"),
        "in_progress": ("处置中", "在办"),
    },
    "closure_kind_code": {
        "substantive": ("实体化解", "实体办结"), "mediated": ("调解结案", "调解"),
        "agreement": ("协议结案", "协议"), "withdrawn": ("信访人撤回", "撤回"),
        "procedural": ("程序办结", "程序性办结"), "finalised": ("复核终结",),
        "merged": ("并案",), "transferred_out": ("转出",), "stabilised": ("稳控", "已经稳控"),
    },
    "event_type_code": {
        "filed": ("存", "存查"), "direct_reply": ("直接回复",), "transferred": ("转送",),
        "assigned": ("交办",), "unit_received": ("责任单位收到", "签收"),
        "objected": ("提出异议", "异议"), "objection_consented": ("同意异议",),
        "notice_served": ("受理告知", "告知"), "accepted": ("受理",),
        "not_accepted": ("不予受理",), "no_longer_accepted": ("不再受理",),
        "extended": ("延期", "延长办理期限"), "opinion_issued": ("出具处理意见", "答复"),
        "opinion_served": ("送达处理意见", "送达"), "closed": ("办结",), "supervised": ("督办",),
        "short_procedure": ("简易办理", "适用简易办理"), "assisting": ("协办", "确定协办单位"),
    },
    "target_code": {"office": ("信访部门",), "unit": ("责任单位", "有权处理单位")},
    "rating_code": {
        "satisfied": ("满意",), "basically_satisfied": ("基本满意",), "dissatisfied": ("不满意",),
    },
    "evaluator_type_code": {"self": ("自评",), "proxy": ("代评",), "recorder": ("代录",)},
    "status_code": {
        "open": ("未办结",), "closed_unresolved": ("办结未化解", "程序办结"),
        "stabilised": ("稳控", "已稳控"), "resolved": ("化解", "已化解"), "moved_out": ("调出",),
    },
    "audited_result_code": {
        "pass": ("通过", "审核通过"), "fail": ("不通过", "退回"), "pending": ("待审核",),
    },
    "leader_level_code": {
        "province": ("省级",), "prefecture": ("市级", "市厅级"), "county": ("县级", "县处级"),
        "township": ("乡级", "乡镇级"),
    },
    "result_code": {
        "in_progress": ("推进化解",), "resolved": ("已化解",), "satisfied": ("信访人满意",),
    },
}  # fmt: skip

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Writer:
    """Writes the cells of one office's ledgers."""

    home: Home
    sender: Sender

    def write(self, field: str, header: str, value: object, key: str) -> tuple[Cell, object]:
        """The cell for one fact, and the fact as the cell tells it."""
        if value is None:
            return None, None
        dice = crc32(f"{key}/{field}".encode())
        if isinstance(value, str) and value.startswith(UNKNOWN):
            return value.removeprefix(UNKNOWN), UNMAPPED
        if field in LABELS:
            labels = LABELS[field][value]
            return labels[dice % len(labels) if self.sender.other_labels else 0], value
        if isinstance(value, bool):
            return _flag(header, value), value
        if isinstance(value, (datetime, date)):
            return self._instant(value, dice)
        if field.endswith("_org_code"):
            return self._organ(header, str(value), dice), value
        if field.endswith("_region_code"):
            return self._place(str(value)), value
        return self._tidy(value, dice), value

    def not_a_fact(self, field: str, key: str) -> Cell:
        """What stands in a column the door must drop."""
        dice = crc32(f"{key}/{field}".encode())
        made_up = {
            "!name": f"{IDENTITY_MARK}测试{'甲乙丙丁戊己庚辛'[dice % 8]}",
            "!phone": f"{IDENTITY_MARK}{dice % 100:011d}",
            "!place": f"{IDENTITY_MARK}测试路{dice % 90 + 1}号",
            "!text": f"{IDENTITY_MARK}测试内容{dice % 9000 + 1000}",
            "!watch": f"{IDENTITY_MARK}否",
            "!section": "综合科",
            "!spare": None,
        }
        return made_up[field]

    def _instant(self, value: date | datetime, dice: int) -> tuple[Cell, object]:
        style = self.sender.styles[dice % len(self.sender.styles)]
        timed = isinstance(value, datetime)
        if timed and style in DAY_STYLES:
            told: date | datetime = value.replace(hour=0, minute=0, second=0)
        else:
            told = value
        if style == "excel":
            return value, told
        if style == "serial":
            since = (value if timed else datetime.combine(value, datetime.min.time())) - SERIAL_ZERO
            days = since / timedelta(days=1)
            return (days if timed else int(days)), told
        day = {
            "iso": f"{value:%Y-%m-%d}",
            "slash": f"{value.year}/{value.month}/{value.day}",
            "cn": f"{value.year}年{value.month}月{value.day}日",
            "compact": f"{value:%Y%m%d}",
        }[style]
        if timed and style == "iso":
            day += f" {value:%H:%M:%S}"
        if timed and style == "slash":
            day += f" {value.hour}:{value:%M:%S}"
        if self.sender.untidy and style == "cn" and dice % 9 == 0:
            day = day.translate(WIDE)
        return day, told

    def _organ(self, header: str, code: str, dice: int) -> str:
        organ = self.home.organs[code]
        if header.endswith("代码"):
            return code
        near = self.home.organs[self.sender.org].region == organ.region
        if self.sender.names == "short" and near and organ.short:
            return organ.short
        long_variant = organ.level == "county" and not organ.is_petition_office
        if long_variant and dice % 5 == 0:
            return self.home.regions[organ.region].name + organ.short
        return organ.name

    def _place(self, code: str) -> str:
        region = self.home.regions[code]
        if self.sender.places == "code":
            return code
        if self.sender.places == "path" and region.level == "county":
            return county_alias(self.home, code)
        return region.name

    def _tidy(self, value: object, dice: int) -> Cell:
        if not self.sender.untidy:
            return value  # type: ignore[return-value]
        if dice % 11 == 0:
            return f"\u3000{value} "
        if dice % 13 == 0:
            return str(value).translate(WIDE)
        return value  # type: ignore[return-value]


def _flag(header: str, value: bool) -> str:
    if header in ("初重件", "初重标志"):
        return "初件" if value else "重件"
    return "是" if value else "否"
