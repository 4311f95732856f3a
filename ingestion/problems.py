"""What can be wrong with a file, in words: one catalogue of codes, messages and remedies.

A `Problem` carries places and kinds of value, never a value: it may be stored and logged. `shown`
(a header as typed) is for the terminal of whoever holds the file, and is never stored.
"""

import dataclasses
from dataclasses import asdict, dataclass

REFUSE, QUARANTINE, NOTICE = "refuse", "quarantine", "notice"
SEVERITIES = {REFUSE: "拒收", QUARANTINE: "隔离", NOTICE: "提示"}

# code: (severity, message, remedy)
CATALOGUE = {
    "not_a_file": (REFUSE, "不是可读的普通文件", "请放入 xlsx、xls、csv 或 tsv 文件"),
    "unknown_format": (REFUSE, "不是工作簿也不是表格文本", "请另存为 xlsx 或 csv 后重报"),
    "empty_file": (REFUSE, "文件是空的（0 字节或没有任何内容）", "请核对导出是否完成后重报"),
    "too_large": (REFUSE, "文件超过入口上限", "请按月份拆分后重报"),
    "encrypted": (REFUSE, "工作簿有打开密码", "请取消密码保护，另存后重报"),
    "truncated": (REFUSE, "工作簿不完整或已损坏", "请重新导出或重新传送后重报"),
    "zip_bomb": (
        REFUSE,
        "压缩内容展开后大得不正常，已拒绝展开",
        "请用 Excel 新建工作簿，粘贴数据后重报",
    ),
    "wrong_encoding": (
        REFUSE,
        "文字编码不是 UTF-8、UTF-16 或 GB18030",
        "请另存为 UTF-8 编码的 csv 后重报",
    ),
    "unreadable": (REFUSE, "读取工作簿时失败", "请用 Excel 打开并另存为 xlsx 后重报"),
    "no_header": (
        REFUSE,
        "没有找到表头，最接近的台账是",
        "请按该台账的模板（petition template）补上所缺的列",
    ),
    "no_data": (REFUSE, "没有任何数据行，也没有表头", "请核对工作表；确无数据请保留表头报零报"),
    "two_contracts": (
        REFUSE,
        "同时符合多份契约",
        "请放到 landing/<单位>/<台账>/ 目录下指明是哪种台账",
    ),
    "duplicate_header": (REFUSE, "表头重复，不能确定以哪一列为准", "请删去或改名多余的一列"),
    "formula_without_value": (
        REFUSE,
        "整列是没有缓存结果的公式",
        "请用 Excel 打开并保存一次，或粘贴为数值",
    ),
    "unknown_ledger": (
        REFUSE,
        "目录名不是任何台账",
        "请把文件放到 landing/<单位>/ 下，或放到以台账命名的目录下",
    ),
    "misplaced": (
        REFUSE,
        "文件不在 landing/<单位>/ 或 landing/<单位>/<台账>/ 下，没有收",
        "请移到报送单位的目录下",
    ),
    "too_wide": (
        REFUSE,
        "工作表的使用范围大得不正常，远处有零星的单元格",
        "请删去数据区以外的行和列，另存后重报",
    ),
    "door_failed": (
        REFUSE,
        "入口程序处理此文件时出错，文件未收",
        "请把错误种类报给系统维护人员；其他文件不受影响",
    ),
    "unknown_office": (
        REFUSE,
        "报送单位目录不在机构名录中",
        "请把目录名改为机构代码，或在 rules/organisations.csv 增列",
    ),
    "still_writing": (NOTICE, "文件仍在写入，本次未收", "写完后会在下一次自动收取"),
    "missing_column": (NOTICE, "没有选填列", "如有该项数据，请下次补报"),
    "unknown_header": (NOTICE, "表头不认识，该列未收", "如需收取，请在契约中登记该表头"),
    "sheet_not_taken": (
        NOTICE,
        "此工作表不是台账，未收，最接近的台账是",
        "如是台账，请按模板补上所缺的列后重报",
    ),
    "unnamed_column": (NOTICE, "该列有数据而没有表头，未收", "如需收取，请补上表头后重报"),
    "identity_dropped": (NOTICE, "身份或文字列，已在入口丢弃", "今后可不报此列"),
    "linkage_only": (
        NOTICE,
        "身份或文字列，只留下可比相同与否的关联钥匙，值已在入口丢弃",
        "无需处理",
    ),
    "linkage_off": (
        NOTICE,
        "关联钥匙未配置，T2 关联关闭，身份和文字列一概丢弃",
        "请系统管理员以 PETITION_KEY_FILE 指明钥匙文件；此前的报送要关联，须撤回后重报",
    ),
    "mapping_needs_key": (
        REFUSE,
        "没有配置关联钥匙，名称不能化为代称，名称对照台账不能收",
        "请系统管理员以 PETITION_KEY_FILE 指明钥匙文件后重报",
    ),
    "person_watching": (NOTICE, "盯人类列，本库不收，已丢弃", "请勿再报此列；本库只衡量机关工作"),
    "repeated_delivery": (NOTICE, "与该单位同一期现行的报送完全相同，未重复计入", "无需处理"),
    "nil_return": (NOTICE, "零报：有表头，没有数据行", "无需处理"),
    "unmapped": (
        NOTICE,
        "名称或代码不在对照表中，按未对照收入，不丢失",
        "请报名称对照台账（petition worklist 列出候选），或在 rules 中补充该名称",
    ),
    "required_missing": (QUARANTINE, "必填项为空", "请补填后重报该行"),
    "wrong_type": (QUARANTINE, "不是所要求的类型", "请按契约的类型改正后重报该行"),
    "bad_date": (
        QUARANTINE,
        "不是真实存在的日期或格式不识别",
        "请写成 2025-04-08 或 2025/4/8 9:30 后重报该行",
    ),
    "future_date": (QUARANTINE, "晚于收到台账的时间", "请核对日期后重报该行"),
    "bad_code": (QUARANTINE, "编号格式不对", "编号只能由字母、数字和 - _ / . 组成，最长 38 位"),
    "unknown_code": (QUARANTINE, "代码不在取值范围内", "请按契约列出的取值改正后重报该行"),
    "identity_suspected": (
        QUARANTINE,
        "编号像手机号或身份证号，已拦下",
        "请改用信访件编号后重报该行",
    ),
    "conflicting_key": (QUARANTINE, "同一编号出现多行且内容不同", "请只保留正确的一行后重报"),
    "out_of_remit": (
        QUARANTINE,
        "越权：该行既不是本单位辖区登记，也与本单位无契约所列的关系",
        "请由登记机构或有关单位报送；机构或地区写错的，改正后重报该行",
    ),
    "not_own_delivery": (
        QUARANTINE,
        "不是本单位已收下的报送号，或该号本身是撤回",
        "请核对报送号（petition status 与回执上有），只能撤回本单位自己的报送",
    ),
    "ragged": (QUARANTINE, "该行的列数与表头不同", "请检查引号和分隔符后重报该行"),
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong at one place. `row_no`, `sheet_no`, `column_no` count from 1."""

    code: str
    sheet_no: int | None = None
    row_no: int | None = None
    column_no: int | None = None
    field: str | None = None
    value_class: str | None = None
    detail: str | None = None
    count: int = 1
    shown: str | None = dataclasses.field(default=None, compare=False)

    @property
    def severity(self) -> str:
        return CATALOGUE[self.code][0]

    def stored(self) -> dict:
        """Return what may be written to the register: places and kinds, no names."""
        record = {k: v for k, v in asdict(self).items() if v is not None and k != "shown"}
        return record | {"severity": self.severity}

    def text(self) -> str:
        """Return the message in Chinese: place, what is wrong, what to do."""
        _, message, remedy = CATALOGUE[self.code]
        place = "".join(
            part
            for part in (
                f"第{self.sheet_no}个工作表 " if self.sheet_no else "",
                f"第{self.row_no}行 " if self.row_no else "",
                f"第{self.column_no}列 " if self.column_no else "",
                f"「{self.shown or self.field}」" if self.shown or self.field else "",
            )
        )
        many = f"（共{self.count}处）" if self.count > 1 else ""
        kind = f"值类：{self.value_class}，" if self.value_class else ""
        detail = f"{self.detail}" if self.detail else ""
        head = f"{place}：" if place else ""
        return f"{head}{kind}{message}{detail}{many}。→ {remedy}。"


class Refused(Exception):
    """A file or a sheet cannot be taken in; carries the problem that says why."""

    def __init__(self, problem: Problem):
        super().__init__(problem.code)
        self.problem = problem
