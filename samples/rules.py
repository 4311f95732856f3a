"""The fictional province: regions, organisations and the other names they go by."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

NATION = "000000000000"
PROVINCE = "980000000000"
VALID_FROM = "2000-01-01"
UNCOUNTED, RECOUNTED = "980302000000", "980101000000"

CATEGORIES = (
    "农村农业", "自然资源", "城乡建设", "劳动和社会保障", "卫生健康", "教育", "经济管理",
    "市场监管", "交通运输", "民政与应急", "政法", "军队事务", "科技与信息产业", "生态环境",
    "文体旅游", "党务政务", "组织人事", "纪检监察", "其他",
)  # fmt: skip

DEPARTMENTS = {
    "zj": ("住房和城乡建设局", "住建局"),
    "rs": ("人力资源和社会保障局", "人社局"),
    "zr": ("自然资源局", "自规局"),
    "gd": ("公安局", "警局"),
    "ny": ("农业农村局", "农业局"),
    "ws": ("卫生健康局", "卫健局"),
}
# what organs have to do regularly: the duty, the organ, since when, until when
DUTIES = (
    *(
        ("joint_conference", f"{stem}00{number}-gov", date(2025, 4, 1), None)
        for stem in ("980101", "980202")
        for number in (1, 2)
    ),
    ("joint_conference", "980101003-gov", date(2025, 9, 15), None),
    ("joint_conference", "980202003-gov", date(2025, 4, 1), date(2025, 12, 30)),
    ("report_weekly", "980101-xf", date(2025, 4, 1), None),
    ("report_monthly", "980101-xf", date(2025, 4, 1), None),
    ("report_half_monthly", "980202-xf", date(2025, 4, 16), None),
    ("report_daily", "980202-xf", date(2026, 1, 1), None),
    ("report_quarterly", "980000-xf", date(2025, 4, 1), None),
    ("report_monthly", "980000-xf", date(2025, 4, 1), None),
)
# which ledger which office has to tell: how often, within how many days; the last of them never does
EXPECTED = (
    *(
        (office, "petition_register", "monthly", 10)
        for office in ("980000-xf", "980101-xf", "980303-xf")
    ),
    ("980103-xf", "petition_register", "quarterly", 10),
    ("980303-zj", "supervision_slips", "quarterly", 20),
)
EXPECTED_SINCE = date(2025, 4, 1)
TOWNSHIPS = (("东", "街道", "街道办事处"), ("西", "镇", "镇人民政府"), ("南", "乡", "乡人民政府"))


@dataclass(frozen=True)
class Region:
    """One row of the region tree."""

    code: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True)
class Organ:
    """One organisation; `short` is what its own county calls it."""

    code: str
    name: str
    region: str
    level: str
    is_petition_office: bool
    short: str = ""


class Home:
    """The province's reference data, as the warehouse gets it and as the samples use it."""

    def __init__(self) -> None:
        self.regions: dict[str, Region] = {}
        self.organs: dict[str, Organ] = {}
        self._add_region(PROVINCE, "示例省", "province", NATION)
        self._add_organ(
            Organ("central-joint", "中央信访工作联席会议办公室", NATION, "nation", True)
        )
        self._add_organ(Organ("980000-xf", "示例省信访局", PROVINCE, "province", True))
        for number, mark in enumerate("甲乙丙", start=1):
            self._add_prefecture(f"980{number}", mark)
        self.populations = self._count_residents()

    def line(self, region: str) -> list[str]:
        """The region and everything above it, up to the province."""
        found = []
        while region in self.regions:
            found.append(region)
            region = self.regions[region].parent
        return found

    def population(self, region: str, year: int) -> int | None:
        """The residents of a region by the latest count up to a year; of townships nobody knows them."""
        counts = {
            y: n for r, y, kind, n, _ in self.populations if (r, kind) == (region, "resident")
        }
        known = [y for y in counts if y <= year]
        return counts[max(known)] if known else None

    def is_above(self, upper: str, lower: str) -> bool:
        """Whether organisation `upper` sits in a region strictly above that of `lower`."""
        here = self.organs[lower].region
        there = self.organs[upper].region
        return there != here and (there == NATION or there in self.line(here))

    def at_level(self, level: str) -> list[Organ]:
        """The petition offices of one level, in code order."""
        return [o for o in self.organs.values() if o.is_petition_office and o.level == level]

    def townships_of(self, county: str) -> list[Organ]:
        """The township governments under the county of this organisation."""
        here = self.organs[county].region
        return [
            o
            for o in self.organs.values()
            if o.level == "township" and self.regions[o.region].parent == here
        ]

    def departments_of(self, county: str) -> list[Organ]:
        """The departments beside this petition office."""
        here = self.organs[county].region
        return [o for o in self.organs.values() if o.region == here and not o.is_petition_office]

    def _count_residents(self) -> list[tuple[str, int, str, int, str]]:
        """Populations as rules/populations.csv tells them: region, year, kind, persons, source.

        The sum of the counties is not the prefecture: one county was never counted. Another was counted
        again, and its household register, which is no count of residents, is told beside.
        """
        told = []
        for number, region in enumerate(self.regions.values()):
            if region.level in ("province", "prefecture", "county") and region.code != UNCOUNTED:
                persons = {"province": 3_654_321, "prefecture": 1_218_107}.get(
                    region.level, 391_003
                )
                told.append(
                    (region.code, 2020, "resident", persons + 1009 * number, "示例省人口普查")
                )
        again = (RECOUNTED, 2026, "resident", 402_500, "示例省统计年鉴")
        return [*told, again, (RECOUNTED, 2025, "registered", 999_999, "示例省户籍年报")]

    def _add_region(self, code: str, name: str, level: str, parent: str) -> None:
        self.regions[code] = Region(code, name, level, parent)

    def _add_organ(self, organ: Organ) -> None:
        self.organs[organ.code] = organ

    def _add_offices(self, stem: str, name: str, region: str, level: str, kind: str) -> None:
        self._add_organ(Organ(f"{stem}-xf", f"{name}信访局", region, level, True, f"{kind}信访局"))
        for code, (full, brief) in DEPARTMENTS.items():
            short = brief if level == "county" else f"{kind}{brief}"
            self._add_organ(Organ(f"{stem}-{code}", f"{name}{full}", region, level, False, short))

    def _add_prefecture(self, stem: str, mark: str) -> None:
        code = f"{stem}00000000"
        self._add_region(code, f"{mark}市", "prefecture", PROVINCE)
        self._add_offices(f"{stem}00", f"{mark}市", code, "prefecture", "市")
        # The third county of the second and third prefecture is a district: names must vary.
        kinds = {"甲": "县区县", "乙": "县县区", "丙": "县县区"}[mark]
        for number, (digit, kind) in enumerate(zip("一二三", kinds, strict=True), start=1):
            self._add_county(f"{stem}0{number}", code, f"{mark}{digit}", kind)

    def _add_county(self, stem: str, parent: str, mark: str, kind: str) -> None:
        code = f"{stem}000000"
        self._add_region(code, f"{mark}{kind}", "county", parent)
        self._add_offices(stem, f"{mark}{kind}", code, "county", kind)
        for number, (side, town, body) in enumerate(TOWNSHIPS, start=1):
            below = f"{stem}{number:03d}000"
            self._add_region(below, f"{mark}{side}{town}", "township", code)
            code_of_body = f"{stem}{number:03d}-gov"
            self._add_organ(Organ(code_of_body, f"{mark}{side}{body}", below, "township", False))
        first = f"{stem}001000"
        self._add_region(f"{stem}001201", f"{mark}东一村", "village", first)


def county_alias(home: Home, region: str) -> str:
    """A county's name with the names above it, as many ledgers write it."""
    return "".join(home.regions[code].name for code in reversed(home.line(region)))


def write_rules(home: Home, out: Path) -> None:
    """Write the reference files the warehouse loads."""
    folder = out / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "regions.csv",
        "region_code,region_name,level_code,parent_code,valid_from,valid_to",
        [(r.code, r.name, r.level, r.parent, VALID_FROM, "") for r in home.regions.values()],
    )
    _write(
        folder / "organisations.csv",
        "org_code,org_name,region_code,level_code,is_petition_office,valid_from,valid_to",
        [
            (o.code, o.name, o.region, o.level, str(o.is_petition_office).lower(), VALID_FROM, "")
            for o in home.organs.values()
        ],
    )
    _write(
        folder / "organisation_aliases.csv",
        "alias,org_code,within_region_code",
        _organ_aliases(home),
    )
    _write(
        folder / "region_aliases.csv",
        "alias,region_code",
        [
            (county_alias(home, region.code), region.code)
            for region in home.regions.values()
            if region.level == "county"
        ],
    )
    _write(folder / "category_aliases.csv", "alias,category_code", [])
    _write(
        folder / "duties.csv",
        "duty_code,org_code,valid_from,valid_to,source",
        [
            (code, org, str(since), str(until or ""), "年度工作安排")
            for code, org, since, until in DUTIES
        ],
    )
    _write(
        folder / "expected_returns.csv",
        "org_code,ledger,cadence_code,due_day_count,valid_from,valid_to,source",
        [
            (org, ledger, cadence, str(days), str(EXPECTED_SINCE), "", "年度工作安排")
            for org, ledger, cadence, days in EXPECTED
        ],
    )
    told = [tuple(map(str, row)) for row in home.populations]
    _write(folder / "populations.csv", "region_code,year,kind_code,person_count,source", told)


def _organ_aliases(home: Home) -> list[tuple[str, str, str]]:
    """Short names hold inside one region only; long variants hold everywhere."""
    inside = [(o.short, o.code, o.region) for o in home.organs.values() if o.short]
    anywhere = [
        (home.regions[o.region].name + o.short, o.code, "")
        for o in home.organs.values()
        if o.level == "county" and not o.is_petition_office
    ]
    return inside + anywhere


def _write(path: Path, header: str, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
