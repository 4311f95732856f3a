"""Random things that offices do, for property tests: each step delivers something, or lets time pass.

Everything is drawn from one seeded source, so a failing sequence can be told again.
"""

import random
from datetime import datetime, timedelta

from tests.random_matters import COUNTIES, DUTIES, EXPECTED, MATTERS, OFFICES, RandomMatters
from tests.spine import CITY, PROVINCE, Spine

REGIONS = ("甲一县", "甲二区", "甲市", "某不认识的地方")
UNITS = (
    "甲一县住房和城乡建设局",
    "甲二区住房和城乡建设局",
    "某不认识的单位",
    "另一不认识的单位",
    None,
)
CATEGORIES = ("城乡建设", "农村农业", "某不认识的类别", None)
CHANNELS = ("来信", "来访", "网信", None)
EVENTS = (
    "转送", "责任单位收到", "受理告知", "受理", "延期", "出具处理意见", "送达处理意见", "办结", "存", "提出异议",
    "同意异议",
)  # fmt: skip
ORG_NAMES = ("980101-zj", "980102-zj", "某不认识的单位")
# what may be answered: kind, unknown name, codes that it may mean
UNKNOWN = (
    ("机构", "某不认识的单位", ("980101-zj", "980102-zj")),
    ("机构", "另一不认识的单位", ("980101-zj", "980102-zj")),
    ("地区", "某不认识的地方", ("980101000000", "980102000000")),
    ("内容分类", "某不认识的类别", ("urban_rural_construction", "rural_agriculture")),
)
WAIVER_HEAD = "check_code,org_code,month_start_date,subject_id,waived_by,reason,valid_to\n"


class RandomOffices(RandomMatters):
    """The offices of a Spine, acting at random."""

    def __init__(self, spine: Spine, seed: int):
        self.spine, self.random = spine, random.Random(seed)
        self.items: list[tuple[str, str]] = []
        self.sequences: dict[str, list[int]] = {}
        self.sent: list[tuple[str, bytes]] = []
        self.event_seq = 0
        (spine.home.rules / "duties.csv").write_text(DUTIES, "utf-8")
        (spine.home.rules / "expected_returns.csv").write_text(EXPECTED, "utf-8")

    def act(self, step: str) -> None:
        """Carry out one step by name."""
        getattr(self, f"_{step}")()

    def _day(self, back: int = 75) -> datetime:
        days = self.random.randint(0, back)
        return (self.spine.now - timedelta(days=days, hours=self.random.randint(0, 8))).replace(
            minute=0, second=0
        )

    def _tell(self, office: str, rows: list[dict], folder: str = "") -> None:
        self._keep(office, self.spine.tell(office, rows, folder))

    def _keep(self, office: str, taken) -> None:
        """Remember a delivery: it may be taken back or sent again."""
        assert not taken.result.refused, [p.text() for p in taken.result.problems]
        assert not taken.result.receipt.quarantined, [p.text() for p in taken.result.problems]
        if taken.sequence:
            self.sequences.setdefault(office, []).append(taken.sequence)
            self.sent.append((office, taken.arrival.path.read_bytes()))

    def _register_row(self, item: tuple[str, str]) -> dict:
        pick = self.random.choice
        due = self.spine.now + timedelta(days=self.random.randint(-40, 40))
        return {
            "信访件编号": item[1],
            "登记机构": item[0],
            "登记时间": self._day().isoformat(" "),
            "信访形式": pick(CHANNELS),
            "问题属地": pick(REGIONS),
            "责任单位": pick(UNITS),
            "内容分类": pick(CATEGORIES),
            "法定途径": pick((None, 3, 6, 6)),
            "诉求项数": pick((None, None, None, 1, 2, 3)),
            "限办截止时间": pick((None, due.isoformat(" ", "seconds"))),
            "办结时间": pick((None, None, self._day(self.random.choice((20, 200))).isoformat(" "))),
        } | self._marks(item)

    def _register(self) -> None:
        """A county registers some items; half the time its city or province tells a copy."""
        office = self.random.choice(COUNTIES)
        start = len(self.items)
        new = [(office, f"N{start + n:04d}") for n in range(self.random.randint(2, 6))]
        self.items += new
        self._tell(office, [self._register_row(item) for item in new])
        if self.random.random() < 0.5:
            upper = self.random.choice((CITY, PROVINCE))
            self._tell(upper, [self._register_row(item) for item in new[:2]])

    def _correct(self) -> None:
        """An office tells some of its items otherwise: another month, region, category, unit."""
        office = self.random.choice(COUNTIES)
        own = [i for i in self.items if i[0] == office]
        if own:
            chosen = self.random.sample(own, min(3, len(own)))
            self._tell(office, [self._register_row(item) for item in chosen])

    def _handle(self) -> None:
        """Handling events of some items, by their register."""
        office = self.random.choice(COUNTIES)
        own = [i for i in self.items if i[0] == office]
        rows = []
        for item in self.random.sample(own, min(4, len(own))):
            for kind in self.random.sample(EVENTS, 4):
                self.event_seq += 1
                extended = (self.spine.now + timedelta(days=20)).isoformat(" ", "seconds")
                rows.append(
                    {
                        "信访件编号": item[1],
                        "流转序号": self.event_seq,
                        "办理方式": kind,
                        "办理时间": self._day(60).isoformat(" "),
                        "办理机构": self.random.choice(ORG_NAMES),
                        "延长后期限": extended if kind == "延期" else None,
                        "诉求序号": self.random.choice((None, None, None, 1, 2)),
                    }
                )
        if rows:
            self._tell(office, rows)

    def _evaluate(self) -> None:
        """Chances to evaluate, whose windows close in the days around now."""
        office = self.random.choice(COUNTIES)
        own = [i for i in self.items if i[0] == office]
        rows = []
        for item in self.random.sample(own, min(4, len(own))):
            closes = self.spine.now + timedelta(days=self.random.randint(-20, 20))
            rated = self.random.random() < 0.6
            rows.append(
                {
                    "信访件编号": item[1],
                    "评价对象": self.random.choice(("信访部门", "责任单位")),
                    "是否可以评价": self.random.choice(("是", "是", "否")),
                    "评价截止时间": closes.isoformat(" ", "seconds"),
                    "评价时间": self._day(20).isoformat(" ") if rated else None,
                    "评价结果": self.random.choice(("满意", "不满意")) if rated else None,
                    "评价方式": self.random.choice(("自评", "代评")) if rated else None,
                }
            )
        if rows:
            self._tell(office, rows)

    def _batch(self) -> None:
        """The province issues a batch, or tells it again: cases come and go."""
        number = self.random.choice(("B1", "B2"))
        cases = self.random.sample(range(1, 9), self.random.randint(2, 7))
        self._tell(
            PROVINCE,
            [{"批次编号": number, "交办日期": "2026-01-02", "批次件数": self.random.randint(2, 8)}],
        )
        self._tell(PROVINCE, [self._case_row(number, n) for n in cases])

    def _case_row(self, batch: str, number: int) -> dict:
        audited = self.random.random() < 0.5
        return {
            "批次编号": batch,
            "积案编号": number,
            "信访事项编号": self.random.choice(MATTERS),
            "属地": self.random.choice(REGIONS[:3]),
            "责任单位": self.random.choice(UNITS),
            "办理状态": self.random.choice(("未办结", "化解", "调出")),
            "审核结果": "通过" if audited else None,
            "审核日期": self._day(40).date().isoformat() if audited else None,
            "回流日期": self._day(10).date().isoformat() if self.random.random() < 0.2 else None,
            "调出日期": self._day(10).date().isoformat() if self.random.random() < 0.1 else None,
        }

    def _assign(self) -> None:
        """Leaders take cases; an assignment may be told again for another case."""
        self._tell(
            PROVINCE,
            [
                {
                    "包案编号": f"L{n}",
                    "批次编号": self.random.choice(("B1", "B2")),
                    "积案编号": self.random.randint(1, 8),
                    "包案领导级别": "省级",
                    "经办单位": self.random.choice(ORG_NAMES),
                    "包案开始日期": self._day(40).date().isoformat(),
                    "包案结束日期": self.random.choice((None, self._day(5).date().isoformat())),
                    "包案结果": self.random.choice(("推进化解", "已化解")),
                }
                for n in self.random.sample(range(1, 5), 2)
            ],
        )

    def _slip(self) -> None:
        """Slips of supervision, new or told again: by who issued them, or by an office above."""
        issuer = self.random.choice(COUNTIES)
        rows = []
        for number in self.random.sample(range(1, 9), 4):
            due = (self.spine.now + timedelta(days=self.random.randint(-20, 20))).date()
            rows.append(
                {
                    "开单单位": issuer,
                    "单号": f"S{number}",
                    "单据种类": self.random.choice(("督办单", "催办单")),
                    "收单单位": self.random.choice(ORG_NAMES),
                    "开单日期": self._day(60).date().isoformat(),
                    "回单期限": self.random.choice((None, due.isoformat())),
                    "回单日期": self.random.choice((None, self._day(20).date().isoformat())),
                    "问效结果": self.random.choice((None, "有效", "无效")),
                    "问效日期": self.random.choice((None, self._day(10).date().isoformat())),
                }
            )
        self._tell(self.random.choice((issuer, issuer, PROVINCE)), rows)

    def _withdraw(self) -> None:
        """An office takes back one of its deliveries."""
        offices = [o for o, sequences in self.sequences.items() if sequences]
        if offices:
            office = self.random.choice(offices)
            number = self.sequences[office].pop(self.random.randrange(len(self.sequences[office])))
            taken = self.spine.tell(office, [{"报送号": number, "撤回原因": "数据有误"}])
            assert taken.sequence and taken.result.receipt.loaded == 1

    def _resend(self) -> None:
        """Some bytes that were sent before are sent again."""
        if self.sent:
            office, content = self.random.choice(self.sent)
            taken = self.spine.tell_bytes(office, content)
            if taken.sequence:
                self.sequences[office].append(taken.sequence)

    def _map(self) -> None:
        """An office says what some unknown names mean, from a day on or ever since."""
        pick = self.random.choice
        rows = []
        for kind, name, codes in self.random.sample(UNKNOWN, self.random.randint(1, 3)):
            since = pick((None, None, self._day().date()))
            until = pick((None, None, self.spine.now.date()))
            told = {"种类": kind, "名称": name, "代码": pick(codes)}
            rows.append(told | {"生效日期": since, "失效日期": until})
        self._tell(pick(OFFICES), rows)

    def _refuse(self) -> None:
        """A file that nobody can read."""
        taken = self.spine.tell_bytes(
            self.random.choice(OFFICES), f"甲,乙\n1,{self.spine.now}".encode()
        )
        assert taken.result.refused

    def _nil(self) -> None:
        """An office has nothing to tell, of a month or of none."""
        office = self.random.choice(OFFICES)
        before = self.spine.now.replace(day=1) - timedelta(days=1)
        month = self.random.choice(("", f"{before:%Y年%m月}"))
        self._keep(office, self.spine.tell_nothing(office, ["信访件编号", "登记时间"], month))

    def _historic(self) -> None:
        """A county tells of years long past."""
        office = self.random.choice(COUNTIES)
        start = len(self.items)
        new = [(office, f"N{start + n:04d}") for n in range(self.random.randint(2, 40))]
        self.items += new
        years = {n: f"{self.random.randint(2019, 2024)}-05-{n % 28 + 1:02d}" for n in range(40)}
        rows = [self._register_row(item) | {"登记时间": years[n]} for n, item in enumerate(new)]
        self._tell(office, rows, "historic")

    def _rules(self) -> None:
        """The home's own rules change: a unit moves, or a finding is waived until some day."""
        rules, today = self.spine.home.rules, self.spine.now.date()
        if self.random.random() < 0.5:
            region = self.random.choice(("980101000000", "980102000000"))
            row = f"980102-zj,甲二区住房和城乡建设局,{region},county,false,{today},\n"
            path, head = rules / "organisations.csv", ""
        else:
            check, office = self.random.choice(("D01", "D02", "D04")), self.random.choice(OFFICES)
            until = today + timedelta(days=self.random.randint(0, 40))
            row = f"{check},{office},,,省信访局,核对之中,{until}\n"
            path, head = rules / "waivers.csv", WAIVER_HEAD
        before = path.read_text("utf-8") if path.exists() else head
        path.write_text(before + row, "utf-8")

    def _wait(self) -> None:
        """Nothing is delivered; days or weeks go by."""
        self.spine.wait(days=self.random.choice((1, 1, 7, 31)))


STEPS = (
    "register", "register", "correct", "handle", "handle", "evaluate", "batch", "assign", "slip", "slip",
    "decide", "decide", "document", "document", "trace", "review", "revisit", "revisit", "instruct", "instruct",
    "confer", "confer", "withdraw", "resend", "wait", "wait", "map", "map", "refuse", "nil", "historic", "rules",
)  # fmt: skip
