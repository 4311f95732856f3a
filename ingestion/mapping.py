"""Names to codes: organisations, regions, categories, from shipped reference files and the home's
rules. A name that is not known goes in as unmapped; it is never lost and never stored as typed.

Reference files are CSV with a header (see ingestion/reference/README.md). A home's `rules/` holds
files of the same names whose rows are added; a row with the same key replaces the shipped one.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.linkage import STAND_IN_DIGITS, NetworkKey, network_key
from ingestion.text import plain

SHIPPED = Path(__file__).parent / "reference"
UNMAPPED = "unmapped:"
UNKEYED = UNMAPPED + "unkeyed"
STAND_IN = re.compile(rf"{UNMAPPED}[a-z0-9]{{1,16}}-[0-9a-f]{{{STAND_IN_DIGITS}}}")

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
# file: the columns without which a home's row says nothing
FILLED = {"waivers": ["check_code", "org_code", "waived_by", "reason", "valid_to"]}
DATES = {"waivers": ["valid_to"]}


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
    _check_cells(name, added)
    merged = pd.concat([shipped, added.reindex(columns=shipped.columns)], ignore_index=True)
    return merged.drop_duplicates(TABLES[name], keep="last").reset_index(drop=True)


def _check_cells(name: str, added: pd.DataFrame) -> None:
    """Raise RuleError for the first row of a home's table that lacks a cell or tells no date."""
    for column in FILLED.get(name, ()):
        cells = added[column].str.strip() if column in added else pd.Series("", added.index)
        bad = cells == ""
        if column in DATES.get(name, ()):
            bad |= pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce").isna()
        if bad.any():
            raise RuleError(
                f"rules/{name}.csv 第 {bad.idxmax() + 2} 行的 {column} 没有写或者写得不对，"
                "请补上（日期写作 2026-01-31）后重试。"
            )


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
    petition_offices: frozenset[str]
    org_names: dict[tuple[str, str], str]
    category_names: dict[str, str]
    category_labels: dict[str, str]
    key: NetworkKey | None
    kept_by_place: dict = field(default_factory=dict, repr=False, compare=False)  # of `candidates`

    @classmethod
    def of(cls, home: Home) -> "References":
        """Read the name lists of a home; see `load`."""
        return cls.load(home.rules, home.root)

    @classmethod
    def load(cls, rules: Path | None, home: Path | None = None) -> "References":
        """Read the shipped reference files and the rules over them, and the network key if named.

        The key file may not lie in `home`. Raises RuleError for a rule file, KeyFileError for a key
        file that cannot be used.
        """
        files = sorted(rules.glob("*.csv")) if rules and rules.exists() else []
        stamp = tuple((str(p), p.stat().st_mtime_ns) for p in files)
        return _references(rules, stamp, network_key(home))

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
        digits = _padded(name)
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

    def code(self, role: str, given: str) -> str | None:
        """Return a code of a role's list as the list writes it, else None; names do not count."""
        if role == "region":
            return padded if (padded := _padded(given)) in self.region_parents else None
        codes = self.org_regions if role == "organisation" else self.category_labels
        return given if given in codes else None

    def names(self, role: str) -> dict[str, str]:
        """Return code -> name of a role's list."""
        if role == "region":
            return dict(zip(self.regions["region_code"], self.regions["region_name"], strict=True))
        if role == "organisation":
            listed = self.organisations
            return dict(zip(listed["org_code"], listed["org_name"], strict=True))
        return self.category_labels

    def unmapped(self, text: str) -> str:
        """Return the stand-in of an unknown name: equal names equal, no way back.

        A stand-in that is given (copied from the worklist) stays as it is.
        """
        if STAND_IN.fullmatch(text):
            return text
        if self.key is None:
            return UNKEYED
        digest = self.key.digest("name", plain(text), STAND_IN_DIGITS)
        return f"{UNMAPPED}{self.key.key_id}-{digest}"


def _padded(digits: str) -> str | None:
    """Return a region code in its 12 digits; ledgers leave the trailing zeros out."""
    given = digits.isascii() and digits.isdigit() and len(digits) in (2, 4, 6, 9, 12)
    return digits.ljust(12, "0") if given else None


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


@lru_cache(maxsize=4)
def _references(rules: Path | None, stamp: tuple, key: NetworkKey | None) -> References:
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
        petition_offices=frozenset(
            organisations.loc[organisations["is_petition_office"] == "true", "org_code"]
        ),
        org_names=_org_names(organisations, load_table("organisation_aliases", rules)),
        category_names={
            plain(name): code
            for table, column in ((categories, "category_name"), (category_aliases, "alias"))
            for name, code in zip(table[column], table["category_code"], strict=True)
        }
        | {plain(c): c for c in categories["category_code"]},
        category_labels=dict(
            zip(categories["category_code"], categories["category_name"], strict=True)
        ),
        key=key,
    )
