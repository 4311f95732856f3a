"""Make the example home's rule files from the office's own export.

A real office hands over its list of organs and places; here the list is read out of the export
itself: ids and names of departments, streets and communities. Writes organisations, their aliases
and the communities, in the shape that `rules/` expects (see ingestion/reference/README.md).
"""

from pathlib import Path

import pandas as pd

DISTRICT = "440310000000"
OFFICE = "440310-minsheng"
STREETS = {
    "坪山街道": "440310001",
    "马峦街道": "440310002",
    "碧岭街道": "440310003",
    "石井街道": "440310004",
    "坑梓街道": "440310005",
    "龙田街道": "440310006",
}  # fmt: skip  (GB/T 10114 codes, as shipped in ingestion/reference/regions.csv)


def write_rules(export: Path, rules: Path) -> None:
    """Write `rules/*.csv` from the export; raises KeyError for a street that is not known."""
    rules.mkdir(parents=True, exist_ok=True)
    rows = pd.read_csv(export, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    _communities(rows).to_csv(rules / "regions.csv", index=False)
    named = rows[rows["DISPOSE_UNIT_ID"] != "-"]
    _organisations(named).to_csv(rules / "organisations.csv", index=False)
    _aliases(named).to_csv(rules / "organisation_aliases.csv", index=False)


def _communities(rows: pd.DataFrame) -> pd.DataFrame:
    places = rows[["STREET_NAME", "COMMUNITY_NAME", "COMMUNITY_ID"]].drop_duplicates()
    street = places["STREET_NAME"].map(STREETS.__getitem__)
    number = places["COMMUNITY_ID"].rank(method="dense").astype(int)  # 001 on: 000 is the street
    return pd.DataFrame(
        {
            "region_code": street + number.map("{:03d}".format),
            "region_name": places["COMMUNITY_NAME"],
            "level_code": "village",
            "parent_code": street + "000",
            "valid_from": "2018-01-01",
            "valid_to": "",
        }
    )


def _organisations(rows: pd.DataFrame) -> pd.DataFrame:
    units = rows.groupby("DISPOSE_UNIT_ID")["DISPOSE_UNIT_NAME"].min()
    office = {OFFICE: "区民生诉求办"}
    names = office | {f"440310-{code}": name for code, name in units.items()}
    return pd.DataFrame(
        {
            "org_code": list(names),
            "org_name": list(names.values()),
            "region_code": DISTRICT,
            "level_code": "county",
            "is_petition_office": "false",
            "valid_from": "2018-01-01",
            "valid_to": "",
        }
    )


def _aliases(rows: pd.DataFrame) -> pd.DataFrame:
    """Every name and id of a department; a name that two departments share counts within a street."""
    pairs = rows[["DISPOSE_UNIT_NAME", "DISPOSE_UNIT_ID", "STREET_NAME"]].drop_duplicates()
    shared = pairs.groupby("DISPOSE_UNIT_NAME")["DISPOSE_UNIT_ID"].transform("nunique") > 1
    within = pairs["STREET_NAME"].map(lambda s: STREETS[s] + "000").where(shared, "")
    names = pd.DataFrame(
        {
            "alias": pairs["DISPOSE_UNIT_NAME"],
            "org_code": "440310-" + pairs["DISPOSE_UNIT_ID"],
            "within_region_code": within,
        }
    )
    ids = names.assign(alias=pairs["DISPOSE_UNIT_ID"], within_region_code="")
    return pd.concat([names, ids]).drop_duplicates().reset_index(drop=True)
