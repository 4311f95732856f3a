"""Names to codes: organisations, regions, categories, from shipped reference files and the home's
rules. A name that is not known goes in as unmapped; it is never lost and never stored as typed.

Reference files are CSV with a header (see ingestion/reference/README.md). A home's `rules/` holds
files of the same names whose rows are added; a row with the same key replaces the shipped one.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ingestion.errors import HouseError
from ingestion.text import plain

SHIPPED = Path(__file__).parent / "reference"
UNMAPPED = "unmapped:"
UNKEYED = UNMAPPED + "unkeyed"

# file: the columns that make a row's identity
TABLES = {
    "regions": ["region_code", "valid_from"],
    "region_aliases": ["alias"],
    "populations": ["region_code", "year", "kind_code"],
    "organisations": ["org_code", "valid_from"],
    "organisation_aliases": ["alias", "within_region_code"],
    "categories": ["category_code"],
    "category_aliases": ["alias"],
    "waivers": ["check_code", "org_code", "month_start_date", "subject_id"],
}


class RuleError(HouseError):
    """A home's rule file cannot be used; the message says which and why, in Chinese."""


def load_table(name: str, rules: Path | None) -> pd.DataFrame:
    """Return a reference table, the home's rows over the shipped ones, all columns text."""
    shipped = _shipped(name)
    own = rules / f"{name}.csv" if rules else None
    if own is None or not own.exists():
        return shipped
    added = _read_csv(own)
    lacking = [c for c in TABLES[name] if c not in added]
    if lacking:
        raise RuleError(f"rules/{name}.csv 缺少列 {'、'.join(lacking)}，请补上后重试。")
    merged = pd.concat([shipped, added.reindex(columns=shipped.columns)], ignore_index=True)
    return merged.drop_duplicates(TABLES[name], keep="last").reset_index(drop=True)


@lru_cache
def _shipped(name: str) -> pd.DataFrame:
    return _read_csv(SHIPPED / f"{name}.csv")


def _read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")


@dataclass(frozen=True)
class References:
    """All name lists of one run, with look-ups. Built once, used for every file."""

    regions: pd.DataFrame
    organisations: pd.DataFrame
    region_names: dict[str, list[str]]
    region_parents: dict[str, str]
    org_regions: dict[str, str]
    org_levels: dict[str, str]
    org_names: dict[tuple[str, str], str]
    category_names: dict[str, str]
    key: bytes | None

    @classmethod
    def load(cls, rules: Path | None) -> "References":
        """Read the shipped reference files and the home's rules, and the network key if named."""
        files = sorted(rules.glob("*.csv")) if rules and rules.exists() else []
        stamp = tuple((str(p), p.stat().st_mtime_ns) for p in files)
        return _references(rules, stamp, _network_key())

    def ancestors(self, region: str) -> list[str]:
        """Return the region and all above it, lowest first."""
        chain = []
        while region and region not in chain:
            chain.append(region)
            region = self.region_parents.get(region, "")
        return chain

    def region(self, names: tuple[str, ...], home_region: str) -> str | None:
        """Return the code of the lowest name of a path (district, street, community) that is known.

        A name that several regions share is decided by the path above it and by the office's own
        region; still several: not known.
        """
        given = [n for n in names if n]
        for depth in range(len(given), 0, -1):
            code = self._region(given[depth - 1], given[: depth - 1], home_region)
            if code:
                return code
        return None

    def _region(self, name: str, above: list[str], home_region: str) -> str | None:
        digits = name.ljust(12, "0") if name.isdigit() and len(name) in (2, 4, 6, 9, 12) else None
        if digits in self.region_parents:
            return digits
        codes = self.region_names.get(plain(name), [])
        wanted = {c for n in above for c in self.region_names.get(plain(n), [])}
        for narrower in (
            lambda c: not above or wanted & set(self.ancestors(c)[1:]),
            lambda c: home_region in self.ancestors(c),
        ):
            if len(set(codes)) > 1:
                codes = [c for c in codes if narrower(c)]
        return codes[0] if len(set(codes)) == 1 else None

    def organisation(self, name: str, near_region: str) -> str | None:
        """Return the organisation of a code or name, the nearest to a region where names repeat."""
        for region in [*self.ancestors(near_region), ""]:
            code = self.org_names.get((plain(name), region))
            if code:
                return code
        return name if name in self.org_regions else None

    def category(self, name: str) -> str | None:
        """Return the category of a code or name."""
        return self.category_names.get(plain(name))

    def unmapped(self, text: str) -> str:
        """Return the stand-in of an unknown name: equal names equal, no way back."""
        if self.key is None:
            return UNKEYED
        digest = hmac.new(self.key, f"name|{plain(text)}".encode(), hashlib.sha256)
        return UNMAPPED + digest.hexdigest()[:16]


def _org_names(organisations: pd.DataFrame, aliases: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Index organisation names by (name, region within which the name is unambiguous)."""
    names = {}
    full = organisations.groupby("org_name")["org_code"].agg(["first", "nunique"])
    for name, row in full.iterrows():
        if row["nunique"] == 1:
            names[(plain(name), "")] = row["first"]
    for row in organisations.itertuples():
        names[(plain(row.org_name), row.region_code)] = row.org_code
    for row in aliases.itertuples():
        names[(plain(row.alias), row.within_region_code)] = row.org_code
    return names


def _network_key() -> bytes | None:
    """Read the network's linkage key: a file outside any home, named by PETITION_KEY_FILE."""
    path = os.environ.get("PETITION_KEY_FILE")
    return Path(path).read_bytes().strip() if path else None


@lru_cache(maxsize=4)
def _references(rules: Path | None, stamp: tuple, key: bytes | None) -> References:
    regions = load_table("regions", rules)
    names: dict[str, list[str]] = {}
    for table, column in ((regions, "region_name"), (load_table("region_aliases", rules), "alias")):
        for name, code in zip(table[column], table["region_code"], strict=True):
            names.setdefault(plain(name), []).append(code)
    organisations = load_table("organisations", rules)
    categories = load_table("categories", rules)
    category_aliases = load_table("category_aliases", rules)
    return References(
        regions=regions,
        organisations=organisations,
        region_names=names,
        region_parents=dict(zip(regions["region_code"], regions["parent_code"], strict=True)),
        org_regions=dict(zip(organisations["org_code"], organisations["region_code"], strict=True)),
        org_levels=dict(zip(organisations["org_code"], organisations["level_code"], strict=True)),
        org_names=_org_names(organisations, load_table("organisation_aliases", rules)),
        category_names={
            plain(name): code
            for table, column in ((categories, "category_name"), (category_aliases, "alias"))
            for name, code in zip(table[column], table["category_code"], strict=True)
        }
        | {plain(c): c for c in categories["category_code"]},
        key=key,
    )
