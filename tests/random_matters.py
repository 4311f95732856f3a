"""What random offices tell of matters: marks by which registrations are linked, and ledgers that name them."""

from datetime import timedelta

from tests.door_files import resident_number
from tests.spine import CITY, COUNTY, DISTRICT, PROVINCE

COUNTIES = (COUNTY, DISTRICT)
OFFICES = (COUNTY, DISTRICT, CITY, PROVINCE)
MATTERS = ("M1", "M2", "M3", "M4", "M5", None)
PERSONS = (None, None, None, *(resident_number(serial) for serial in (1, 2, 3)))
VISITS = ("评议一", "评议二", "回访")
DUTIES = (
    "duty_code,org_code,valid_from,valid_to,source\n"
    "joint_conference,980101-zj,2025-11-01,,\njoint_conference,980102-zj,2026-01-10,2026-03-30,\n"
    f"report_weekly,{COUNTY},2025-12-01,,\nreport_monthly,{COUNTY},2026-02-15,,\n"
    f"report_quarterly,{CITY},2025-11-20,,\nreport_daily,{DISTRICT},2026-01-20,2026-02-10,\n"
)
EXPECTED = (
    "org_code,ledger,cadence_code,due_day_count,valid_from,valid_to,source\n"
    f"{COUNTY},petition_register,weekly,2,2025-12-01,,\n{COUNTY},petition_register,monthly,10,2025-12-01,,\n"
    f"{DISTRICT},handling_events,half_monthly,5,2025-12-01,2026-03-20,\n"
    f"{CITY},petition_register,daily,1,2026-01-10,,\n{PROVINCE},backlog_cases,quarterly,20,2025-11-01,,\n"
)
OPINIONS = ("维持", "撤销", "变更", "责令重办", None)


class RandomMatters:
    """The part of RandomOffices that links; it has `random`, `spine`, `items`, `_day` and `_tell`."""

    def _marks(self, item: tuple[str, str]) -> dict:
        """What a register row says of others: a matter, numbers beside its own, what it repeats, who came."""
        pick = self.random.choice
        earlier = [number for office, number in self.items if office == item[0]]
        other = pick(self.items)[1]
        return {
            "信访事项编号": pick((None, *MATTERS)),
            "省信访件编号": pick((None, None, None, "P1", "P2", other)),
            "市信访件编号": pick((None, None, None, other)),
            "重复信访件编号": pick((None, None, pick(earlier))) if earlier else None,
            "联合信访件编号": pick((None, None, None, "J1")),
            "信访目的": pick(("求决", "求决", "意见建议")),
            "证件号码": pick(PERSONS),
        }

    def _item(self) -> tuple[str, str]:
        return self.random.choice(self.items)

    def _date(self, back: int = 60) -> str:
        """A day lately, now and then today: an as_of of the day before does not know it yet."""
        back = self.random.choice((0, 1, back))
        return (self.spine.now - timedelta(days=self.random.randint(0, back))).date().isoformat()

    def _decide(self) -> None:
        """An office decides what belongs together, or does not; of the same two it may change its mind."""
        rows = []
        for _ in range(self.random.randint(1, 3)):
            one, other = self._item(), self._item()
            rows.append(
                {
                    "认定单位": PROVINCE,
                    "登记机构": one[0],
                    "信访件编号": one[1],
                    "另一件登记机构": other[0],
                    "另一件信访件编号": other[1],
                    "关联种类": self.random.choice(("同一事项", "同一登记")),
                    "认定结果": self.random.choice(("认定", "认定", "解除")),
                    "认定日期": self._date(),
                }
            )
        self._tell(PROVINCE, rows)

    def _document(self) -> None:
        """Agreements and opinions on some items, new or told again of another item."""
        office = self.random.choice(OFFICES)
        rows = []
        for number in self.random.sample(range(1, 7), 3):
            item = self._item()
            rows.append(
                {
                    "作出机构": office,
                    "文书编号": f"D{number}",
                    "文种": self.random.choice(("调解协议书", "调解协议书", "处理意见书")),
                    "登记机构": self.random.choice((item[0], item[0], "某不认识的单位")),
                    "信访件编号": item[1],
                    "处理日期": self._date(),
                    "签收情况": self.random.choice(("签收", "签收", "拒收")),
                }
            )
        self._tell(office, rows)

    def _trace(self) -> None:
        """Items traced to the source of what they are about."""
        office = self.random.choice(OFFICES)
        rows = []
        for number in self.random.sample(range(1, 7), 3):
            item = self._item()
            rows.append(
                {
                    "溯源单位": office,
                    "溯源编号": f"T{number}",
                    "登记机构": item[0],
                    "信访件编号": item[1],
                    "溯源日期": self._date(),
                }
            )
        self._tell(office, rows)

    def _review(self) -> None:
        """Reviews of matters, some of which change what was answered."""
        office = self.random.choice((CITY, PROVINCE))
        rows = [
            {
                "复查复核机关": office,
                "复查复核编号": f"R{number}",
                "阶段": "复查",
                "信访事项编号": self.random.choice(MATTERS),
                "收到申请日期": self._date(),
                "意见日期": self._date(),
                "复查复核意见": self.random.choice(OPINIONS),
            }
            for number in self.random.sample(range(1, 5), 2)
        ]
        self._tell(office, rows)

    def _revisit(self) -> None:
        """Evaluations and visits after closing."""
        office = self.random.choice(COUNTIES)
        rows = [
            {
                "评议回访单位": office,
                "评议回访编号": f"V{number}",
                "评议回访种类": self.random.choice(VISITS),
                "信访事项编号": self.random.choice(MATTERS),
                "评议回访日期": self._date(20),
            }
            for number in self.random.sample(range(1, 12), 6)
        ]
        self._tell(office, rows)

    def _instruct(self) -> None:
        """Leaders instruct on matters, and offices list them."""
        self._tell(
            CITY,
            [
                {
                    "督办单位": CITY,
                    "批示编号": f"I{self.random.randint(1, 4)}",
                    "批示领导级别": "市级",
                    "信访事项编号": self.random.choice(MATTERS),
                    "批示日期": self._date(),
                }
            ],
        )
        self._tell(
            PROVINCE,
            [
                {
                    "挂账机关": PROVINCE,
                    "挂账编号": f"G{self.random.randint(1, 4)}",
                    "督办级别": "挂账",
                    "责任单位": "980101-zj",
                    "信访事项编号": self.random.choice(MATTERS),
                    "挂账日期": self._date(),
                }
            ],
        )

    def _confer(self) -> None:
        """Conferences are held and reports are made, by whom it was asked of and by others."""
        rows = [
            {
                "乡镇街道": self.random.choice(("980101-zj", "980102-zj")),
                "会议编号": f"C{number}",
                "召开日期": self._date(90),
                "议定事项数": 3,
                "办结事项数": self.random.randint(0, 3),
            }
            for number in self.random.sample(range(1, 9), 3)
        ]
        self._tell(PROVINCE, rows)
        self._tell(
            COUNTY,
            [
                {
                    "编发单位": COUNTY,
                    "刊种": self.random.choice(("周报", "月报", "日报")),
                    "期号": f"Q{number}",
                    "所报期间止": self.random.choice((None, self._date(90))),
                    "编发日期": self._date(90),
                }
                for number in self.random.sample(range(1, 9), 4)
            ],
        )
